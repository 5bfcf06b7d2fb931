"""Put every act on record: `record` adds one event to the chain of its entity, inside the transaction of the change;
`record_all` does so for many entities in few statements.

An event's hash is SHA-256 over the previous event's hash (64 zeros before the first) and the event's facts as
canonical JSON. Facts that are absent are left out of it: a column that is added later changes no old hash.
"""

import datetime as dt
import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

import orjson
from sqlalchemy import bindparam, insert, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from models import Event, EventHead, now
from models.base import Key

AT_ONCE = 5_000
"""Chains that one statement touches."""

ORIGIN = "0" * 64
"""What the first event of a chain follows."""

FACTS = (
    "entity", "entity_id", "number", "type", "actor_id", "actor_role", "on_behalf_of", "occurred_at", "received_at",
    "channel", "operation_id", "from_status", "to_status", "payload",
)  # fmt: skip
"""The columns that the hash covers."""

CODE = re.compile(r"[A-Za-z0-9_.:-]{0,64}")
PHONE = re.compile(r"1\d{10}")
IDENTITY_NUMBER = re.compile(r"\d{17}[\dXx]")

# Counts and locks in one statement, also when there is no head yet: the second writer of a chain waits here for the
# first one's commit. (On SQLite writers wait for each other when they begin.) A new head holds the hash of the first
# event already, a head that was there still that of its last one.
NEXT = text(
    "insert into event_head (entity, entity_id, count, hash) values (:entity, :entity_id, 1, :hash)"
    " on conflict (entity, entity_id) do update set count = event_head.count + 1 returning count, hash"
).bindparams(bindparam("entity_id", type_=Key))

ADD = insert(Event.__table__).inline()  # type: ignore[arg-type]
"""Inline, since nobody needs the sequence that the database gives."""

ENDS_WITH = text("update event_head set hash = :hash where entity = :entity and entity_id = :entity_id").bindparams(
    bindparam("entity_id", type_=Key)
)

COUNTED = text(
    "update event_head set count = count + 1, hash = :hash where entity = :entity and entity_id = :entity_id"
).bindparams(bindparam("entity_id", type_=Key))


@dataclass(frozen=True)
class Actor:
    """Who acts and through what, by keys and codes; no account for the system itself."""

    role: str
    channel: str
    account_id: int | None = None
    on_behalf_of: int | None = None


OPERATOR = Actor("OPERATOR", "CLI")
"""Who sits at the server's terminal."""


@dataclass(frozen=True)
class Happened:
    """What happened to one entity, in ids and codes."""

    entity: str
    entity_id: int
    type: str
    payload: Mapping[str, Any] = field(default_factory=dict)
    from_status: str | None = None
    to_status: str | None = None


async def record(
    session: AsyncSession,
    *,
    entity: str,
    entity_id: int,
    type: str,
    actor: Actor,
    operation_id: str | None = None,
    occurred_at: dt.datetime | None = None,
    from_status: str | None = None,
    to_status: str | None = None,
    payload: Mapping[str, Any] | None = None,
) -> str:
    """Add an event such as `team.approved` to the chain of its entity and hold the chain until the caller commits.
    Return its hash.

    Everything is ids and codes; texts stay in their own rows, where they can be erased. Raises TypeError for values
    that are not str, int, bool or None, ValueError for what reads like text, a phone or an identity number. Who
    writes to several chains in one transaction takes them in the order of (entity, entity_id), or two may deadlock.
    """
    happened = Happened(entity, entity_id, type, payload or {}, from_status, to_status)
    facts = _facts(happened, actor, now(), operation_id, occurred_at)
    facts["number"] = 1
    hashed = hash_after(ORIGIN, facts)
    head = {"entity": entity, "entity_id": entity_id}
    number, last = (await session.execute(NEXT, {**head, "hash": hashed})).one()
    if number == 1:
        await session.execute(ADD, {**facts, "prev_hash": ORIGIN, "hash": hashed})
        return hashed
    facts["number"] = number
    hashed = hash_after(last, facts)
    await session.execute(ADD, {**facts, "prev_hash": last, "hash": hashed})
    await session.execute(ENDS_WITH, {**head, "hash": hashed})
    return hashed


