"""`horqin recount`: numbers that writing transactions keep, counted anew from what they are about."""

import typer
from sqlalchemy.ext.asyncio import AsyncSession

from domain import counters, person_places, tallies
from web.prepare import check_migrated, opened
from web.settings import Settings


async def recount(settings: Settings) -> None:
    """Count every team's members and skills, then the sums over teams and the places of people; in one transaction.
    Raises Unprepared."""
    async with opened(settings) as engine:
        await check_migrated(engine)
        async with AsyncSession(engine) as session, session.begin():
            wrong, astray = await tallies.drift(session), await person_places.drift(session)
            await counters.recount(session)
            await tallies.recount(session)
            await person_places.recount(session)
    found = f"有误的汇总 wrong sums {wrong}, 有误的人员归属 wrong places of people {astray}"
    typer.echo(f"已重新计数 | counted anew: {found}")
