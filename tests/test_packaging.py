"""The wheel holds all that the service needs, and runs from there, away from the sources."""

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from web.ready import expected_revision

ROOT = Path(__file__).parent.parent
UV = Path(sys.executable).with_name("uv")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    built = subprocess.run([UV, "build", "--wheel", "--out-dir", folder, ROOT], capture_output=True, text=True)
    if built.returncode and not os.environ.get("CI"):
        pytest.skip("the wheel cannot be built here: " + built.stderr.splitlines()[-1])
    assert built.returncode == 0, built.stderr
    (path,) = folder.glob("*.whl")
    return path


def test_the_wheel_holds_pages_data_and_migrations(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    for needed in (
        "web/client/index.html",
        "web/explorer/index.html",
        "web/explorer/vendor/explorer.js",
        "web/explorer/queries/01-teams-by-level-and-type.graphql",
        "web/migrations/env.py",
        "web/migrations/versions/0001_the_registry.py",
        "domain/data/labels.csv",
        "domain/data/counties/152222/divisions.csv",
    ):
        assert needed in names
    assert not [name for name in names if name.startswith(("tests/", "bench/")) or "node_modules" in name]


def test_it_migrates_and_prints_the_schema_away_from_the_sources(wheel: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(tmp_path / "site")
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": str(tmp_path / "site"), "HOME": str(tmp_path)}

    def horqin(*arguments: str) -> str:
        command = [sys.executable, "-m", "web.cli", *arguments]
        done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        return done.stdout

    assert expected_revision() in horqin("migrate")
    assert horqin("schema") == (ROOT / "schema" / "schema.graphql").read_text()
    where = [sys.executable, "-c", "import web; print(web.__file__)"]
    found = subprocess.run(where, cwd=tmp_path, env=environment, capture_output=True, text=True).stdout
    assert found.startswith(str(tmp_path)), found
