"""What every table shares: naming of constraints, keys made by the application, times in UTC, codes of enums."""

import datetime as dt
import enum
import secrets
import time
from typing import Any

from sqlalchemy import BigInteger, DateTime, Dialect, Enum, Integer, MetaData, Text, TypeDecorator
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}

Binary = Text().with_variant(Text(collation="C"), "postgresql")
"""Text that is sorted: compared by code point on both databases."""


Key = BigInteger().with_variant(Integer, "sqlite")
"""A key of 63 bits; `INTEGER` is SQLite's word for it, and the only one that makes it the row's own address."""


class Moment(TypeDecorator[dt.datetime]):
    """An aware UTC time with milliseconds; on SQLite the text that the API shows, `2026-01-02T03:04:05.678Z`."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> Any:
        return dialect.type_descriptor(Text() if dialect.name == "sqlite" else DateTime(timezone=True))

    def process_bind_param(self, value: dt.datetime | None, dialect: Dialect) -> Any:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"{value!r} has no time zone")
        value = value.astimezone(dt.UTC)
        value = value.replace(microsecond=value.microsecond // 1000 * 1000)
        return f"{value:%Y-%m-%dT%H:%M:%S}.{value.microsecond // 1000:03d}Z" if dialect.name == "sqlite" else value

    def process_result_value(self, value: Any, dialect: Dialect) -> dt.datetime | None:
        if isinstance(value, str):
            return dt.datetime.fromisoformat(value)
        return None if value is None else value.astimezone(dt.UTC)


def coded(kind: type[enum.Enum]) -> Enum:
    """An enum stored as its English code, with a CHECK that names it."""
    longest = max(len(member.name) for member in kind)
    return Enum(kind, native_enum=False, create_constraint=True, name=kind.__name__.lower(), length=max(24, longest))


class Base(DeclarativeBase):
    metadata = MetaData(naming_convention=NAMING)


_last_key = 0


def new_key() -> int:
    """Return a 63-bit key: milliseconds since 2020, then 22 random bits; rising in a process, apart between them."""
    global _last_key
    milliseconds = int(time.time() * 1000) - 1_577_836_800_000
    _last_key = max(_last_key + 1, (milliseconds << 22) | secrets.randbits(22))
    return _last_key


def now() -> dt.datetime:
    """Return the time now, aware, in UTC, with milliseconds."""
    value = dt.datetime.now(dt.UTC)
    return value.replace(microsecond=value.microsecond // 1000 * 1000)


class Keyed:
    """Has a key that the application makes, so that processes need not ask each other."""

    id: Mapped[int] = mapped_column(Key, primary_key=True, autoincrement=False, default=new_key)


class Mutable(Keyed):
    """Changes over time: the version is the optimistic lock of its writers."""

    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[dt.datetime] = mapped_column(Moment, default=now)
    updated_at: Mapped[dt.datetime] = mapped_column(Moment, default=now, onupdate=now)
