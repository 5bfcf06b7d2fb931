"""Sealed values that an answer shows go on record: one event a request, with their number and never their clear."""

from sqlalchemy.ext.asyncio import AsyncSession

from domain.acts import Act
from domain.events import record

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
