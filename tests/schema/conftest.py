"""The small registry in a database, asked through the schema."""

import shutil
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson
import pytest
import pytest_asyncio
from sqlalchemy.ext.asyncio import AsyncEngine

from domain.scope import DISPATCHER, Viewer
from models.database import database_url, writing_engine
from models.reading import Reader, open_reader
from schema.api import schema
from schema.context import Context
from tests.copies import copy_database
from tests.schema import rows
from web.migrate import upgrade


class Reading(Context):
    """For tests that compare what is read: what was opened is put on record nowhere."""

    async def answered(self, operation: str) -> None: ...


@dataclass
class Api:
    """Asks the schema; `statements` counts what reached the database."""

    reader: Reader
    engine: AsyncEngine | None = None
    statements: int = 0

    async def __call__(
        self,
        query: str,
        variables: dict[str, Any] | None = None,
        *,
        viewer: Viewer = DISPATCHER,
        walks: bool = False,
        operation: str | None = None,
    ) -> dict[str, Any]:
        """Return the answer as a client reads it: `data`, and `errors` with message and extensions."""
        context = Context(viewer, self.reader, rows.KEYRING, walks=walks, engine=self.engine)
        result = await schema.execute(query, variables, context, operation_name=operation)
        self.statements = context.counters.statements
        answer: dict[str, Any] = {"data": orjson.loads(orjson.dumps(result.data))}
        if result.errors:
            answer["errors"] = [{"message": e.message, **(e.extensions or {})} for e in result.errors]
        return answer


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def apis(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[list[Api]]:
    """The API over the small registry on SQLite and on PostgreSQL, read as the dispatcher unless said otherwise."""
    server, name = request.getfixturevalue("postgres"), f"small{time.time_ns()}"
    server.psql(f"create database {name}")
    found = []
    for address in (f"sqlite:///{tmp_path_factory.mktemp('small') / 'small.db'}", server.get_uri(database=name)):
        url = database_url(str(address))
        engine = writing_engine(url)
        await upgrade(engine)
        await rows.fill(engine)
        reader = open_reader(url, 4)
        await reader.start()
        found.append(Api(reader, engine))
    yield found
    for api in found:
        await api.reader.close()
        assert api.engine is not None
        await api.engine.dispose()


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def filled(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """The small registry as a file and as a database that nobody is connected to: to be copied."""
    server, name = request.getfixturevalue("postgres"), f"filled{time.time_ns()}"
    server.psql(f"create database {name}")
    file = tmp_path_factory.mktemp("filled") / "filled.db"
    for address in (f"sqlite:///{file}", str(server.get_uri(database=name))):
        engine = writing_engine(database_url(address))
        await upgrade(engine)
        await rows.fill(engine)
        await engine.dispose()
    return file, name


@pytest_asyncio.fixture(params=["sqlite", "postgresql"], loop_scope="session")
async def own(request: pytest.FixtureRequest, filled: tuple[Path, str], tmp_path: Path) -> AsyncIterator[Api]:
    """The API over a copy of the small registry that a test may change."""
    file, template = filled
    server, name = request.getfixturevalue("postgres"), f"own{time.time_ns()}"
    if request.param == "sqlite":
        shutil.copy(file, tmp_path / "own.db")
        address, options = f"sqlite:///{tmp_path / 'own.db'}", {"pool_size": 1, "max_overflow": 0}
    else:
        address, options = copy_database(server, template, name), {}
    engine, reader = writing_engine(database_url(address), **options), open_reader(database_url(address), 4)
    await reader.start()
    yield Api(reader, engine)
    await reader.close()
    await engine.dispose()
    if request.param == "postgresql":
        server.psql(f"drop database {name}")


@pytest.fixture(params=["sqlite", "postgresql"])
def api(request: pytest.FixtureRequest, apis: list[Api]) -> Api:
    """The API on one database after the other."""
    return apis[request.param == "postgresql"]
