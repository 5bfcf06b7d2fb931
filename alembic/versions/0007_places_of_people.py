"""Where people are found: the places of each person, kept by triggers, so that a place lists its people at once.

A later migration that rebuilds `person`, `membership` or `team` on SQLite (batch mode, which loses triggers) makes
these again.
"""

import secrets

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
BINARY = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")

OPEN = "('INVITED', 'APPLIED', 'ACTIVE')"
MEMBERS = f"select person_id from membership where team_id = new.id and status in {OPEN}"

# The places of the people whose keys are `{of}`: their home and their teams, and what these lie in. A key of a place is
# its code filled up with zeros, so that without its last three or six digits it is the township's or the banner's.
PLACES = """
select distinct p.id as person_id, at.division_id - at.division_id % step.size as division_id, p.pinyin, p.name
from (
  select id, division_id from person where id {of} and division_id is not null
  union all
  select m.person_id, t.division_id from membership m join team t on t.id = m.team_id
  where m.person_id {of} and m.status in OPEN
) as at
join person p on p.id = at.id
cross join (select 1 as size union all select 1000 union all select 1000000) as step
""".replace("OPEN", OPEN)
ADD = f"""
insert into person_place (person_id, division_id, pinyin, name)
select person_id, division_id, pinyin, name from ({PLACES}) as found where not exists (
  select 1 from person_place kept where kept.person_id = found.person_id and kept.division_id = found.division_id);
"""
TAKE = f"""
delete from person_place where person_id {{of}} and not exists (
  select 1 from ({PLACES}) as found
  where found.person_id = person_place.person_id and found.division_id = person_place.division_id);
"""
NAME = """
update person_place set pinyin = p.pinyin, name = p.name from person p
where p.id = person_place.person_id and p.id {of} and (p.pinyin <> person_place.pinyin or p.name <> person_place.name);
"""

# Each person is locked before it is looked at: else of two transactions that change two memberships of one person, each
# would not see what the other one's leaves. One by one, so that a plan made while tables were small stays good.
POSTGRESQL_FUNCTION = f"""
create function place_people(keys bigint[]) returns void language plpgsql as $$
declare
  key bigint;
begin
  for key in select distinct one from unnest(keys) as one order by one loop
    perform 1 from person where id = key for no key update;
    {(TAKE + NAME + ADD).format(of="= key")}
  end loop;
end $$
"""
PLACE = "perform place_people((select array_agg(key) from ({}) as touched(key)));"
CHANGED = "from olds join news using (id) where"
POSTGRESQL_DONE = {
    # nobody who is new is in a team
    "person_insert": "insert into person_place (person_id, division_id, pinyin, name)"
    " select distinct id, division_id - division_id % size, pinyin, name"
    " from news cross join (values (1), (1000), (1000000)) as step(size) where division_id is not null;",
    "person_update": PLACE.format(
        f"select id {CHANGED} (olds.division_id, olds.pinyin, olds.name)"
        " is distinct from (news.division_id, news.pinyin, news.name)"
    ),
    "membership_insert": PLACE.format(f"select person_id from news where status in {OPEN}"),
    "membership_update": PLACE.format(
        f"select unnest(array[olds.person_id, news.person_id]) {CHANGED}"
        f" (olds.team_id, olds.person_id, olds.status in {OPEN})"
        f" <> (news.team_id, news.person_id, news.status in {OPEN})"
    ),
    "membership_delete": PLACE.format(f"select person_id from olds where status in {OPEN}"),
    "membership_truncate": PLACE.format("select id from person"),
    "team_update": PLACE.format(
        f"select m.person_id from membership m where m.status in {OPEN} and m.team_id in"
        f" (select id {CHANGED} olds.division_id <> news.division_id)"
    ),
}
"""By table and act: what keeps the places of those whom it may have moved."""
POSTGRESQL_SEEN = {
    "insert": "referencing new table as news",
    "update": "referencing old table as olds new table as news",
    "delete": "referencing old table as olds",
    "truncate": "",
}
# Who moves a team waits for those who are joining it, and they for who moves it: they hold its key.
POSTGRESQL_ALONE = """
create function hold_team_alone() returns trigger language plpgsql as $$
begin
  perform 1 from team where id = old.id for update;
  return new;
end $$
"""
POSTGRESQL_MOVED = """
create trigger team_moved_alone before update of division_id on team
for each row when (old.division_id <> new.division_id) execute function hold_team_alone()
"""
POSTGRESQL_STAMP = """
create trigger person_place_moves after insert or update or delete or truncate on person_place
for each statement execute function move_change_stamp()
"""

