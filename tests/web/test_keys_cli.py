"""`horqin keys`, as an operator types it."""

from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner

from web.cli import app
from web.keys import new_keys

PHONE = "12500000001"
Run = Callable[..., tuple[int, str]]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, url: str, tmp_path: Path) -> Run:
    """Give the exit code and the output of a command, under these keys."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DATABASE_URL", url)

    def invoke(*words: str, keys: str, lookup: str) -> tuple[int, str]:
        monkeypatch.setenv("SECRET_KEYS", keys)
        monkeypatch.setenv("LOOKUP_KEY", lookup)
        result = CliRunner().invoke(app, list(words))
        return result.exit_code, result.output

    return invoke


def test_a_key_is_replaced_step_by_step(run: Run) -> None:
    pair, other = new_keys(), new_keys()["secret_keys"]
    old, lookup = pair["secret_keys"], pair["lookup_key"]
    both = f"{other},{old}"
    name, fresh = old.split(":")[0], other.split(":")[0]
    assert run("migrate", keys=old, lookup=lookup)[0] == 0
    assert run("account", "create-admin", PHONE, keys=old, lookup=lookup)[0] == 0
    assert run("keys", "status", keys=old, lookup=lookup) == (0, f"{name}  当前 current  2\n")
    code, said = run("keys", "status", keys=both, lookup=lookup)
    assert (code, said.splitlines()) == (0, [f"{fresh}  当前 current  0", f"{name}  旧 old  2"])
    assert run("keys", "rotate", keys=both, lookup=lookup) == (0, "重新密封 2 个值 | sealed anew: 2\n")
    assert run("keys", "rotate", keys=both, lookup=lookup) == (0, "重新密封 0 个值 | sealed anew: 0\n")
    assert run("keys", "status", keys=other, lookup=lookup) == (0, f"{fresh}  当前 current  2\n")
    code, said = run("verify", keys=other, lookup=lookup)
    assert code == 0, said


def test_a_key_that_was_taken_out_too_early_is_named(run: Run) -> None:
    pair, other = new_keys(), new_keys()["secret_keys"]
    old, lookup = pair["secret_keys"], pair["lookup_key"]
    run("migrate", keys=old, lookup=lookup)
    run("account", "create-admin", PHONE, keys=old, lookup=lookup)
    code, said = run("keys", "status", keys=other, lookup=lookup)
    assert code == 1
    assert f"{old.split(':')[0]}  缺失 missing  2" in said
    assert "2 values miss their key" in said
    code, said = run("keys", "rotate", keys=other, lookup=lookup)
    assert code == 1
    assert "2 values could not be opened and were left" in said


def test_the_database_has_to_be_there(run: Run) -> None:
    pair = new_keys()
    for command in ("status", "rotate"):
        code, said = run("keys", command, keys=pair["secret_keys"], lookup=pair["lookup_key"])
        assert code == 1
        assert "horqin migrate" in said
