"""Keys come from the environment; on one's own machine they are made once, for the owner's eyes only."""

from pathlib import Path

import pytest

from web.keys import KeysUnusable, keyring, keys_file, new_keys
from web.settings import Settings


def at(folder: Path) -> Settings:
    return Settings(database_url=f"sqlite:///{folder / 'data' / 'horqin.db'}")


def test_keys_are_made_once_beside_the_database(tmp_path: Path) -> None:
    settings = at(tmp_path)
    sealed = keyring(settings).seal("12500001234")
    file = tmp_path / "data" / "horqin.keys"
    assert keys_file(settings) == file
    assert file.stat().st_mode & 0o777 == 0o600
    assert keyring(settings).open(sealed) == "12500001234"
    assert sorted(path.name for path in file.parent.iterdir()) == ["horqin.keys"]


def test_keys_of_the_environment_go_before_the_file_and_rotate(tmp_path: Path) -> None:
    old = new_keys()
    sealed = keyring(Settings(**old)).seal("12500001234")
    new = new_keys()
    both = Settings(secret_keys=f"{new['secret_keys']},{old['secret_keys']}", lookup_key=old["lookup_key"])
    assert keyring(both).open(sealed) == "12500001234"
    assert keyring(both).current == new["secret_keys"].partition(":")[0]
    with pytest.raises(ValueError, match="not a value sealed"):
        keyring(Settings(**new)).open(sealed)


@pytest.mark.parametrize("keys", ["", "k1", "k1:short", "k1:YWJj", "K 1:" + "a" * 43 + "=", ":" + "a" * 43 + "="])
def test_keys_that_are_none_are_refused_without_being_shown(keys: str) -> None:
    with pytest.raises(KeysUnusable) as refusal:
        keyring(Settings(secret_keys=keys or ",", lookup_key="a" * 43 + "="))
    assert "SECRET_KEYS" in str(refusal.value)
    assert "YWJj" not in str(refusal.value)


def test_one_key_alone_is_refused() -> None:
    with pytest.raises(KeysUnusable, match="come together"):
        keyring(Settings(secret_keys=new_keys()["secret_keys"]))


@pytest.mark.parametrize("content", ["", "{}", "[]", "null", '{"secret_keys": 1, "lookup_key": 2}'])
def test_a_damaged_file_is_refused_and_kept(tmp_path: Path, content: str) -> None:
    file = keys_file(at(tmp_path))
    file.parent.mkdir()
    file.write_text(content)
    with pytest.raises(KeysUnusable, match=r"horqin\.keys"):
        keyring(at(tmp_path))
    assert file.read_text() == content
