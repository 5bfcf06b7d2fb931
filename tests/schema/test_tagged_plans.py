"""An answer's tag stays only where the answer does: random questions, random writes, and what plans say they read."""

import random
import secrets
from collections import Counter
from typing import Any

import orjson
import pytest
from sqlalchemy import Table, delete, func, insert, select, text, tuple_, update
from sqlalchemy.exc import DBAPIError

from domain.scope import VISIBLE
from models.base import Base, new_key
from models.reading import Reader
from schema.plan.plans import CLOCK, DIALECTS
from tests.schema.conftest import Api
from tests.schema.rows import rows
from tests.schema.tagged import questions, tags_of

pytestmark = pytest.mark.asyncio(loop_scope="session")

READ_MOST = ("team", "person", "division", "membership", "skill")
WRITTEN = [Base.metadata.tables[model.__tablename__] for model in rows()]
WRITTEN += [Base.metadata.tables[name] for name in READ_MOST] * 3


async def relations(reader: Reader, sql: str, arguments: list[Any]) -> set[str]:
    """Return the tables that PostgreSQL would read."""
    found: set[str] = set()

    def walk(node: Any) -> None:
        if isinstance(node, dict):
            found.update(value for key, value in node.items() if key == "Relation Name")
            node = list(node.values())
        for item in node if isinstance(node, list) else ():
            walk(item)

    walk(orjson.loads(await reader.fetch(f"explain (format json) {sql}", arguments) or ""))
    return found


async def test_a_plan_names_every_table_that_postgresql_reads_for_it(apis: list[Api]) -> None:
    api, read = apis[1], Counter[str]()
    for question in questions(api, secrets.randbelow(10**9), 80):
        planned = question.planned(api)
        assert planned is not None
        plan, arguments, _ = planned
        tables = await relations(api.reader, plan.sql, arguments)
        assert tables <= plan.tables, question
        read.update(tables)
    assert len(read) > 12


@pytest.mark.parametrize(
    "value",
    [func.now(), func.current_timestamp(), func.random(), func.clock_timestamp(), func.date("now"), func.localtime()],
    ids=str,
)
@pytest.mark.parametrize("dialect", list(DIALECTS))
async def test_a_statement_that_asks_the_clock_or_dice_is_not_steady(value: Any, dialect: str) -> None:
    assert CLOCK.search(str(select(value).compile(dialect=DIALECTS[dialect])))


async def write(api: Api, dice: random.Random) -> str:
    """Change, remove or repeat one random row of a random table, or do so and take it back; return what came of it."""
    assert api.engine is not None
    table = dice.choice(WRITTEN)
    keys = list(table.primary_key.columns)
    async with api.engine.connect() as connection:
        found = (await connection.execute(select(table))).mappings().all()
        if not found:
            return "nothing there"
        row, other = dice.choice(found), dice.choice(found)
        here = tuple_(*keys) == tuple(row[key] for key in keys)
        try:
            await connection.execute(_change(table, keys, here, row, other, dice))
        except DBAPIError:
            await connection.rollback()
            return "refused"
        if dice.random() < 0.2:
            await connection.rollback()
            return "taken back"
        await connection.commit()
    return "written"


def _change(table: Table, keys: list[Any], here: Any, row: Any, other: Any, dice: random.Random) -> Any:
    kind = dice.choices(("update", "delete", "insert"), (16, 1, 4))[0]
    if kind == "delete":
        return delete(table).where(here)
    if kind == "insert":
        return insert(table).values({**row, **({"id": new_key()} if "id" in row else {})})
    columns = [column for column in table.c if column not in keys] or keys
    column = table.c.name if "name" in table.c and dice.random() < 0.5 else dice.choice(columns)
    return update(table).where(here).values({column: other[column]})


async def compare(api: Api, seed: int, rounds: int, asked: int) -> Counter[str]:
    """Write at random, and look at some questions after each write. Fails where a tag stays and its answer does not."""
    dice, tags, counted = random.Random(seed), tags_of(api), Counter[str]()
    pool = questions(api, seed, asked * 3)
    seen: dict[int, tuple[str, str | None]] = {}
    for number in range(rounds):
        counted[await write(api, dice)] += 1
        for at in dice.sample(range(len(pool)), asked):
            tag, answer = await pool[at].look(api, tags)
            if at in seen:
                assert tag != seen[at][0] or answer == seen[at][1], (seed, number, pool[at])
                counted["tag stays" if tag == seen[at][0] else "tag moves"] += 1
                counted["answer changes"] += answer != seen[at][1]
            seen[at] = tag, answer
    return counted


async def test_where_a_tag_stays_the_answer_does(own: Api) -> None:
    counted = await compare(own, secrets.randbelow(10**9), 40, 12)
    assert min(counted[kind] for kind in ("written", "tag stays", "tag moves")) > 0, counted


@pytest.mark.proof
async def test_where_a_tag_stays_the_answer_does_a_hundred_times_as_often(own: Api) -> None:
    counted = await compare(own, seed := secrets.randbelow(10**9), 2000, 25)
    print(f"\n{own.engine.dialect.name if own.engine else ''}, seed {seed}: {dict(counted)}")
    assert min(counted[kind] for kind in ("taken back", "tag stays", "tag moves", "answer changes")) > 100


async def test_every_row_that_a_question_can_read_lies_in_a_table_with_a_stamp(own: Api) -> None:
    """Else its answers have no tag, and are made each time."""
    assert own.engine is not None
    async with own.engine.connect() as connection:
        stamped = set((await connection.execute(text("select table_name from change_stamp"))).scalars())
    assert stamped == {name for name, rule in VISIBLE.items() if rule.__name__ != "_nobody"}
