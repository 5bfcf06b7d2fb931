"""What happened: one append-only table of events, chained by hashes for each entity, and the head of every chain."""

import datetime as dt

from sqlalchemy import CheckConstraint, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Binary, Key, Moment


class Event(Base):
    """One act on one entity. Rows are only ever added: triggers refuse UPDATE and DELETE.

    Accounts and persons are named by key and without FOREIGN KEY, codes have no CHECK: an erased person breaks no
    chain, and a new word needs no new shape of a table that must not be rewritten.
    """

    __tablename__ = "event"
    __table_args__ = (
        UniqueConstraint("entity", "entity_id", "number"),
        CheckConstraint("number > 0", name="numbered_from_one"),
    )

    sequence: Mapped[int] = mapped_column(Key, primary_key=True, key="id")
    """Given by the database; a position for readers who follow, not a fact, and so not part of the hash. Plans find
    the key of every table under `id`."""
    entity: Mapped[str] = mapped_column(Binary)
    entity_id: Mapped[int] = mapped_column(Key)
    number: Mapped[int]
    type: Mapped[str] = mapped_column(Text)
    actor_id: Mapped[int | None] = mapped_column(Key)
    actor_role: Mapped[str] = mapped_column(Text)
    on_behalf_of: Mapped[int | None] = mapped_column(Key)
    occurred_at: Mapped[dt.datetime] = mapped_column(Moment)
    received_at: Mapped[dt.datetime] = mapped_column(Moment)
    channel: Mapped[str] = mapped_column(Text)
    operation_id: Mapped[str | None] = mapped_column(Text)
    from_status: Mapped[str | None] = mapped_column(Text)
    to_status: Mapped[str | None] = mapped_column(Text)
    payload: Mapped[str] = mapped_column(Text)
    prev_hash: Mapped[str] = mapped_column(Text)
    hash: Mapped[str] = mapped_column(Text)


class EventHead(Base):
    """The end of one entity's chain: how many events it has, and the hash of the last."""

    __tablename__ = "event_head"
    __table_args__ = (CheckConstraint("count > 0", name="never_empty"),)

    entity: Mapped[str] = mapped_column(Binary, primary_key=True)
    entity_id: Mapped[int] = mapped_column(Key, primary_key=True, autoincrement=False)
    count: Mapped[int]
    hash: Mapped[str] = mapped_column(Text)
