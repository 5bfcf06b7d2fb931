"""What an answer costs does not grow with the county: counted, on a small demo county 3 and 15 times over."""

import shutil
import sqlite3
import time
from contextlib import closing
from functools import partial
from itertools import count
from pathlib import Path
from typing import Any

import asyncpg
import pytest
from sqlalchemy.ext.asyncio import AsyncSession

import models
from bench.scale import coordinator, copies, grow
from bench.touched import Measure, costs, planned, rows_touched
from domain.demo import load_demo
from domain.scope import DISPATCHER, PUBLIC
from models.database import database_url, writing_engine
from models.reading import Reader, open_reader
from tests.copies import copy_database
from tests.schema.cast import volunteer
from tests.schema.rows import KEYRING

pytestmark = pytest.mark.asyncio(loop_scope="session")

SMALL, LARGE = 3, 15
LEADER = volunteer(1, led=(1,))
OFFICE, STATION = coordinator("152222102"), coordinator("152222102001")
GROWTH = 2
"""How many times more an answer may cost in a county five times as large: what is counted depends on where in the list
of names the first matches lie."""

LEAST = 200
"""Rows, or hundreds of SQLite's steps."""

ELSEWHERE = {(who, level) for who in ("office", "station") for level in ("TOWNSHIP", "VILLAGE")}
"""The people of another's place are walked through to find who also serves in one's own."""

GROWS = ELSEWHERE | {("station", "R3"), ("station", "R3-200")}
"""In the small county fewer than a page of a station's people are asked for."""

GROWS_ON_SQLITE = GROWS | {("leader", level.value) for level in models.DivisionLevel}
"""SQLite looks for the few people of a leader among all of the place."""

VIEWERS = {"public": PUBLIC, "leader": LEADER, "station": STATION, "office": OFFICE, "dispatcher": DISPATCHER}

BACK = "{ people(last: 20, orderBy: NAME_DESC) { nodes { name phone } pageInfo { hasPreviousPage } } }"

BELOW = """{ divisions(first: 1, where: { level: { eq: %s } }) { nodes {
    teams(first: 10) { nodes { name } } people(first: 10) { nodes { name } } networkNodes(first: 5) { nodes { name } }
} } }"""


async def measured(reader: Reader, measure: Measure) -> dict[tuple[str, str], int]:
    """Return what each operation costs each viewer, and a page of what is at a place of each level."""
    found = dict[tuple[str, str], int]()
    for who, viewer in VIEWERS.items():
        found[who, "back"] = await measure(*planned(BACK, {}, reader, viewer))
        found |= {(who, asked): cost for asked, cost in (await costs(reader, measure, viewer, deepest=3)).items()}
        for level in models.DivisionLevel:
            found[who, level.value] = await measure(*planned(BELOW % level.value, {}, reader, viewer))
    return found


def grown(small: dict[tuple[str, str], int], large: dict[tuple[str, str], int]) -> dict[Any, Any]:
    """Return what costs more in the large county than it may; below `LEAST` another way is as good."""
    return {key: (small[key], cost) for key, cost in large.items() if cost > GROWTH * max(small[key], LEAST)}


async def fill(url: str) -> None:
    engine = writing_engine(database_url(url))
    async with AsyncSession(engine) as session, session.begin():
        await load_demo(session, KEYRING, people=2500, teams=300)
    await engine.dispose()


async def test_the_rows_that_postgresql_touches_do_not_grow(postgres: Any, migrated: tuple[Path, str]) -> None:
    name = f"grown{time.time_ns()}"
    address, present, found = copy_database(postgres, migrated[1], name), 1, list[dict[tuple[str, str], int]]()
    await fill(address)
    reader = open_reader(database_url(address), 1)
    await reader.start()
    for wanted in (SMALL, LARGE):
        await grow(address, present, wanted)
        present = wanted
        connection = await asyncpg.connect(address)
        found.append(await measured(reader, partial(rows_touched, connection)))
        await connection.close()
    await reader.close()
    postgres.psql(f"drop database {name}")
    assert grown(*found).keys() <= GROWS


async def test_the_steps_that_sqlite_takes_do_not_grow(migrated: tuple[Path, str], tmp_path: Path) -> None:
    file, present, found = tmp_path / "grown.db", 1, list[dict[tuple[str, str], int]]()
    shutil.copy(migrated[0], file)
    await fill(f"sqlite:///{file}")
    reader = open_reader(database_url(f"sqlite:///{file}"), 1)
    with closing(sqlite3.connect(file, isolation_level=None)) as connection:
        connection.execute("pragma synchronous = off")

        async def steps(sql: str, arguments: list[Any]) -> int:
            """Return how many hundreds of instructions SQLite's machine carries out."""
            counted = count()
            connection.set_progress_handler(lambda: next(counted) < 0, 100)
            connection.execute(sql, arguments).fetchall()
            connection.set_progress_handler(None, 0)
            return next(counted)

        for wanted in (SMALL, LARGE):
            connection.execute("begin")
            for statement in copies(present, wanted):
                connection.execute(statement)
            connection.execute("commit")
            present = wanted
            found.append(await measured(reader, steps))
    await reader.close()
    assert grown(*found).keys() <= GROWS_ON_SQLITE
