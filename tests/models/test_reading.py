"""Connections that read: kept between requests, given back when something went wrong, made anew when they are lost."""

import asyncio
from collections.abc import AsyncIterator

import asyncpg
import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from models import reading
from models.database import database_url
from models.reading import PostgresReader, TooSlow, open_reader

SLOW = "select pg_sleep(30)::text"


@pytest.fixture
async def reader(url: str, engine: AsyncEngine, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[PostgresReader]:
    if engine.dialect.name != "postgresql":
        pytest.skip("SQLite has no connections to lose")
    monkeypatch.setattr(reading, "PATIENCE", 0.5)
    reader = open_reader(database_url(url), 2)
    assert isinstance(reader, PostgresReader)
    await reader.start()
    yield reader
    await reader.close()


async def answers(reader: PostgresReader) -> list[str | None]:
    return list(await asyncio.gather(*(reader.fetch("select $1::text", [str(turn)]) for turn in range(20))))


async def test_many_requests_share_few_connections(reader: PostgresReader) -> None:
    assert await answers(reader) == [str(turn) for turn in range(20)]
    assert reader.connections() == (2, 0)


async def test_a_statement_that_is_given_up_leaves_no_connection_busy(reader: PostgresReader) -> None:
    for _ in range(3):
        with pytest.raises(TooSlow):
            await reader.fetch(SLOW, [])
    assert reader.connections()[1] == 0
    assert await answers(reader) == [str(turn) for turn in range(20)]


async def test_a_request_that_is_broken_off_leaves_no_connection_busy(reader: PostgresReader) -> None:
    for _ in range(3):
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.1):
                await reader.fetch(SLOW, [])
    assert reader.connections()[1] == 0
    assert await answers(reader) == [str(turn) for turn in range(20)]


async def test_who_waits_too_long_for_a_connection_is_told(
    reader: PostgresReader, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "LONGEST", 0.5)
    await reader.fetch("select '1'", [])
    busy = [asyncio.create_task(reader.fetch("select pg_sleep(0.4)::text", [])) for _ in range(4)]
    await asyncio.sleep(0.1)
    with pytest.raises(TooSlow, match="no connection"):
        await reader.fetch("select '1'", [])
    await asyncio.gather(*busy)
    assert reader.connections() == (2, 0)


async def test_who_leaves_while_waiting_takes_nobodys_turn(reader: PostgresReader) -> None:
    busy = [asyncio.create_task(reader.fetch("select pg_sleep(0.2)::text", [])) for _ in range(2)]
    await asyncio.sleep(0.05)
    waiting = [asyncio.create_task(reader.fetch("select $1::text", [str(n)])) for n in range(10)]
    await asyncio.sleep(0.05)
    for task in waiting[::2]:
        task.cancel()
    await asyncio.gather(*busy)
    assert await asyncio.gather(*waiting[1::2]) == ["1", "3", "5", "7", "9"]
    assert reader.connections() == (2, 0)


async def test_a_mistake_in_a_statement_leaves_no_connection_busy(reader: PostgresReader) -> None:
    for _ in range(5):
        with pytest.raises(asyncpg.UndefinedColumnError):
            await reader.fetch("select nothing", [])
    assert await answers(reader) == [str(turn) for turn in range(20)]
    assert reader.connections() == (2, 0)


async def test_lost_connections_are_made_anew(reader: PostgresReader) -> None:
    await answers(reader)
    killer = await asyncpg.connect(reader._address)
    await killer.execute(
        "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'horqin reader'"
        " and datname = current_database()"
    )
    await killer.close()
    await asyncio.sleep(0.2)  # the loop hears that they are gone
    assert await answers(reader) == [str(turn) for turn in range(20)]
    assert reader.connections() == (2, 0)
