"""A table's stamp moves in the transaction that writes to it, at its commit, and nobody waits for it."""

import asyncio
import random
from collections.abc import AsyncIterator, Mapping
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from domain.scope import VISIBLE, _nobody
from models.database import database_url
from models.reading import Reader, open_reader
from models.stamp import Stamps
from tests.schema import rows

SAME = {
    "team": "member_count = member_count",
    "person": "skill_note = 'x'",
    "membership": "version = version + 1",
    "division": "connectivity = connectivity",
    "person_skill": "level = level",
}
TABLES = {name for name, rule in VISIBLE.items() if rule is not _nobody}
ADD, CHANGE, REMOVE = (
    "insert into team_platform (team_id, platform) values (500, 'MEDIA')",
    "update team_platform set platform = 'SPORTS' where team_id = 500",
    "delete from team_platform where team_id = 500",
)
ON_POSTGRESQL = pytest.mark.parametrize("url", ["postgresql"], indirect=True)  # SQLite: one writer, triggers for rows


@pytest.fixture
async def reader(url: str, engine: AsyncEngine) -> AsyncIterator[Reader]:
    """A reader of the small registry."""
    await rows.fill(engine)
    reader = open_reader(database_url(url), 4)
    await reader.start()
    yield reader
    await reader.close()


@pytest.fixture
def stamps(reader: Reader) -> Stamps:
    return Stamps(reader)


def moved(before: Mapping[str, int], after: Mapping[str, int]) -> set[str]:
    assert all(after[name] >= before[name] for name in before)
    return {name for name in before if after[name] != before[name]}


async def write(engine: AsyncEngine, *statements: str) -> None:
    async with engine.begin() as connection:
        for statement in statements:
            await connection.execute(text(statement))


async def test_every_table_that_plans_may_read_has_a_stamp_that_every_kind_of_write_moves(
    engine: AsyncEngine, stamps: Stamps
) -> None:
    assert set(await stamps.read()) == TABLES
    async with engine.connect() as connection:
        if engine.dialect.name == "sqlite":
            found = await connection.execute(text("select name from sqlite_master where type = 'trigger'"))
            wanted = {f"{name}_moves_on_{act}" for name in TABLES for act in ("insert", "update", "delete")}
        else:  # bits: row 1, before 2, insert 4, delete 8, update 16, truncate 32
            found = await connection.execute(text("select tgname from pg_trigger where tgtype = 4 + 8 + 16 + 32"))
            wanted = {f"{name}_moves" for name in TABLES}
        assert wanted <= set(found.scalars())


async def test_each_kind_of_write_moves_the_stamp_of_its_table_alone(engine: AsyncEngine, stamps: Stamps) -> None:
    kinds = [ADD, CHANGE, REMOVE, *(["truncate team_platform"] if engine.dialect.name == "postgresql" else [])]
    before = await stamps.read()
    for statement in kinds:
        await write(engine, statement)
        after = await stamps.read()
        assert moved(before, after) == {"team_platform"}, statement
        before = after
    assert await stamps.read() is before


async def test_what_is_rolled_back_moves_nothing(engine: AsyncEngine, stamps: Stamps) -> None:
    before = await stamps.read()
    async with engine.connect() as connection:
        await connection.execute(text(ADD))
        await connection.rollback()
    assert moved(before, await stamps.read()) == set()


async def test_a_savepoint_rolled_back_takes_its_move_along_and_not_the_next_one(
    engine: AsyncEngine, stamps: Stamps
) -> None:
    before = await stamps.read()
    await write(engine, "savepoint a", ADD, "rollback to savepoint a")
    assert moved(before, await stamps.read()) == set()
    await write(engine, "savepoint a", ADD, "rollback to savepoint a", ADD)
    assert moved(before, await stamps.read()) == {"team_platform"}


async def test_a_transaction_is_seen_at_its_commit(engine: AsyncEngine, stamps: Stamps) -> None:
    before = await stamps.read()
    async with engine.begin() as connection:
        await connection.execute(text(ADD))
        assert moved(before, await stamps.read()) == set()
    assert moved(before, await stamps.read()) == {"team_platform"}


