"""All audits of npm `graphql-http` pass on the server as it runs: uvicorn, its middleware, the view."""

import hashlib
import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.serving import serving
from web.settings import Settings

AUDIT = Path(__file__).parent / "audit"
FILES = ("package.json", "package-lock.json", "audit.js")


def unavailable(reason: str) -> None:
    """Skip on a machine that cannot run the audits; in CI that is a failure."""
    (pytest.fail if os.environ.get("CI") else pytest.skip)(reason)


@pytest.fixture(scope="module")
def auditor() -> Path:
    """The folder with the audits installed, kept between runs under the hash of what is in it."""
    if not (shutil.which("node") and shutil.which("npm")):
        unavailable("Node is not installed: the audits of GraphQL over HTTP did not run.")
    digest = hashlib.sha256(b"".join((AUDIT / name).read_bytes() for name in FILES)).hexdigest()[:12]
    folder = Path(tempfile.gettempdir()) / f"horqin-audit-{os.getuid()}-{digest}"
    if not (folder / "installed").exists():
        folder.mkdir(mode=0o700, exist_ok=True)
        for name in FILES:
            shutil.copy(AUDIT / name, folder)
        quiet = ["--ignore-scripts", "--no-audit", "--no-fund", "--prefer-offline"]
        done = subprocess.run(["npm", "ci", *quiet], cwd=folder, capture_output=True, text=True, timeout=120)
        if done.returncode:
            unavailable(f"npm could not install the audits: {done.stderr[-400:]}")
        (folder / "installed").touch()
    return folder


@pytest.fixture
def address(tmp_path: Path) -> Iterator[str]:
    """Where the whole service answers."""
    with serving(Settings(database_url=f"sqlite:///{tmp_path / 'horqin.db'}")) as address:
        yield f"{address}/graphql"


def test_all_audits_of_graphql_over_http_pass(auditor: Path, address: str) -> None:
    done = subprocess.run(
        ["node", "audit.js", address], cwd=auditor, capture_output=True, text=True, check=True, timeout=60
    )
    results: list[dict[str, Any]] = json.loads(done.stdout)
    assert len(results) == 61
    assert [result for result in results if result["status"] != "ok"] == []
