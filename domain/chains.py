"""Walk the chains of events and name the first row that is broken or missing; the root that a day leaves behind."""

import datetime as dt
import enum
import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, Text, and_, func, select, type_coerce
from sqlalchemy.ext.asyncio import AsyncSession

from domain.events import FACTS, ORIGIN, hash_after, moment_text
from models import Event, EventHead

AT_ONCE = 5_000
"""Rows that are held in memory."""

CHINA = dt.timezone(dt.timedelta(hours=8))

Progress = Callable[[int, int, str], None]


class Damage(enum.Enum):
    MISSING = "MISSING"
    CHANGED = "CHANGED"  # not what was hashed
    UNLINKED = "UNLINKED"  # does not follow the event before it
    HEAD_CHANGED = "HEAD_CHANGED"  # the head does not name the last event
    HEAD_MISSING = "HEAD_MISSING"


@dataclass(frozen=True)
class Fault:
    """Where a chain breaks: the event of this number of this entity."""

    damage: Damage
    entity: str
    entity_id: int
    number: int


@dataclass(frozen=True)
class Verdict:
    """What a walk found. Without a fault, `root` covers the last event of every chain at the end of the day."""

    fault: Fault | None
    events: int
    chains: int
    root: str


def last_whole_day() -> dt.date:
    return dt.datetime.now(CHINA).date() - dt.timedelta(days=1)


async def verify(session: AsyncSession, day: dt.date | None = None, progress: Progress | None = None) -> Verdict:
    """Compare every event with its hash, its predecessor and its head, streaming, and stop at the first fault.

    The root of a past day (Asia/Shanghai) comes out the same forever. One that was kept elsewhere shows what chains
    and heads cannot tell: that a chain vanished together with its head, or was forged as a whole.
    """
    total = await session.scalar(select(func.coalesce(func.sum(EventHead.count), 0))) or 0
    walk = Walk(dt.datetime.combine((day or last_whole_day()) + dt.timedelta(days=1), dt.time(), CHINA))
    rows = await session.stream(_every_chain(), execution_options={"yield_per": AT_ONCE})
    try:
        async for page in rows.partitions():
            for row in page:
                if fault := walk.step(row):
                    return walk.verdict(fault)
            if progress:
                progress(walk.events, total, "事件 events")
    finally:
        await rows.close()
    fault = walk.leave() or await _first_without_head(session)
    return walk.verdict(fault)


class Walk:
    """Goes from event to event in the order of chains and numbers, and remembers the end of the chain so far."""

    def __init__(self, closing: dt.datetime) -> None:
        self.events = self.chains = 0
        self._closing = moment_text(closing)
        self._root = hashlib.sha256()
        self._head: Sequence[Any] | None = None
        self._number, self._last, self._at_closing = 0, ORIGIN, ""

    def step(self, row: Sequence[Any]) -> Fault | None:
        head, facts, prev_hash, hashed = row[:4], row[4:-2], row[-2], row[-1]
        if self._head != head:
            if fault := self.leave():
                return fault
            self._head, self.chains = head, self.chains + 1
        if hashed is None:
            return None  # a head without events: leaving it tells
        event = dict(zip(FACTS, facts, strict=True))
        if event["number"] != self._number + 1:
            return self._fault(Damage.MISSING, self._number + 1)
        if prev_hash != self._last:
            return self._fault(Damage.UNLINKED, event["number"])
        event["occurred_at"], event["received_at"] = (
            moment_text(event["occurred_at"]),
            moment_text(event["received_at"]),
        )
        if _hash(self._last, event) != hashed:
            return self._fault(Damage.CHANGED, event["number"])
        self._number, self._last, self.events = event["number"], hashed, self.events + 1
        if moment_text(event["received_at"]) < self._closing:
            self._at_closing = f"{event['entity']} {event['entity_id']} {event['number']} {hashed}\n"
        return None

    def leave(self) -> Fault | None:
        """End the chain: it has to be as long as its head says, and end with what its head names."""
        if self._head is None:
            return None
        _, _, count, last = self._head
        if self._number < count:
            return self._fault(Damage.MISSING, self._number + 1)
        if (self._number, self._last) != (count, last):
            return self._fault(Damage.HEAD_CHANGED, self._number)
        self._root.update(self._at_closing.encode())
        self._head, self._number, self._last, self._at_closing = None, 0, ORIGIN, ""
        return None

    def verdict(self, fault: Fault | None) -> Verdict:
        return Verdict(fault, self.events, self.chains, self._root.hexdigest())

    def _fault(self, damage: Damage, number: int) -> Fault:
        assert self._head
        return Fault(damage, self._head[0], self._head[1], number)


def _hash(last: str, event: dict[str, Any]) -> str | None:
    try:
        return hash_after(last, event)
    except TypeError:  # SQLite keeps a value of any type in any column
        return None


def _every_chain() -> Select[Any]:
    """Every head with its events, or with one row of NULLs. Times come as stored: a forged one may be no time."""
    times = {name: type_coerce(Event.__table__.c[name], Text) for name in ("occurred_at", "received_at")}
    facts = [times.get(name, Event.__table__.c[name]) for name in FACTS]
    return (
        select(EventHead.entity, EventHead.entity_id, EventHead.count, EventHead.hash)
        .add_columns(*facts, Event.prev_hash, Event.hash)
        .select_from(EventHead)
        .outerjoin(Event, and_(Event.entity == EventHead.entity, Event.entity_id == EventHead.entity_id))
        .order_by(EventHead.entity, EventHead.entity_id, Event.number)
    )


async def _first_without_head(session: AsyncSession) -> Fault | None:
    has_head = select(EventHead.count).where(
        EventHead.entity == Event.entity, EventHead.entity_id == Event.entity_id
    ).exists()  # fmt: skip
    found = select(Event.entity, Event.entity_id, Event.number).where(~has_head)
    row = (await session.execute(found.order_by(Event.entity, Event.entity_id, Event.number).limit(1))).first()
    return Fault(Damage.HEAD_MISSING, *row) if row else None
