"""The sums over teams that triggers keep, against the teams themselves: whether they agree, and made anew."""

from typing import Any

from sqlalchemy import Select, delete, func, insert, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from models import Team, TeamTally

GROUP = ("division_id", "level", "type", "status")
SUMS = ("team_count", "member_count")


def _counted() -> Select[Any]:
    keys = [getattr(Team, name) for name in GROUP]
    return select(*keys, func.count(), func.sum(Team.member_count)).group_by(*keys)


async def drift(session: AsyncSession) -> int:
    """Return how many groups of a place, type and state have other sums than their teams."""
    keys = [getattr(TeamTally, name) for name in GROUP]
    sums = [func.sum(getattr(TeamTally, name)) for name in SUMS]
    kept = {tuple(row[:-2]): tuple(row[-2:]) for row in await session.execute(select(*keys, *sums).group_by(*keys))}
    found = {tuple(row[:-2]): tuple(row[-2:]) for row in await session.execute(_counted())}
    return sum(kept.get(group, (0, 0)) != found.get(group, (0, 0)) for group in kept.keys() | found.keys())


async def recount(session: AsyncSession) -> None:
    """Make the sums anew; nobody writes to teams meanwhile."""
    if session.get_bind().dialect.name == "postgresql":
        await session.execute(text("lock table team in share row exclusive mode"))
    await session.execute(delete(TeamTally))
    await session.execute(insert(TeamTally).from_select([*GROUP, *SUMS], _counted()))