@ON_POSTGRESQL
async def test_postgresql_moves_a_stamp_once_in_a_transaction(engine: AsyncEngine, stamps: Stamps) -> None:
    before = await stamps.read()
    await write(engine, *[ADD, REMOVE] * 50)
    assert 0 < (await stamps.read())["team_platform"] - before["team_platform"] <= 2**31  # a hundred steps are more


@ON_POSTGRESQL
async def test_on_postgresql_a_writer_does_not_wait_for_another_one(engine: AsyncEngine, stamps: Stamps) -> None:
    before = await stamps.read()
    async with engine.begin() as first:
        await first.execute(text(ADD))
        async with asyncio.timeout(5), engine.begin() as second:
            await second.execute(text("delete from team_platform where team_id = 502"))
        between = await stamps.read()
        assert moved(before, between) == {"team_platform"}
    assert moved(between, await stamps.read()) == {"team_platform"}


@ON_POSTGRESQL
async def test_on_postgresql_eight_writers_of_the_same_tables_in_any_order_never_lock_each_other(
    engine: AsyncEngine, stamps: Stamps
) -> None:
    before, commits = await stamps.read(), 0

    async def writer(number: int) -> None:
        nonlocal commits
        dice = random.Random(number)
        for _ in range(25):
            async with engine.begin() as connection:
                for table in dice.sample(list(SAME), len(SAME)):
                    await connection.execute(text(f"update {table} set {SAME[table]} where id % 8 = {number}"))
            commits += 1

    async with asyncio.timeout(60), asyncio.TaskGroup() as group:
        for number in range(8):
            group.create_task(writer(number))
    assert commits == 200
    assert moved(before, await stamps.read()) == set(SAME)
    async with engine.connect() as connection:
        parts = await connection.execute(text("select table_name, count(*) from change_stamp group by 1"))
        assert max(count for _, count in parts) <= 8


class Watched:
    """The reader, with a gate behind each read and a count of reads."""

    def __init__(self, reader: Reader) -> None:
        self.reader, self.dialect = reader, reader.dialect
        self.count, self.has_read, self.gate = 0, asyncio.Event(), asyncio.Semaphore(0)

    async def start(self) -> None: ...

    async def close(self) -> None: ...

    def connections(self) -> tuple[int, int]:
        return self.reader.connections()

    async def fetch(self, sql: str, arguments: list[Any]) -> str | None:
        self.count += 1
        found = await self.reader.fetch(sql, arguments)
        self.has_read.set()
        await self.gate.acquire()
        return found


async def turns() -> None:
    for _ in range(5):
        await asyncio.sleep(0)


async def test_who_asks_at_the_same_time_shares_a_read_and_who_comes_during_it_gets_the_next(
    engine: AsyncEngine, reader: Reader
) -> None:
    watched = Watched(reader)
    stamps = Stamps(watched)
    first = [asyncio.create_task(stamps.read()) for _ in range(20)]
    await watched.has_read.wait()
    await write(engine, ADD)
    late = [asyncio.create_task(stamps.read()) for _ in range(20)]
    await turns()
    watched.gate.release()
    watched.gate.release()
    before, after = await asyncio.gather(*first), await asyncio.gather(*late)
    assert watched.count == 2
    assert all(one is before[0] for one in before)
    assert all(moved(before[0], one) == {"team_platform"} for one in after)


async def test_who_leaves_does_not_take_the_others_along(reader: Reader) -> None:
    watched = Watched(reader)
    stamps = Stamps(watched)
    leaving, staying = (asyncio.create_task(stamps.read()) for _ in range(2))
    await turns()
    leaving.cancel()
    watched.gate.release()
    assert set(await staying) == TABLES
    assert leaving.cancelled()


async def test_everybody_who_waits_hears_of_a_failure_and_the_next_one_reads_again(
    engine: AsyncEngine, reader: Reader
) -> None:
    stamps = Stamps(reader)
    await write(engine, "alter table change_stamp rename to away")
    found = await asyncio.gather(*(stamps.read() for _ in range(3)), return_exceptions=True)
    assert [isinstance(one, Exception) for one in found] == [True] * 3
    await write(engine, "alter table away rename to change_stamp")
    assert set(await stamps.read()) == TABLES


async def test_stamps_begin_at_random(stamps: Stamps) -> None:
    numbers = list((await stamps.read()).values())
    assert len(set(numbers)) == len(TABLES)
