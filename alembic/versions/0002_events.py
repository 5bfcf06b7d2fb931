"""The event chain.

A later migration that rebuilds `event` on SQLite (batch mode) loses the triggers and has to make them again.
"""

import sqlalchemy as sa
from alembic import op

import models.base

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
BINARY = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")

POSTGRESQL = (
    """
    create function event_is_append_only() returns trigger language plpgsql as
    $$ begin raise exception 'event is append-only'; end $$
    """,
    """
    create trigger event_append_only before update or delete or truncate on event
    for each statement execute function event_is_append_only()
    """,
)

# REPLACE deletes without asking the trigger for DELETE, so a row that is there already is refused before.
SQLITE = (
    "create trigger event_no_update before update on event begin select raise(abort, 'event is append-only'); end",
    "create trigger event_no_delete before delete on event begin select raise(abort, 'event is append-only'); end",
    """
    create trigger event_no_replace before insert on event
    when exists (select 1 from event where sequence = new.sequence)
      or exists (select 1 from event where entity = new.entity and entity_id = new.entity_id and number = new.number)
    begin select raise(abort, 'event is append-only'); end
    """,
)


def upgrade() -> None:
    op.create_table(
        "event",
        sa.Column("sequence", KEY, nullable=False),
        sa.Column("entity", BINARY, nullable=False),
        sa.Column("entity_id", KEY, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("actor_id", KEY, nullable=True),
        sa.Column("actor_role", sa.Text(), nullable=False),
        sa.Column("on_behalf_of", KEY, nullable=True),
        sa.Column("occurred_at", models.base.Moment(timezone=True), nullable=False),
        sa.Column("received_at", models.base.Moment(timezone=True), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("operation_id", sa.Text(), nullable=True),
        sa.Column("from_status", sa.Text(), nullable=True),
        sa.Column("to_status", sa.Text(), nullable=True),
        sa.Column("payload", sa.Text(), nullable=False),
        sa.Column("prev_hash", sa.Text(), nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.CheckConstraint("number > 0", name=op.f("ck_event_numbered_from_one")),
        sa.PrimaryKeyConstraint("sequence", name=op.f("pk_event")),
        sa.UniqueConstraint("entity", "entity_id", "number", name=op.f("uq_event_entity_entity_id_number")),
    )
    op.create_table(
        "event_head",
        sa.Column("entity", BINARY, nullable=False),
        sa.Column("entity_id", KEY, autoincrement=False, nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.CheckConstraint("count > 0", name=op.f("ck_event_head_never_empty")),
        sa.PrimaryKeyConstraint("entity", "entity_id", name=op.f("pk_event_head")),
    )
    for statement in POSTGRESQL if op.get_bind().dialect.name == "postgresql" else SQLITE:
        op.execute(statement)


def downgrade() -> None:
    op.drop_table("event_head")
    op.drop_table("event")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("drop function event_is_append_only()")