async def record_all(session: AsyncSession, acts: Iterable[Happened], actor: Actor) -> int:
    """Add what happened to many entities, one event each, as `record` would. Return how many events there are.

    The caller holds the rows: two that begin the same chain at once would collide. Raises what `record` raises.
    """
    received_at, count = now(), 0
    for entity, group in groupby(sorted(acts, key=lambda act: (act.entity, act.entity_id)), lambda act: act.entity):
        all_of_kind = list(group)
        for start in range(0, len(all_of_kind), AT_ONCE):
            some = all_of_kind[start : start + AT_ONCE]
            await _add(session, entity, [_facts(act, actor, received_at) for act in some])
            count += len(some)
    return count


async def _add(session: AsyncSession, entity: str, events: list[dict[str, Any]]) -> None:
    ended = select(EventHead.entity_id, EventHead.count, EventHead.hash).where(EventHead.entity == entity)
    ended = ended.where(EventHead.entity_id.in_([facts["entity_id"] for facts in events]))
    rows = await session.execute(ended.order_by(EventHead.entity_id).with_for_update())
    heads = {entity_id: (count, last) for entity_id, count, last in rows}
    for facts in events:
        number, facts["prev_hash"] = heads.get(facts["entity_id"], (0, ORIGIN))
        facts["number"] = number + 1
        facts["hash"] = hash_after(facts["prev_hash"], facts)
    names = ("entity", "entity_id", "hash")
    first = [{name: facts[name] for name in names} | {"count": 1} for facts in events if facts["number"] == 1]
    later = [{name: facts[name] for name in names} for facts in events if facts["number"] > 1]
    await session.execute(ADD, events)
    if first:
        await session.execute(insert(EventHead.__table__), first)  # type: ignore[arg-type]
    if later:
        await session.execute(COUNTED, later)


def _facts(
    act: Happened,
    actor: Actor,
    received_at: dt.datetime,
    operation_id: str | None = None,
    occurred_at: dt.datetime | None = None,
) -> dict[str, Any]:
    codes = {
        "entity": act.entity,
        "entity_id": act.entity_id,
        "type": act.type,
        "actor_id": actor.account_id,
        "actor_role": actor.role,
        "on_behalf_of": actor.on_behalf_of,
        "channel": actor.channel,
        "operation_id": operation_id,
        "from_status": act.from_status,
        "to_status": act.to_status,
    }
    check(codes)
    times = {"occurred_at": _to_milliseconds(occurred_at or received_at), "received_at": received_at}
    return {**codes, **times, "payload": canonical(dict(act.payload))}


def canonical(value: Any) -> str:
    """Return the one JSON text of keys and codes: sorted keys, no spaces. Raises TypeError, ValueError."""
    check(value)
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS).decode()


def hash_after(last: str, facts: Mapping[str, Any]) -> str:
    """Return the hash of the event with these facts (extra ones do not count) when it follows the one hashed `last`."""
    present = {name: facts[name] for name in FACTS if facts[name] is not None}
    for name in ("occurred_at", "received_at"):
        present[name] = moment_text(present[name])
    return hashlib.sha256(last.encode() + orjson.dumps(present, option=orjson.OPT_SORT_KEYS)).hexdigest()


def moment_text(value: Any) -> Any:
    """Return a time as `2026-01-02T03:04:05.678Z`, as SQLite stores it; microseconds, which nobody writes, show."""
    if not isinstance(value, dt.datetime):
        return value
    precision = "microseconds" if value.microsecond % 1000 else "milliseconds"
    return value.astimezone(dt.UTC).isoformat(timespec=precision).removesuffix("+00:00") + "Z"


def _to_milliseconds(value: dt.datetime) -> dt.datetime:
    if value.tzinfo is None:
        raise ValueError(f"{value!r} has no time zone")
    return value.replace(microsecond=value.microsecond // 1000 * 1000)


def check(value: Any) -> None:
    """Refuse what is no id and no code. A key of 18 digits is an integer, so that it is not taken for a citizen."""
    match value:
        case None | bool():
            pass
        case int():
            _refuse(PHONE.fullmatch(str(value)))
        case str():
            _refuse(not CODE.fullmatch(value) or PHONE.fullmatch(value) or IDENTITY_NUMBER.fullmatch(value))
        case dict():
            if not all(isinstance(key, str) for key in value):
                raise TypeError("a key that is no str in an event")
            check([*value.keys(), *value.values()])
        case list() | tuple():
            for item in value:
                check(item)
        case _:
            raise TypeError(f"a value of {type(value).__name__} in an event")


def _refuse(is_personal: object) -> None:
    if is_personal:
        raise ValueError("an event takes ids and codes only")  # the value itself would reach the log
