"""What an answer costs does not grow with the county: counted, on a small demo county 3 and 18 times over."""

import time
from typing import Any

import asyncpg
import pytest
from sqlalchemy.ext.asyncio import AsyncSession

import models
from bench.scale import grow
from bench.touched import planned, rows_touched, touched
from domain.demo import load_demo
from domain.scope import DISPATCHER, PUBLIC, Viewer
from models.database import database_url, writing_engine
from models.reading import open_reader
from tests.schema.rows import KEYRING

pytestmark = pytest.mark.asyncio(loop_scope="session")

SMALL, LARGE = 3, 18
GROWTH = 2
"""How many times more an answer may cost in a county six times as large: what is counted depends on where in the list
of names the first matches lie."""

VIEWERS = {"public": PUBLIC, "dispatcher": DISPATCHER}

BELOW = """{ divisions(first: 1, where: { level: { eq: %s } }) { nodes {
    teams(first: 10) { nodes { name } } people(first: 10) { nodes { name } } networkNodes(first: 5) { nodes { name } }
} } }"""


async def costs(address: str, viewer: Viewer) -> dict[str, int]:
    """Return the rows that each operation touches, and those of a page of what is at a place of each level."""
    found, reader = await touched(address, viewer, deepest=5), open_reader(database_url(address), 1)
    connection = await asyncpg.connect(address)
    for level in models.DivisionLevel:
        statement = planned(BELOW % level.value, {}, reader, viewer)
        found[level.value] = await rows_touched(connection, *statement)
    await connection.close()
    return found


async def test_the_rows_that_postgresql_touches_do_not_grow(postgres: Any, migrated: Any) -> None:
    name = f"grown{time.time_ns()}"
    postgres.psql(f"create database {name} template {migrated[1]}")
    address, present, found = str(postgres.get_uri(database=name)), 1, list[dict[str, dict[str, int]]]()
    engine = writing_engine(database_url(address))
    async with AsyncSession(engine) as session, session.begin():
        await load_demo(session, KEYRING, people=2500, teams=300)
    await engine.dispose()
    for wanted in (SMALL, LARGE):
        await grow(address, present, wanted)
        present = wanted
        found.append({who: await costs(address, viewer) for who, viewer in VIEWERS.items()})
    postgres.psql(f"drop database {name}")
    small, large = found
    grown = {
        (who, asked): (small[who][asked], rows)
        for who, costs in large.items()
        for asked, rows in costs.items()
        if rows > GROWTH * max(small[who][asked], 20)
    }
    assert grown == {}
