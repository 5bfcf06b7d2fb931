"""`horqin recount`: numbers that writing transactions keep, counted anew from what they are about."""

import typer
from sqlalchemy.ext.asyncio import AsyncSession

from domain import counters, tallies
from web.prepare import check_migrated, opened
from web.settings import Settings


async def recount(settings: Settings) -> None:
    """Count every team's members and skills, then the sums over teams; in one transaction. Raises Unprepared."""
    async with opened(settings) as engine:
        await check_migrated(engine)
        async with AsyncSession(engine) as session, session.begin():
            wrong = await tallies.drift(session)
            await counters.recount(session)
            await tallies.recount(session)
    typer.echo(f"已重新计数 | counted anew: 有误的汇总 wrong sums {wrong}")
