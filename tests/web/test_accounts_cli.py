"""`horqin account`, as an operator types it."""

import re

import pyotp
import pytest
from typer.testing import CliRunner

from web.cli import app

PHONE = "12500000001"


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, ready: str, tmp_path: object) -> object:
    monkeypatch.chdir(str(tmp_path))
    monkeypatch.setenv("DATABASE_URL", ready)

    def invoke(*words: str, typed: str | None = None) -> tuple[int, str]:
        result = CliRunner().invoke(app, list(words), input=typed)
        return result.exit_code, result.output

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


def test_a_lost_authenticator_is_replaced(run) -> None:  # type: ignore[no-untyped-def]
    first = run("account", "create-admin", PHONE)[1].splitlines()[-1]
    code, text = run("account", "second-factor", PHONE)
    assert code == 0
    assert pyotp.parse_uri(text.splitlines()[-1]).secret != pyotp.parse_uri(first).secret
    code, text = run("account", "second-factor", "12500000002")
    assert (code, "没有找到这个账号" in text) == (1, True)


def test_a_password_is_typed_twice_and_never_shown(run) -> None:  # type: ignore[no-untyped-def]
    run("account", "create-admin", PHONE)
    good, short, common = "一匹骏马跑过草原上的早晨", "一匹骏马", "password123"
    for typed, code, words in (
        (f"{short}\n{short}\n", 1, "10 个字符"),
        (f"{common}\n{common}\n", 1, "太常见"),
        (f"{good}\n{short}\n{good}\n{good}\n", 0, "退出了 0 台设备"),
    ):
        result = run("account", "set-password", PHONE, typed=typed)
        assert (result[0], words in result[1]) == (code, True), result
        assert not any(password in result[1] for password in (good, short, common))
