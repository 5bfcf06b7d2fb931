"""Whoever writes moves the stamps: the command line's demo and import, and programs that are not ours."""

import os
import sqlite3
import subprocess
import sys
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from models.database import database_url
from models.reading import open_reader
from models.stamp import Stamps
from tests.schema.tagged import contents, differing
from web.keys import new_keys

ROOT = Path(__file__).parents[2]
WORKBOOK = ROOT / "tests" / "samples" / "01_clean.xlsx"


def horqin(url: str, keys: Mapping[str, str], folder: Path, *words: str) -> None:
    """Run a command in a process of its own."""
    settings = {name.upper(): value for name, value in {**keys, "database_url": url}.items()}
    environment = {**os.environ, **settings, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "web.cli", *words]
    subprocess.run(command, cwd=folder, env=environment, check=True, capture_output=True)


def by_hand(url: str, server: Any, statement: str) -> None:
    """Run a statement as an operator's own program does."""
    address = database_url(url)
    if address.get_backend_name() == "sqlite":
        with closing(sqlite3.connect(address.database or "")) as connection, connection:
            connection.execute(statement)
    else:
        server.psql(statement.join((f"\\c {address.database}\n", ";\n")))


async def test_commands_and_other_programs_move_the_stamps_of_what_they_change(
    url: str, engine: AsyncEngine, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    reader, keys, server = open_reader(database_url(url), 2), new_keys(), request.getfixturevalue("postgres")
    await reader.start()
    stamps = Stamps(reader)
    for name, write, least in (
        ("migrate", lambda: horqin(url, keys, tmp_path, "migrate"), {"division", "skill", "enum_label"}),
        ("dry run", lambda: horqin(url, keys, tmp_path, "import", str(WORKBOOK), "--dry-run"), set()),
        ("import", lambda: horqin(url, keys, tmp_path, "import", str(WORKBOOK)), {"team", "person", "membership"}),
        (
            "by hand",
            lambda: by_hand(url, server, "update skill set name = '别的' where code = 'veterinarian'"),
            {"skill"},
        ),
    ):
        before, held = await stamps.read(), await contents(engine)
        write()
        moved, changed = differing(before, await stamps.read()), differing(held, await contents(engine))
        assert least <= changed <= moved, name
        assert changed or not moved, name
    await reader.close()
