"""Events: what happened to whom and when, in codes. Who did it is for the auditor."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

import strawberry
from sqlalchemy import ColumnElement, Text, and_, case, cast, literal_column

import models
from models import Event as Row
from models.base import Key
from schema.enums import worded
from schema.filters import DateTimeFilter, TextFilter, all_of, any_of, compare, condition, none_of
from schema.nodes import NODES
from schema.plan import spec
from schema.plan.fields import column, connection, orders
from schema.plan.ids import parse_id
from schema.relay import Node, identifier

TYPES = {str(table.name): name for name, table in NODES.items() if name != "Event"}  # type: ignore[attr-defined]
"""Of the tables that events tell of, the types whose ids name their rows."""
TABLES: Mapping[str | None, str] = {name: table for table, name in TYPES.items()}

ORDERS = spec.choice("EventOrder", ["SEQUENCE_DESC", "SEQUENCE_ASC"])
worded(
    ORDERS,
    "事件排序 orders of events.",
    "先后，新的在前 as they were recorded, the latest first",
    "先后，旧的在前 as they were recorded",
)


def _prefixed(name: str, key: ColumnElement[Any]) -> ColumnElement[Any]:
    return literal_column(f"'{name}_'", Text()) + cast(key, Text())


def _subject(row: spec.Row) -> ColumnElement[Any]:
    whens = {table: literal_column(f"'{name}'", Text()) for table, name in TYPES.items()}
    return case(whens, value=row.c.entity, else_=row.c.entity) + "_" + cast(row.c.entity_id, Text())


def _about() -> Any:
    def predicate(row: spec.Row, given: Any, bind: spec.Bind) -> ColumnElement[bool]:
        return and_(
            row.c.entity == bind(given, Text(), lambda text: TABLES.get(parse_id(text)[0])),
            row.c.entity_id == bind(given, Key, lambda text: parse_id(text)[1]),
        )

    return condition(predicate, "关于哪个对象（全局编号） of the thing with this global id")


@strawberry.input(description="事件条件 narrows events.")
class EventWhere:
    and_: list["EventWhere"] | None = all_of()
    or_: list["EventWhere"] | None = any_of()
    not_: "EventWhere | None" = none_of()
    entity: TextFilter | None = compare(Row.entity, "对象的种类 kind of thing: team, person, membership")
    entity_id: strawberry.ID | None = _about()
    type: TextFilter | None = compare(Row.type, "事件种类 what happened: team.approved")
    actor_role: TextFilter | None = compare(Row.actor_role, "行为人的角色 role of who acted")
    occurred_at: DateTimeFilter | None = compare(Row.occurred_at, "发生时间 when it happened")
    received_at: DateTimeFilter | None = compare(Row.received_at, "收到时间 when it was received")


@strawberry.type(description="事件：发生过的一件事，只增不改 something that happened: added, never changed.")
class Event(Node):
    id: strawberry.ID = identifier("Event")
    type: str = column(Row.type, "事件种类 what happened: team.approved")
    entity: str = column(Row.entity, "对象的种类 kind of thing: team, person, membership")
    entity_id: strawberry.ID = column(_subject, "对象的全局编号 global id of the thing")
    number: int = column(Row.number, "这个对象的第几个事件 which event of the thing")
    occurred_at: dt.datetime = column(Row.occurred_at, "发生时间 when it happened")
    received_at: dt.datetime = column(Row.received_at, "收到时间 when it was received")
    channel: str = column(Row.channel, "渠道 through what it came: WEB, WECHAT, API, CLI")
    from_status: str | None = column(Row.from_status, "原来的状态 state before")
    to_status: str | None = column(Row.to_status, "后来的状态 state after")
    actor_role: str = column(Row.actor_role, "行为人的角色 role of who acted")
    operation_id: str | None = column(Row.operation_id, "操作编号 operation that it belongs to")
    actor_id: strawberry.ID | None = column(
        lambda row: _prefixed("Account", row.c.actor_id),
        "行为人的账号，审计员可见 account of who acted, for the auditor",
        gate="actors",
    )
    payload: str | None = column(
        Row.payload, "细节：编号和代码，审计员可见 details in ids and codes as JSON, for the auditor", gate="actors"
    )
    hash: str | None = column(Row.hash, "链上的摘要，审计员可见 its hash in the chain, for the auditor", gate="actors")


BY_SEQUENCE = orders(ORDERS, {"SEQUENCE": ()})


def history(model: type[models.Base]) -> Any:
    """The events of a row of this model."""
    table = model.__table__
    entity = literal_column(f"'{table.name}'", Text())  # type: ignore[attr-defined]

    def on(row: spec.Row, event: spec.Row) -> ColumnElement[bool]:
        return and_(event.c.entity == entity, event.c.entity_id == row.c.id)

    link = spec.Link(Row.__table__, on, ("id",))
    return connection(
        link, "经过，最新的在前 what happened to it, the latest first", where=EventWhere, orders=BY_SEQUENCE
    )


def events() -> Any:
    """At the root: the events that the viewer may see."""
    return connection(
        Row.__table__, "事件，看得到的 events, as far as the viewer may see", where=EventWhere, orders=BY_SEQUENCE
    )
