"""`horqin verify` says in one line whether the chains are whole, reads beside a writer, and changes nothing."""

import asyncio
import datetime as dt
import re
import sqlite3
from collections.abc import Callable
from contextlib import closing, nullcontext
from typing import Any

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession
from typer.testing import CliRunner, Result

from domain.chains import last_whole_day
from domain.events import Actor, record
from models.database import database_url, writing_engine
from web.cli import app
from web.settings import Settings

TODAY = last_whole_day() + dt.timedelta(days=1)


@pytest.fixture
def horqin(ready: str, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    """Run a command on a migrated database whose team 7 has two events."""
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
    asyncio.run(on(ready, two_events))
    return lambda *words: CliRunner().invoke(app, words, env={"DATABASE_URL": ready})


async def on(url: str, work: Callable[[AsyncEngine], Any]) -> None:
    engine = writing_engine(database_url(url))
    await work(engine)
    await engine.dispose()


async def two_events(engine: AsyncEngine) -> None:
    async with AsyncSession(engine) as session, session.begin():
        for type in ("team.submitted", "team.approved"):
            await record(session, entity="team", entity_id=7, type=type, actor=Actor(role="SYSTEM", channel="SYSTEM"))


async def remove_the_first(engine: AsyncEngine) -> None:
    trigger = {"sqlite": "event_no_delete", "postgresql": "event_append_only on event"}[engine.dialect.name]
    async with engine.begin() as connection:
        await connection.exec_driver_sql(f"drop trigger {trigger}")
        await connection.exec_driver_sql("delete from event where number = 1")


def test_whole_chains_are_told_with_the_root_of_yesterday(horqin: Callable[..., Result]) -> None:
    result = horqin("verify")
    assert result.exit_code == 0
    whole, root = result.stdout.splitlines()
    assert whole == "事件链完整 | whole: 事件 events 2, 链 chains 1"
    assert re.fullmatch(rf"{TODAY - dt.timedelta(days=1)} [0-9a-f]{{64}}", root)
    assert horqin("verify", "--root").stdout == f"{root}\n"


def test_the_root_of_a_day_before_all_events_covers_nothing(horqin: Callable[..., Result]) -> None:
    nothing = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    assert horqin("verify", "--root", "--day", "2026-01-02").stdout == f"2026-01-02 {nothing}\n"


def test_a_day_that_has_not_ended_has_no_root(horqin: Callable[..., Result]) -> None:
    result = horqin("verify", "--root", "--day", str(TODAY))
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr == f"{TODAY} 还没有结束 | has not ended, its root is not known yet\n"


@pytest.mark.parametrize("words", [("verify",), ("verify", "--root")])
def test_a_broken_chain_is_named_in_one_line_and_no_root_is_printed(
    horqin: Callable[..., Result], url: str, words: tuple[str, ...]
) -> None:
    asyncio.run(on(url, remove_the_first))
    result = horqin(*words)
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr == "事件链已损坏 | broken: team 7, 第 1 个事件 event 1: 缺失 | is missing\n"


def test_others_may_write_during_the_walk(
    horqin: Callable[..., Result], url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if url.startswith("postgresql"):
        pytest.skip("readers never hold up writers there")
    written: list[tuple[int, int, str]] = []

    def write(*seen: Any) -> None:
        with closing(sqlite3.connect(database_url(url).database or "", timeout=0)) as connection:
            connection.execute("begin immediate")
        written.append(seen)

    monkeypatch.setattr("web.verifying.progress", lambda: nullcontext(write))
    assert horqin("verify").exit_code == 0
    assert written == [(2, 2, "事件 events")]


def test_a_database_of_another_version_is_told_to_migrate(horqin: Callable[..., Result], url: str) -> None:
    async def age(engine: AsyncEngine) -> None:
        async with engine.begin() as connection:
            await connection.exec_driver_sql("update alembic_version set version_num = '0001'")

    asyncio.run(on(url, age))
    result = horqin("verify")
    assert (result.exit_code, result.stdout) == (1, "")
    assert "run horqin migrate" in result.stderr


def test_the_help_teaches(horqin: Callable[..., Result]) -> None:
    shown = horqin("verify", "--help").stdout
    assert "核对事件链" in shown
    assert "horqin verify --root >> roots.txt" in shown
