"""A database is used when it keeps what was acknowledged, and has the shape of this code; else it is left alone."""

import time
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

import models.database
from models.database import database_url, writing_engine
from web.prepare import Unprepared, check_migrated, counts, migrate, opened, revision
from web.ready import expected_revision
from web.settings import Settings


async def test_an_empty_database_is_migrated_once(url: str) -> None:
    async with opened(Settings(database_url=url), create=True) as engine:
        assert await revision(engine) is None
        with pytest.raises(Unprepared, match="the database is at nothing"):
            await check_migrated(engine)
        assert await migrate(engine) == (None, expected_revision())
        assert await migrate(engine) == (expected_revision(), expected_revision())
        await check_migrated(engine)
        assert await counts(engine) == {"division": 0, "team": 0, "person": 0}


async def test_postgresql_that_may_lose_acknowledged_writes_is_refused(postgres: Any) -> None:
    name = f"weak{time.time_ns()}"
    postgres.psql(f"create database {name}")
    settings = Settings(database_url=postgres.get_uri(database=name))
    async with opened(settings):
        pass
    postgres.psql(f"alter database {name} set synchronous_commit = off")
    with pytest.raises(Unprepared, match=r"acknowledged writes could be lost: synchronous_commit=off$"):
        async with opened(settings):
            pass


async def test_sqlite_that_may_lose_acknowledged_writes_is_refused(
    tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = Settings(database_url=f"sqlite:///{tmp_path / 'a.db'}")
    async with opened(settings, create=True):
        pass
    monkeypatch.setattr(models.database, "_prepare_sqlite", lambda connection, record: None)
    with pytest.raises(Unprepared, match=r"foreign_keys=0$"):
        async with opened(settings):
            pass


async def test_a_table_in_the_way_leaves_the_database_as_it_was(url: str) -> None:
    engine: AsyncEngine = writing_engine(database_url(url))
    async with engine.begin() as connection:
        await connection.execute(text("create table membership (id integer)"))
    await engine.dispose()
    async with opened(Settings(database_url=url)) as engine:
        with pytest.raises(Unprepared, match=r"the migration failed and changed nothing: .*membership"):
            await migrate(engine)
        async with engine.connect() as connection:
            assert await connection.run_sync(lambda sync: sync.dialect.get_table_names(sync)) == ["membership"]
