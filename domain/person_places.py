"""The places of people that triggers keep, against where they live and serve: whether they agree, and made anew."""

from typing import Any

from sqlalchemy import (
    CompoundSelect,
    Select,
    delete,
    except_,
    func,
    insert,
    literal_column,
    select,
    text,
    true,
    union_all,
)
from sqlalchemy.ext.asyncio import AsyncSession

from domain.reach import OPEN
from models import Membership, Person, PersonPlace, Team

COLUMNS = ("person_id", "division_id", "pinyin", "name")

STEPS = (1, 1000, 1_000_000)
"""A place's key, less its rest by these, is the key of the place itself, of its township, of its banner."""


def _placed() -> Select[Any]:
    """Return the places of all people, as the rules say."""
    served = select(Membership.person_id, Team.division_id).join(Team, Team.id == Membership.team_id)
    at = union_all(
        select(Person.id.label("person_id"), Person.division_id).where(Person.division_id.is_not(None)),
        served.where(Membership.status.in_(OPEN)),
    ).subquery()
    step = union_all(*(select(literal_column(str(size)).label("size")) for size in STEPS)).subquery()
    place = at.c.division_id - at.c.division_id % step.c.size
    joined = at.join(Person, Person.id == at.c.person_id).join(step, true())
    return select(Person.id, place, Person.pinyin, Person.name).select_from(joined).distinct()


async def drift(session: AsyncSession) -> int:
    """Return how many places of people are missing, or there without a reason."""
    kept = select(*(getattr(PersonPlace, name) for name in COLUMNS))

    async def count(rows: CompoundSelect[Any]) -> int:
        return await session.scalar(select(func.count()).select_from(rows.subquery())) or 0

    return await count(except_(kept, _placed())) + await count(except_(_placed(), kept))


async def recount(session: AsyncSession) -> None:
    """Make the places of people anew; nobody writes to people, memberships and teams meanwhile."""
    if session.get_bind().dialect.name == "postgresql":
        await session.execute(text("lock table person, membership, team in share row exclusive mode"))
    await session.execute(delete(PersonPlace))
    await session.execute(insert(PersonPlace).from_select(list(COLUMNS), _placed()))
