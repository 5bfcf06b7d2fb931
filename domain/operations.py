"""Operations that a client may send again: the same id does nothing twice and gives the same result."""

import datetime as dt
from typing import Any

import orjson
from sqlalchemy import BindParameter, bindparam, delete, text
from sqlalchemy.ext.asyncio import AsyncSession

from models import Operation, now
from models.base import Key
from models.sealed import Keyring

KEPT = dt.timedelta(days=30)

MINE: tuple[BindParameter[Any], ...] = (bindparam("account_id", type_=Key), bindparam("operation_id"))

CLAIM = text(
    "insert into operation (account_id, operation_id, input_hash, created_at)"
    " values (:account_id, :operation_id, :hashed, :moment) on conflict do nothing returning operation_id"
).bindparams(*MINE, bindparam("moment", type_=Operation.created_at.type))

SETTLE = text(
    "update operation set member = :member, key = :key where account_id = :account_id and operation_id = :operation_id"
).bindparams(*MINE, bindparam("key", type_=Key))


class Reused(Exception):
    """The id was used before, for something else."""


def input_hash(keyring: Keyring, mutation: str, given: Any) -> str:
    """Return the keyed hash of a mutation's name and its input, whatever order its fields stand in. (Keyed: an input
    may hold a name and a phone, which a plain hash would let others guess.)"""
    said = orjson.dumps([mutation, given], option=orjson.OPT_SORT_KEYS, default=str)
    return keyring.lookup_hash(said.decode())


async def claim(session: AsyncSession, account_id: int, operation_id: str, hashed: str) -> tuple[str, int] | None:
    """Take the id for this transaction, or return the type and key that came out when it was used before. Whoever
    comes second at the same time waits here for the first one's commit. Raises Reused."""
    mine = {"account_id": account_id, "operation_id": operation_id}
    if (await session.execute(CLAIM, {**mine, "hashed": hashed, "moment": now()})).first() is not None:
        return None
    known = await session.get_one(Operation, (account_id, operation_id))
    if known.input_hash != hashed:
        raise Reused(operation_id)
    assert known.member is not None and known.key is not None  # settled in the transaction that claimed it
    return known.member, known.key


async def settle(session: AsyncSession, account_id: int, operation_id: str, member: str, key: int) -> None:
    """Store what came out."""
    mine = {"account_id": account_id, "operation_id": operation_id}
    await session.execute(SETTLE, {**mine, "member": member, "key": key})


async def forget_old(session: AsyncSession) -> int:
    """Delete operations that nobody sends again; return how many."""
    old = delete(Operation).where(Operation.created_at < now() - KEPT).returning(Operation.operation_id)
    return len((await session.execute(old)).all())
