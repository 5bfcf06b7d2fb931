"""SECURITY.md names no setting, command or file that does not exist, and every setting that guards something."""

import re
from pathlib import Path

from typer.main import get_command

from web.cli import app
from web.settings import Settings

ROOT = Path(__file__).parent.parent
SECURITY = (ROOT / "SECURITY.md").read_text()
QUOTED = re.findall(r"`([^`]+)`", SECURITY)

GUARDS = {
    "CORS_ORIGINS",
    "EXPLORER",
    "IDLE_DAYS",
    "INTROSPECTION",
    "LOOKUP_KEY",
    "PRODUCTION",
    "PUBLIC_URL",
    "REQUESTS_PER_MINUTE",
    "SECRET_KEYS",
    "SESSION_DAYS",
    "SMS_URL",
    "TRUSTED_DOCUMENTS",
    "TRUSTED_FOLDER",
    "TRUSTED_PROXIES",
    "TRUST_EVERYBODY",
}


def test_settings_named_exist_and_those_that_guard_are_named() -> None:
    named = {found[1] for text in QUOTED if (found := re.fullmatch(r"([A-Z]+(?:_[A-Z]+)*)(=\w+)?", text))}
    assert named <= {name.upper() for name in Settings.model_fields}
    assert named >= GUARDS


def test_commands_named_exist() -> None:
    commands = get_command(app)
    for words in re.findall(r"`horqin ([a-z][a-z -]*)", SECURITY):
        command = commands
        for word in words.split():
            if word.startswith("--"):
                assert word in {option for given in command.params for option in given.opts}, words
            else:
                command = command.commands[word]  # type: ignore[attr-defined]


def test_files_named_exist() -> None:
    names = re.findall(r"\]\(((?!https?:|#)[^)]+)\)", SECURITY)
    names += [text for text in QUOTED if re.fullmatch(r"[\w/]+\.(py|md|csv|txt)", text)]
    assert len(names) >= 3
    for name in names:
        assert (ROOT / name).exists(), name
