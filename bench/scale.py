"""What growth costs: the demo county 1, 10 and 100 times over, how many rows each operation touches on it and how long
it takes the dispatcher.

`python bench/scale.py`, about ten minutes; `--viewers office station` counts what coordinators touch. Each copy has
teams, people, members, skills and half-days of its own, in the same places: a hundred copies are 135,400 teams and two
million people.
"""

import argparse
import asyncio
import os
import sys
import time
from collections.abc import Mapping, Sequence

import asyncpg
from sqlalchemy import Table
from sqlalchemy.ext.asyncio import AsyncSession

import models
from bench.catalog import PEERS
from bench.database import database
from bench.load import load
from bench.operations import OPERATIONS, bodies, choices
from bench.peers import Server
from bench.touched import touched
from domain import person_places, tallies
from domain.viewers import DISPATCHER, Held, SignedIn, Viewer, viewer_of
from models import Role
from models.database import database_url, writing_engine
from models.division import division_key, last_key_below
from web.keys import new_keys

COPIED = (
    "person", "person_language", "person_skill", "availability", "team", "team_platform", "team_skill", "membership",
)  # fmt: skip
STEP = 1_000_000
"""How far apart the keys of two copies are; the demo's keys are below it."""

SPREAD = 500_000
"""In how many places of the order of names copies can stand."""


def coordinator(code: str) -> Viewer:
    """Return who coordinates a place and has nothing else."""
    place = division_key(code), last_key_below(code)
    return viewer_of(SignedIn(1, grants=(Held(Role.OFFICE_COORDINATOR, range=place),)))


VIEWERS = {"dispatcher": DISPATCHER, "office": coordinator("152222102"), "station": coordinator("152222102001")}

DIFFERENT = {("team", "code"), ("team", "name"), ("person", "phone_hash")}
"""Texts that no two copies share."""


def copying(table: Table, first: int, last: int) -> str:
    """Return the statement that makes the copies from `first` to `last` of the rows of copy 0."""

    def value(name: str) -> str:
        column = table.c[name]
        refers = {key.column.table.name for key in column.foreign_keys}
        if (name == "id" or refers & set(COPIED)) and column.type.python_type is int:
            return f"t.{name} + k * {STEP}"
        if name == "pinyin":  # else a hundred of the same name would stand side by side in every list
            return f"cast({SPREAD} + (t.id * 7919 + k * 104729) % {SPREAD} as text) || t.pinyin"
        return f"t.{name} || '-' || k" if (table.name, name) in DIFFERENT else f"t.{name}"

    names = [column.name for column in table.columns]
    key = "id" if "id" in names else next(name for name in names if name in ("team_id", "person_id"))
    return (
        f"insert into {table.name} ({', '.join(names)})"  # noqa: S608
        f" with recursive copies(k) as (select {first} union all select k + 1 from copies where k < {last})"
        f" select {', '.join(map(value, names))} from {table.name} t, copies where t.{key} < {STEP}"
        f" order by k, t.{key}"  # copy after copy, so that what belongs together lies together as it does in the first
    )


def copies(present: int, wanted: int) -> list[str]:
    """Return the statements that add copies until there are as many as wanted."""
    tables = models.Base.metadata.tables
    return [copying(tables[name], present, wanted - 1) for name in COPIED] if wanted > present else []


async def grow(address: str, present: int, wanted: int) -> None:
    """Add copies until there are as many as wanted."""
    connection = await asyncpg.connect(address)
    await connection.execute("set synchronous_commit = off; set session_replication_role = replica")
    for statement in copies(present, wanted):
        started = time.perf_counter()
        await connection.execute(statement)
        print(f"  {statement.split()[2]}: {time.perf_counter() - started:.0f} s", file=sys.stderr, flush=True)
    engine = writing_engine(database_url(address))
    async with AsyncSession(engine) as session, session.begin():
        await tallies.recount(session)  # no trigger saw the copies
        await person_places.recount(session)
    await engine.dispose()
    await connection.execute("vacuum analyze")
    await connection.close()


def medians(address: str, names: Sequence[str], seconds: float) -> dict[str, float]:
    """Return how many milliseconds each operation takes, one after the other on one connection."""
    found = {}
    with Server(PEERS["ours"], {"DATABASE_URL": address}) as server:
        server.first_answer(server.peer.body("tiny", {"code": ""}))
        for name in names:
            operation = OPERATIONS[name]
            asked = bodies(operation, server, choices(operation, server))
            load(server.url, asked, 1, 1)
            found[name] = load(server.url, asked, 1, seconds).p50
    return found


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--times", type=int, nargs="+", default=[1, 10, 100], help="sizes, growing")
    asked.add_argument("--operations", nargs="+", default=[*OPERATIONS], choices=[*OPERATIONS])
    asked.add_argument(
        "--viewers", nargs="+", default=["dispatcher"], choices=[*VIEWERS], help="whose rows are counted"
    )
    asked.add_argument("--seconds", type=float, default=5.0, help="of each measurement; 0 only counts rows")
    asked.add_argument("--database", metavar="URL", help="one that holds the demo; it will grow, and stay so")
    options = asked.parse_args()
    os.environ.update({name.upper(): value for name, value in new_keys().items()})
    times_taken: dict[int, dict[str, float]] = {}
    rows: dict[str, dict[int, dict[str, int]]] = {name: {} for name in options.viewers}
    with database(options.database) as (address, _):
        present = 1
        for times in sorted(options.times):
            print(f"Preparing {times} times the county …", file=sys.stderr, flush=True)
            asyncio.run(grow(address, present, times))
            present = times
            for name, counted in rows.items():
                counted[times] = asyncio.run(touched(address, VIEWERS[name]))
                print(times, name, counted[times], flush=True)
            if options.seconds:
                times_taken[times] = medians(address, options.operations, options.seconds)
                print(times, times_taken[times], flush=True)
    for name, counted in rows.items():
        table(options.operations, counted, f"rows of the {name}", ".0f")
    if times_taken:
        table(options.operations, times_taken, "p50 ms", ".2f")


def table(names: Sequence[str], found: Mapping[int, Mapping[str, float]], unit: str, form: str) -> None:
    """Print what was found at each size."""
    sizes = list(found)
    print(f"| operation | {' | '.join(f'{size}x, {unit}' for size in sizes)} | {sizes[-1]}x over {sizes[0]}x |")
    print("|---" * (len(sizes) + 2) + "|")
    for name in names:
        one = [found[size][name] for size in sizes]
        print(f"| {name} | {' | '.join(format(value, form) for value in one)} | {one[-1] / one[0]:.2f} |")


if __name__ == "__main__":
    main()
