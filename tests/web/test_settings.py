"""Settings come from the environment; what would be unsafe or does not fit together is refused in one line."""

from typing import Any

import pytest
from pydantic import ValidationError

from web.settings import Settings, complaints, is_loopback

KEYS = {"secret_keys": "k1:" + "a" * 43 + "=", "lookup_key": "b" * 43 + "="}


def refusal(**given: Any) -> str:
    with pytest.raises(ValidationError) as error:
        Settings(**given)
    return "\n".join(complaints(error.value))


def test_a_machine_without_settings_serves_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
    settings = Settings()
    assert (settings.host, settings.port, settings.trust_everybody) == ("127.0.0.1", 8000, False)
    assert str(settings.url) == "sqlite+aiosqlite:///data/horqin.db"


def test_the_environment_decides_and_an_empty_variable_does_not(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORT", "9000")
    monkeypatch.setenv("DATABASE_URL", "")
    monkeypatch.setenv("LOG_LEVEL", "WARNING")
    settings = Settings()
    assert (settings.port, settings.database_url, settings.log_level) == (9000, "sqlite:///data/horqin.db", "warning")


@pytest.mark.parametrize("host", ["127.0.0.1", "127.8.8.8", "::1", "localhost"])
def test_everybody_is_trusted_on_this_machine(host: str) -> None:
    assert Settings(trust_everybody=True, host=host).on_loopback


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.5", "horqin.example", ""])  # noqa: S104
def test_everybody_is_not_trusted_where_others_can_connect(host: str) -> None:
    assert "TRUST_EVERYBODY=1 只能用于本机" in refusal(trust_everybody=True, host=host)
    assert not Settings(host=host).on_loopback


def test_everybody_is_never_trusted_in_production() -> None:
    assert "never for PRODUCTION" in refusal(trust_everybody=True, production=True, **KEYS)


def test_production_needs_both_keys() -> None:
    assert Settings(production=True, **KEYS).production
    for missing in KEYS:
        assert "SECRET_KEYS and LOOKUP_KEY" in refusal(production=True, **{**KEYS, missing: None})


@pytest.mark.parametrize("url", ["mysql://a/b", "nonsense", "sqlite://", "sqlite:///:memory:", "postgresql://a:no/b"])
def test_an_address_that_is_no_database_of_ours_is_refused(url: str) -> None:
    assert refusal(database_url=url).startswith("DATABASE_URL: ")


def test_a_complaint_does_not_repeat_a_secret() -> None:
    assert "hunter2" not in refusal(database_url="mysql://root:hunter2@host/name")
    assert refusal(port="hunter2").startswith("PORT: Input should be a valid integer")


def test_a_name_other_than_localhost_is_not_looked_up() -> None:
    assert is_loopback("localhost")
    assert not is_loopback("localhost.evil.example")
