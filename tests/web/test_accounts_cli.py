"""`horqin account`, as an operator types it."""

import re

import pyotp
import pytest
from typer.testing import CliRunner

from web.cli import app

PHONE = "12500000001"


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, url: str, tmp_path: object) -> object:
    monkeypatch.chdir(str(tmp_path))
    monkeypatch.setenv("DATABASE_URL", url)

    def invoke(*words: str) -> tuple[int, str]:
        result = CliRunner().invoke(app, list(words))
        return result.exit_code, result.output

    assert invoke("migrate")[0] == 0
    return invoke


def test_the_first_administrator(run) -> None:  # type: ignore[no-untyped-def]
    assert "create-admin" in run("account", "list")[1]
    code, text = run("account", "create-admin", PHONE)
    assert code == 0
    address = re.search(r"otpauth://\S+", text)
    assert address
    assert len(pyotp.parse_uri(address[0]).secret) == 32
    assert run("account", "list") == (0, "125****0001  ACTIVE  ADMIN\n")


def test_a_second_one_has_to_be_meant(run) -> None:  # type: ignore[no-untyped-def]
    run("account", "create-admin", PHONE)
    code, text = run("account", "create-admin", "12500000002")
    assert code == 1
    assert "--another" in text
    assert run("account", "create-admin", "12500000002", "--another")[0] == 0
    assert len(run("account", "list")[1].splitlines()) == 2


def test_a_phone_that_is_none_changes_nothing(run) -> None:  # type: ignore[no-untyped-def]
    code, text = run("account", "create-admin", "12345")
    assert code == 1
    assert "11 位" in text
    assert "create-admin" in run("account", "list")[1]


def test_nobody_is_signed_out_who_was_not_in(run) -> None:  # type: ignore[no-untyped-def]
    assert run("account", "sign-out", PHONE) == (0, "退出了 0 台设备 | signed out from 0 devices\n")
