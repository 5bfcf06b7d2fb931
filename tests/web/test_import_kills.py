"""`horqin import` killed in the middle, as a lost power line would: nothing of the file is there, or all of it."""

import asyncio
import os
import random
import subprocess
import sys
import time
from pathlib import Path

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from domain.chains import verify
from domain.county import default_folder, load_county
from models import Event, Membership, Person, Team, WorkbookImport
from web.keys import new_keys

ROOT = Path(__file__).parents[2]
CLEAN = ROOT / "tests" / "samples" / "01_clean.xlsx"
ROUNDS = 3
NOTHING, ALL = (0, 0, 0, 0), (60, 600, 600, 1)


async def counts(engine: AsyncEngine) -> tuple[int, ...]:
    async with AsyncSession(engine) as session:
        found = [
            await session.scalar(select(func.count()).select_from(model)) or 0
            for model in (Team, Person, Membership, WorkbookImport)
        ]
        assert (await verify(session)).fault is None
        events = await session.scalar(select(func.count()).where(Event.type.like("%.imported"))) or 0
    assert (events == 0) == (found[0] == 0)
    return tuple(found)


async def test_a_killed_import_leaves_nothing_by_halves(url: str, engine: AsyncEngine, tmp_path: Path) -> None:
    async with AsyncSession(engine) as session, session.begin():
        await load_county(session, default_folder())
    keys = {name.upper(): value for name, value in new_keys().items()}
    environment = {**os.environ, **keys, "DATABASE_URL": url, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "web.cli", "import", str(CLEAN)]
    chance, outcomes = random.Random(5), []

    def started(*options: str) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            [*command, *options], cwd=tmp_path, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )

    moment = time.monotonic()
    assert started("--dry-run").wait() == 0
    seconds = time.monotonic() - moment  # all of an import but its writing
    for _ in range(ROUNDS):
        process = started()
        await asyncio.sleep(seconds * chance.uniform(0.8, 1.3))
        process.kill()
        process.wait()
        outcomes.append(await counts(engine))
    assert set(outcomes) <= {NOTHING, ALL}
    last = started()
    assert last.wait() == 0
    assert await counts(engine) == ALL