SQLITE_TRIGGERS = {
    "person_insert": f"after insert on person begin {ADD.format(of='= new.id')} end",
    "person_home": "after update of division_id on person"
    f" begin {TAKE.format(of='= new.id')} {ADD.format(of='= new.id')} end",
    "person_name": f"after update of pinyin, name on person begin {NAME.format(of='= new.id')} end",
    "membership_insert": f"after insert on membership when new.status in {OPEN}"
    f" begin {ADD.format(of='= new.person_id')} end",
    "membership_update": "after update of team_id, person_id, status on membership"
    f" when (old.team_id, old.person_id, old.status in {OPEN})"
    f" <> (new.team_id, new.person_id, new.status in {OPEN})"
    f" begin {TAKE.format(of='= old.person_id')} {ADD.format(of='= new.person_id')} end",
    "membership_delete": f"after delete on membership when old.status in {OPEN}"
    f" begin {TAKE.format(of='= old.person_id')} end",
    "team_update": "after update of division_id on team when old.division_id <> new.division_id"
    f" begin {TAKE.format(of=f'in ({MEMBERS})')} {ADD.format(of=f'in ({MEMBERS})')} end",
}
SQLITE_STAMP = """
create trigger person_place_moves_on_{act} after {act} on person_place
begin update change_stamp set number = number + 1 + (random() & 2147483647) where id = {id}; end
"""
ACTS = ("insert", "update", "delete")

# What people share is compared in filters: without these PostgreSQL expects one in two hundred to match, and sorts a
# whole place rather than walk it by name.
SHARED = ("birth_year", "political_status")
STATISTICS = "create statistics person_shared_{name} on (case when (shares_{name}) then {name} end) from person"


def _watch() -> None:
    """Give the table a stamp and the triggers that move it."""
    connection = op.get_bind()
    stamps = sa.table("change_stamp", sa.column("id", KEY), sa.column("table_name"), sa.column("number", KEY))
    row = sa.insert(stamps).values(table_name="person_place", number=secrets.randbelow(2**31)).returning(stamps.c.id)
    key = connection.execute(row).scalar_one()
    if connection.dialect.name == "postgresql":
        op.execute(POSTGRESQL_STAMP)
        return
    for act in ACTS:
        op.execute(SQLITE_STAMP.format(act=act, id=key))


def _keep_on_postgresql() -> None:
    op.execute(POSTGRESQL_FUNCTION)
    for name, done in POSTGRESQL_DONE.items():
        table, _, act = name.partition("_")
        body = f"begin {done} return null; end"
        op.execute(f"create function place_on_{name}() returns trigger language plpgsql as $$ {body} $$")
        op.execute(
            f"create trigger {table}_placed_on_{act} after {act} on {table} {POSTGRESQL_SEEN[act]}"
            f" for each statement execute function place_on_{name}()"
        )
    op.execute(POSTGRESQL_ALONE)
    op.execute(POSTGRESQL_MOVED)
    for name in SHARED:
        op.execute(STATISTICS.format(name=name))


def upgrade() -> None:
    op.create_table(
        "person_place",
        sa.Column("person_id", KEY, nullable=False),
        sa.Column("division_id", KEY, autoincrement=False, nullable=False),
        sa.Column("pinyin", BINARY, nullable=False),
        sa.Column("name", BINARY, nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_person_place_person_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("person_id", "division_id", name=op.f("pk_person_place")),
        sqlite_with_rowid=False,
    )
    op.execute(f"insert into person_place (person_id, division_id, pinyin, name) {PLACES.format(of='is not null')}")
    names = ["division_id", "pinyin", "name", "person_id"]
    op.create_index(op.f("ix_person_place_division_id_pinyin_name_person_id"), "person_place", names)
    _watch()
    if op.get_bind().dialect.name == "postgresql":
        _keep_on_postgresql()
        return
    for name, when in SQLITE_TRIGGERS.items():
        op.execute(f"create trigger {name.replace('_', '_placed_on_')} {when}")


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        for name in SHARED:
            op.execute(f"drop statistics person_shared_{name}")
        op.execute("drop trigger team_moved_alone on team")
        op.execute("drop function hold_team_alone()")
        for name in POSTGRESQL_DONE:
            table, _, act = name.partition("_")
            op.execute(f"drop trigger {table}_placed_on_{act} on {table}")
            op.execute(f"drop function place_on_{name}()")
        op.execute("drop function place_people(bigint[])")
    else:
        for name in SQLITE_TRIGGERS:
            op.execute(f"drop trigger {name.replace('_', '_placed_on_')}")
    op.drop_table("person_place")
    op.execute("delete from change_stamp where table_name = 'person_place'")
