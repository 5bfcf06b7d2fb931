"""Sealed values that an answer shows go on record: one event a request, with their number and never their clear."""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from domain.acts import Act
from domain.events import OPERATOR, record
from models import Division, DivisionLevel

LONGEST = 64
"""Characters of an operation's name that an event takes."""


async def record_opened(session: AsyncSession, act: Act, count: int, operation: str) -> None:
    """Write that the viewer's account was shown `count` values by an operation of this name, "" for none."""
    assert act.viewer.account_id is not None
    await record(
        session,
        entity="account",
        entity_id=act.viewer.account_id,
        type="pii.opened",
        actor=act.actor,
        payload={"count": count, "operation": operation[:LONGEST]},
    )


async def record_opened_by_operator(session: AsyncSession, count: int, operation: str) -> None:
    """Write that somebody at the server's terminal was shown `count` values. The operator has no account: the event is
    the banner's."""
    banner = select(Division.id).where(Division.level == DivisionLevel.BANNER)
    await record(
        session,
        entity="division",
        entity_id=(await session.scalars(banner)).one(),
        type="pii.opened",
        actor=OPERATOR,
        payload={"count": count, "operation": operation[:LONGEST]},
    )
