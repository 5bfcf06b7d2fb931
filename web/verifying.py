"""`horqin verify`: walk the chains of events beside the running service, and say what is broken."""

import datetime as dt

import typer
from sqlalchemy.ext.asyncio import AsyncSession, create_async_engine

from domain.chains import Damage, Fault, Verdict, last_whole_day, verify
from web.loading import progress
from web.prepare import Unprepared, check_migrated, opened
from web.settings import Settings

WORDS = {
    Damage.MISSING: "缺失 | is missing",
    Damage.CHANGED: "内容被改动 | was changed",
    Damage.UNLINKED: "与前一事件不相连 | does not follow the one before it",
    Damage.HEAD_CHANGED: "与链头不符 | is not what the head of its chain names",
    Damage.HEAD_MISSING: "所在的链没有链头 | belongs to a chain without a head",
}


async def verify_events(settings: Settings, day: dt.date | None, *, root_only: bool) -> None:
    """Print what a walk found. Raises Unprepared when it found a fault, or when the day has not ended."""
    day = day or last_whole_day()
    if day > last_whole_day():
        raise Unprepared(f"{day} 还没有结束 | has not ended, its root is not known yet")
    verdict = await _walk(settings, day)
    if verdict.fault:
        raise Unprepared(f"事件链已损坏 | broken: {_named(verdict.fault)}")
    if not root_only:
        typer.echo(f"事件链完整 | whole: 事件 events {verdict.events}, 链 chains {verdict.chains}")
    typer.echo(f"{day} {verdict.root}")


async def _walk(settings: Settings, day: dt.date) -> Verdict:
    async with opened(settings) as engine:
        await check_migrated(engine)
    reading = create_async_engine(settings.url)  # ours for writing would hold SQLite's only lock for the whole walk
    try:
        async with AsyncSession(reading) as session:
            with progress() as advance:
                return await verify(session, day, advance)
    finally:
        await reading.dispose()


def _named(fault: Fault) -> str:
    return f"{fault.entity} {fault.entity_id}, 第 {fault.number} 个事件 event {fault.number}: {WORDS[fault.damage]}"
