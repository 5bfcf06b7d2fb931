"""What an event costs beside its change: `python bench/events.py` prints medians of acts with and without one, in turn.

An act is one transaction that counts a team's version up, committed to the disk, through the session that acts use.
"""

import argparse
import asyncio
import statistics
import tempfile
import time
from pathlib import Path

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from bench.database import database, fill
from domain.events import Actor, record
from models import Team
from models.database import database_url, serving_engine

ACTOR = Actor("OFFICE_COORDINATOR", "API", 41)


async def act(engine: AsyncEngine, key: int, has_event: bool) -> float:
    """Return the milliseconds of one act."""
    started = time.perf_counter()
    async with AsyncSession(engine) as session, session.begin():
        await session.execute(update(Team).where(Team.id == key).values(version=Team.version + 1))
        if has_event:
            await record(session, entity="team", entity_id=key, type="team.edited", actor=ACTOR, payload={"version": 2})
    return (time.perf_counter() - started) * 1000


async def measure(address: str, acts: int) -> None:
    url = database_url(address)
    engine = serving_engine(url, 4)
    async with AsyncSession(engine) as session:
        keys = list(await session.scalars(select(Team.id)))
    found: dict[bool, list[float]] = {True: [], False: []}
    for number in range(acts * 2):
        found[bool(number % 2)].append(await act(engine, keys[number // 2 % len(keys)], bool(number % 2)))
    await engine.dispose()
    plain, with_event = (statistics.median(found[kind]) for kind in (False, True))
    name = url.get_backend_name()
    print(f"{name}: {plain:.2f} ms without, {with_event:.2f} ms with an event: {with_event - plain:.2f} ms for it")


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--acts", type=int, default=2000, help="of each kind (2000)")
    options = asked.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        address = f"sqlite:///{Path(folder) / 'events.db'}"
        asyncio.run(fill(address))
        asyncio.run(measure(address, options.acts))
    with database(None) as (address, _):
        asyncio.run(measure(address, options.acts))


if __name__ == "__main__":
    main()
