"""One act of one viewer: what every use case gets, how it finds the rows it may touch, and how it goes on record."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, TypeVar

import orjson
from sqlalchemy import ColumnElement, select
from sqlalchemy.ext.asyncio import AsyncSession

from domain.events import Actor, record
from domain.refusals import Conflict, InvalidInput, NotFound
from domain.scope import find_visible
from domain.viewers import Viewer
from models import Base, Event, now
from models.base import Mutable
from models.sealed import Keyring

Model = TypeVar("Model", bound=Base)

AHEAD, BACK = dt.timedelta(minutes=5), dt.timedelta(days=30)
"""How far the device's time may lie ahead of ours, and how late an act may arrive."""


@dataclass
class Act:
    """Who acts, under which operation, and when it happened. `recorded` counts the events that were written."""

    viewer: Viewer
    keyring: Keyring
    operation_id: str | None = None
    occurred_at: dt.datetime | None = None
    on_behalf_of: int | None = None
    team_prefix: str = "T"
    """What the codes of the county's teams begin with."""
    recorded: int = field(default=0, init=False)
    renews: bool = field(default=True, init=False)
    """Whether the viewer may hold something else after it. A use case that knows better says so."""
    has_erased: bool = field(default=False, init=False)
    """Whether nothing of what was there may be found in the database's files."""

    def __post_init__(self) -> None:
        """Raises InvalidInput for a time that cannot be."""
        if self.occurred_at is not None:
            moment = now()
            if self.occurred_at > moment + AHEAD:
                raise InvalidInput("occurredAt", "ahead")
            if self.occurred_at < moment - BACK:
                raise InvalidInput("occurredAt", "too_late")

    @property
    def actor(self) -> Actor:
        return Actor(self.viewer.weightiest.value, self.viewer.channel, self.viewer.account_id, self.on_behalf_of)

    async def record(
        self,
        session: AsyncSession,
        row: Any,
        type: str,
        *,
        from_status: str | None = None,
        to_status: str | None = None,
        **payload: Any,
    ) -> None:
        """Put a change of `row` on record and count its version up. The entity is the name of the row's table."""
        if isinstance(row, Mutable):
            if row in session.new:
                await session.flush()  # its version is 1
            else:
                row.version += 1
            payload["version"] = row.version
        await record(
            session,
            entity=row.__tablename__,
            entity_id=row.id,
            type=type,
            actor=self.actor,
            operation_id=self.operation_id,
            occurred_at=self.occurred_at,
            from_status=from_status,
            to_status=to_status,
            payload=payload,
        )
        self.recorded += 1

    async def find(
        self, session: AsyncSession, model: type[Model], key: int | None, *conditions: ColumnElement[bool]
    ) -> Model:
        """Return the row, locked until the transaction ends. Raises NotFound for what the viewer cannot see, or that
        does not meet the conditions."""
        found, *_ = await self.find_with(session, model, key, conditions=conditions)
        return found

    async def find_with(
        self,
        session: AsyncSession,
        model: type[Model],
        key: int | None,
        *columns: Any,
        conditions: Iterable[ColumnElement[bool]] = (),
    ) -> tuple[Model, *tuple[Any, ...]]:
        """Return what `find` does, and what the columns say when it is locked. Raises NotFound."""
        statement = find_visible(model, self.viewer).where(*conditions).add_columns(*columns)
        locked = statement.with_for_update(of=model).execution_options(populate_existing=True)
        row = (await session.execute(locked, {**self.viewer.values, "key": key})).first()
        if row is None:
            raise NotFound(model.__tablename__)
        return tuple(row)


async def check_version(session: AsyncSession, row: Any, expected: int) -> None:
    """Raises Conflict, naming the types of the events since, when somebody else has changed the row."""
    if row.version == expected:
        return
    since = select(Event.type, Event.payload).where(Event.entity == row.__tablename__, Event.entity_id == row.id)
    changed = [
        type_
        for type_, payload in await session.execute(since.order_by(Event.number))
        if orjson.loads(payload).get("version", 0) > expected
    ]
    raise Conflict(row.version, dict.fromkeys(changed))
