"""Scalars as they stand in answers: the database writes them, we check them only on the way in."""

import datetime as dt
import uuid
from typing import Any, NewType

import strawberry
from graphql import GraphQLError

BigInt = NewType("BigInt", int)


def _date(value: Any) -> dt.date:
    try:
        return dt.date.fromisoformat(value)
    except (TypeError, ValueError):
        raise GraphQLError(f"{value!r} 不是日期，请写成 2026-01-31 (not a date; write 2026-01-31).") from None


def _moment(value: Any) -> dt.datetime:
    try:
        moment = dt.datetime.fromisoformat(value)
    except (TypeError, ValueError):
        moment = None
    if moment is None or moment.tzinfo is None or not 1900 < moment.year < 9000:
        raise GraphQLError(
            f"{value!r} 不是带时区的时间，请写成 2026-01-31T08:00:00Z (not a time with a zone; write it so)."
        )
    return moment.astimezone(dt.UTC)


def _uuid(value: Any) -> uuid.UUID:
    try:
        return uuid.UUID(value)
    except (AttributeError, TypeError, ValueError):
        raise GraphQLError(f"{value!r} 不是 UUID (not a UUID).") from None


def _big_int(value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not -(2**63) <= value < 2**63:
        raise GraphQLError(f"{value!r} 不是 64 位整数 (not an integer of 64 bits).")
    return value


def _same(value: Any) -> Any:
    return value


SCALARS: dict[object, Any] = {
    dt.date: strawberry.scalar(
        name="Date", description="日期 a day, ISO 8601: `2026-01-31`.", serialize=_same, parse_value=_date
    ),
    dt.datetime: strawberry.scalar(
        name="DateTime",
        description="时间 a moment in UTC, ISO 8601 with milliseconds: `2026-01-31T08:00:00.000Z`.",
        serialize=_same,
        parse_value=_moment,
    ),
    uuid.UUID: strawberry.scalar(
        name="UUID", description="随机编号 a random number, as RFC 9562 writes it.", serialize=str, parse_value=_uuid
    ),
    BigInt: strawberry.scalar(
        name="BigInt", description="长整数 an integer of 64 bits.", serialize=_same, parse_value=_big_int
    ),
}
