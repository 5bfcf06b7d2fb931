"""Change stamps: what every transaction moves that writes to a table which answers are made of.

A later migration that makes a table for plans to read, or rebuilds one on SQLite (batch mode, which loses triggers),
makes triggers like these. A test names the tables that plans may read and that no trigger watches.
"""

import secrets

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
BINARY = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")

TABLES = (
    "division",
    "division_alias",
    "division_weakness",
    "network_node",
    "organization",
    "unit",
    "skill",
    "enum_label",
    "team",
    "team_tally",
    "team_platform",
    "team_skill",
    "membership",
    "person",
    "person_language",
    "person_skill",
    "availability",
    "event",
    "event_head",
    "account",
    "role_grant",
    "session",
    "api_token",
    "api_token_scope",
    "workbook_import",
    "workbook_import_entry",
)

# Once in a transaction: a setting that lasts as long as the transaction, and not longer than a savepoint rolled back,
# says that it was done. A thousand statements would otherwise leave a thousand versions of one row to walk through.
POSTGRESQL_FUNCTION = """
create function move_change_stamp() returns trigger language plpgsql as $$
declare
  mark constant text := 'change_stamp.' || tg_table_name;
  step constant bigint := 1 + floor(random() * 2147483647);
begin
  if current_setting(mark, true) = 'moved' then
    return null;
  end if;
  update change_stamp set number = number + step where id = (
    select id from change_stamp where table_name = tg_table_name limit 1 for update skip locked);
  if not found then
    insert into change_stamp (table_name, number) values (tg_table_name, step);
  end if;
  perform set_config(mark, 'moved', true);
  return null;
end $$
"""
POSTGRESQL_TRIGGER = """
create trigger {table}_moves after insert or update or delete or truncate on {table}
for each statement execute function move_change_stamp()
"""

# SQLite has triggers for rows only, and no memory for a transaction: one row found by its key is what each can afford.
SQLITE_TRIGGER = """
create trigger {table}_moves_on_{act} after {act} on {table}
begin update change_stamp set number = number + 1 + (random() & 2147483647) where id = {id}; end
"""


def watch(*tables: str) -> None:
    """Give each table a stamp, at a random beginning, and the triggers that move it."""
    connection = op.get_bind()
    stamps = sa.table("change_stamp", sa.column("id", KEY), sa.column("table_name"), sa.column("number", KEY))
    for table in tables:
        row = sa.insert(stamps).values(table_name=table, number=secrets.randbelow(2**31)).returning(stamps.c.id)
        key = connection.execute(row).scalar_one()
        if connection.dialect.name == "postgresql":
            op.execute(POSTGRESQL_TRIGGER.format(table=table))
            continue
        for act in ("insert", "update", "delete"):
            op.execute(SQLITE_TRIGGER.format(table=table, act=act, id=key))


def upgrade() -> None:
    op.create_table(
        "change_stamp",
        sa.Column("id", KEY, nullable=False),
        sa.Column("table_name", BINARY, nullable=False),
        sa.Column("number", KEY, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_change_stamp")),
    )
    if op.get_bind().dialect.name == "postgresql":
        op.execute(POSTGRESQL_FUNCTION)
    watch(*TABLES)


def downgrade() -> None:
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    for table in TABLES:
        if is_sqlite:
            for act in ("insert", "update", "delete"):
                op.execute(f"drop trigger {table}_moves_on_{act}")
        else:
            op.execute(f"drop trigger {table}_moves on {table}")
    op.drop_table("change_stamp")
    if not is_sqlite:
        op.execute("drop function move_change_stamp()")
