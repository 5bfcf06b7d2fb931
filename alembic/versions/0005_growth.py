"""What keeps answers quick as a county grows: indexes that give the rows of a place in the order of their names, and
sums over teams that triggers keep.

A later migration that rebuilds `team` on SQLite (batch mode, which loses triggers and the index on an expression) makes
both again.
"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

BY_NAME = ("pinyin", "name", "id")
PLACED = {"team": ("type", "status"), "person": (), "network_node": ()}
"""Tables whose rows are listed by place, and what narrows those lists inside the index."""

UNPUBLISHED = "status != 'ACTIVE' AND status != 'SUSPENDED' AND status != 'DORMANT'"

ENUMS = {
    "divisionlevel": ("BANNER", "TOWNSHIP", "VILLAGE"),
    "teamtype": ("PARTY_CADRE", "PROFESSIONAL", "SOCIAL_ORG"),
    "teamstatus": ("DRAFT", "SUBMITTED", "ACTIVE", "RETURNED", "REJECTED", "SUSPENDED", "DORMANT", "DISSOLVED"),
}

FILL = """
insert into team_tally (division_id, level, type, status, team_count, member_count)
select division_id, level, type, status, count(*), sum(member_count) from team group by 1, 2, 3, 4
"""

POSTGRESQL_FUNCTION = """
create function tally_teams() returns trigger language plpgsql as $$
declare
  added constant text := 'select division_id, level, type, status, 1 as teams, member_count as members from news';
  taken constant text := 'select division_id, level, type, status, -1 as teams, -member_count as members from olds';
  moved record;
begin
  for moved in execute
    'select division_id, level, type, status, sum(teams) as teams, sum(members) as members from ('
    || case tg_op when 'INSERT' then added when 'DELETE' then taken else added || ' union all ' || taken end
    || ') as parts group by 1, 2, 3, 4 having sum(teams) <> 0 or sum(members) <> 0'
  loop
    update team_tally set team_count = team_count + moved.teams, member_count = member_count + moved.members
    where id = (
      select id from team_tally
      where division_id = moved.division_id and type = moved.type and status = moved.status
      limit 1 for update skip locked);
    if not found then
      insert into team_tally (division_id, level, type, status, team_count, member_count)
      values (moved.division_id, moved.level, moved.type, moved.status, moved.teams, moved.members);
    end if;
  end loop;
  return null;
end $$
"""
POSTGRESQL_EMPTIED = """
create function forget_team_tally() returns trigger language plpgsql as $$
begin
  delete from team_tally;
  return null;
end $$
"""
POSTGRESQL_TRIGGERS = {
    "insert": "after insert on team referencing new table as news for each statement execute function tally_teams()",
    "update": "after update on team referencing old table as olds new table as news"
    " for each statement execute function tally_teams()",
    "delete": "after delete on team referencing old table as olds for each statement execute function tally_teams()",
    "truncate": "after truncate on team for each statement execute function forget_team_tally()",
}

# SQLite has one writer, so one row of each kind.
SQLITE_ADD = """
insert into team_tally (division_id, level, type, status, team_count, member_count)
select new.division_id, new.level, new.type, new.status, 0, 0 where not exists (
  select 1 from team_tally where division_id = new.division_id and type = new.type and status = new.status);
update team_tally set team_count = team_count + 1, member_count = member_count + new.member_count
where division_id = new.division_id and type = new.type and status = new.status;
"""
SQLITE_TAKE = """
update team_tally set team_count = team_count - 1, member_count = member_count - old.member_count
where division_id = old.division_id and type = old.type and status = old.status;
"""
SQLITE_TRIGGERS = {
    "insert": f"after insert on team begin {SQLITE_ADD} end",
    "update": "after update of division_id, level, type, status, member_count on team"
    f" begin {SQLITE_TAKE} {SQLITE_ADD} end",
    "delete": f"after delete on team begin {SQLITE_TAKE} end",
}


def _coded(name: str) -> sa.Enum:
    return sa.Enum(*ENUMS[name], name=name, native_enum=False, create_constraint=True, length=24)


def _tally() -> None:
    op.create_table(
        "team_tally",
        sa.Column("id", KEY, nullable=False),
        sa.Column("division_id", KEY, nullable=False),
        sa.Column("level", _coded("divisionlevel"), nullable=False),
        sa.Column("type", _coded("teamtype"), nullable=False),
        sa.Column("status", _coded("teamstatus"), nullable=False),
        sa.Column("team_count", sa.Integer(), nullable=False),
        sa.Column("member_count", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_team_tally")),
    )
    op.create_index(op.f("ix_team_tally_division_id_type_status"), "team_tally", ["division_id", "type", "status"])
    op.execute(FILL)
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    if not is_sqlite:
        op.execute(POSTGRESQL_FUNCTION)
        op.execute(POSTGRESQL_EMPTIED)
    for act, when in (SQLITE_TRIGGERS if is_sqlite else POSTGRESQL_TRIGGERS).items():
        op.execute(f"create trigger team_tallied_on_{act} {when}")


def _of_people(*included: str) -> None:
    """Make the index that gives a person's memberships anew: with their teams, no membership itself is looked at."""
    name, more = op.f("ix_membership_person_id_status_id"), list(included) or None
    op.drop_index(name, "membership")
    op.create_index(name, "membership", ["person_id", "status", "id"], postgresql_include=more)


def upgrade() -> None:
    _of_people("team_id")
    for table, columns in PLACED.items():
        names = [*BY_NAME, *columns]
        op.create_index(f"ix_{table}_in_division", table, ["division_id", *names])
        op.create_index(f"ix_{table}_in_township", table, [sa.text("(division_id / 1000)"), *names])
    op.drop_index("ix_person_division_id", "person")
    where = sa.text(UNPUBLISHED)
    op.create_index("ix_team_unpublished", "team", ["applicant_id"], sqlite_where=where, postgresql_where=where)
    _tally()


def downgrade() -> None:
    _of_people()
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    for act in SQLITE_TRIGGERS if is_sqlite else POSTGRESQL_TRIGGERS:
        op.execute(f"drop trigger team_tallied_on_{act}" + ("" if is_sqlite else " on team"))
    if not is_sqlite:
        op.execute("drop function tally_teams()")
        op.execute("drop function forget_team_tally()")
    op.drop_table("team_tally")
    op.drop_index("ix_team_unpublished", "team")
    op.create_index("ix_person_division_id", "person", ["division_id"])
    for table in PLACED:
        op.drop_index(f"ix_{table}_in_township", table)
        op.drop_index(f"ix_{table}_in_division", table)
