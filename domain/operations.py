"""Operations that a client may send again: the same id does nothing twice and gives the same result."""

import datetime as dt
from typing import Any

import orjson
from sqlalchemy import delete, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession

from models import Operation, now
from models.sealed import Keyring

KEPT = dt.timedelta(days=30)


class Reused(Exception):
    """The id was used before, for something else."""


def input_hash(keyring: Keyring, mutation: str, given: Any) -> str:
    """Return the keyed hash of a mutation's name and its input, whatever order its fields stand in. (Keyed: an input
    may hold a name and a phone, which a plain hash would let others guess.)"""
    text = orjson.dumps([mutation, given], option=orjson.OPT_SORT_KEYS, default=str)
    return keyring.lookup_hash(text.decode())


async def claim(session: AsyncSession, account_id: int, operation_id: str, hashed: str) -> tuple[str, int] | None:
    """Take the id for this transaction, or return the type and key that came out when it was used before. Whoever
    comes second at the same time waits here for the first one's commit. Raises Reused."""
    insert: Any = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    claimed = await session.execute(
        insert(Operation)
        .values(account_id=account_id, operation_id=operation_id, input_hash=hashed, created_at=now())
        .on_conflict_do_nothing()
        .returning(Operation.operation_id)
    )
    if claimed.first() is not None:
        return None
    known = await session.get_one(Operation, (account_id, operation_id))
    if known.input_hash != hashed:
        raise Reused(operation_id)
    assert known.member is not None and known.key is not None  # settled in the transaction that claimed it
    return known.member, known.key


async def settle(session: AsyncSession, account_id: int, operation_id: str, member: str, key: int) -> None:
    """Store what came out."""
    mine = (Operation.account_id == account_id, Operation.operation_id == operation_id)
    await session.execute(update(Operation).where(*mine).values(member=member, key=key))


async def forget_old(session: AsyncSession) -> int:
    """Delete operations that nobody sends again; return how many."""
    old = delete(Operation).where(Operation.created_at < now() - KEPT).returning(Operation.operation_id)
    return len((await session.execute(old)).all())
