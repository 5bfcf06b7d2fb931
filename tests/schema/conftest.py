"""The small registry in a database, asked through the schema."""

import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import orjson
import pytest
import pytest_asyncio

from domain.scope import DISPATCHER, Viewer
from models.database import database_url, writing_engine
from models.reading import Reader, open_reader
from schema.api import schema
from schema.context import Context
from tests.schema import rows
from web.migrate import upgrade


@dataclass
class Api:
    """Asks the schema; `statements` counts what reached the database."""

    reader: Reader
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
        context = Context(viewer, self.reader, rows.KEYRING, walks=walks)
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
        await engine.dispose()
        reader = open_reader(url, 4)
        await reader.start()
        found.append(Api(reader))
    yield found
    for api in found:
        await api.reader.close()


@pytest.fixture(params=["sqlite", "postgresql"])
def api(request: pytest.FixtureRequest, apis: list[Api]) -> Api:
    """The API on one database after the other."""
    return apis[request.param == "postgresql"]
