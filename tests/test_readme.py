"""README tells the truth: every command, setting and file that it names exists, and the other way round."""

import re
import subprocess
from pathlib import Path

from typer.main import get_command

from web.cli import app
from web.settings import Settings

ROOT = Path(__file__).parent.parent
BINARY = {".png", ".xlsx", ".ico", ".ttf"}
README = (ROOT / "README.md").read_text()


def test_commands_named_exist_and_all_are_named() -> None:
    commands = set(get_command(app).commands)  # type: ignore[attr-defined]
    named = set(re.findall(r"\bhorqin ([a-z]+)\b", README))
    assert named == commands


def test_make_targets_named_exist() -> None:
    named = set(re.findall(r"\bmake ([a-z]+)\b", README))
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    assert {"serve", "test", "proof", "bench", "lint"} <= named <= targets


def test_settings_named_exist_and_all_are_named() -> None:
    table = README.split("## Settings")[1].split("\n## ")[0]
    named = set(re.findall(r"^\| `([A-Z_]+)`", table, re.MULTILINE))
    assert named == {name.upper() for name in Settings.model_fields}


def test_files_named_exist() -> None:
    for name in set(re.findall(r"\]\(((?!https?:|#)[^)]+)\)", README)):
        assert (ROOT / name).exists(), name


def test_nothing_names_a_machine_or_a_registry() -> None:
    tracked = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True)
    if tracked.returncode:
        return  # an archive without history
    suspicious = re.compile(r"/(work|farm|root)/|index-url|https?://[^ ]*(pypi\.|npmjs|debian\.org)")
    found = []
    for name in tracked.stdout.split("\0"):
        path = ROOT / name
        if not name or "vendor" in name or path.suffix in BINARY:
            continue
        if name != "tests/test_readme.py" and suspicious.search(path.read_text(errors="ignore")):
            found.append(name)
    assert found == []
