"""The explorer's saved queries, asked of the whole demo county: each is one statement and each finds something."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import orjson
import pytest
import pytest_asyncio

from domain.scope import DISPATCHER, PUBLIC, Viewer
from models.database import database_url
from models.reading import Reader, open_reader
from schema.api import schema
from schema.context import Context
from tests.schema.rows import KEYRING

pytestmark = pytest.mark.asyncio(loop_scope="session")

QUERIES = sorted((Path(__file__).parents[1] / "web" / "explorer" / "queries").glob("*.graphql"))
FOR_EVERYBODY = {path.stem[:2] for path in QUERIES if "公众可看" in path.read_text()}


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def county(demo: tuple[Path, float]) -> AsyncIterator[Reader]:
    reader = open_reader(database_url(f"sqlite:///{demo[0]}"))
    await reader.start()
    yield reader
    await reader.close()


async def ask(county: Reader, path: Path, viewer: Viewer) -> tuple[dict[str, Any], int]:
    context = Context(viewer, county, KEYRING)
    result = await schema.execute(path.read_text(), None, context)
    assert result.errors is None, result.errors
    data: dict[str, Any] = orjson.loads(orjson.dumps(result.data))
    return data, context.counters.statements


def is_empty(data: dict[str, Any]) -> bool:
    first = next(iter(data.values()))
    return not (first if isinstance(first, list) else first["nodes"])


@pytest.mark.parametrize("path", QUERIES, ids=lambda path: path.stem)
async def test_a_saved_query_finds_something_in_one_statement(county: Reader, path: Path) -> None:
    data, statements = await ask(county, path, DISPATCHER)
    assert statements == 1
    assert not is_empty(data)


@pytest.mark.parametrize("path", QUERIES, ids=lambda path: path.stem)
async def test_what_it_says_about_the_public_is_true(county: Reader, path: Path) -> None:
    data, _ = await ask(county, path, PUBLIC)
    if path.stem[:2] in FOR_EVERYBODY or path.stem.startswith("05"):
        assert not is_empty(data)
    elif not path.stem.startswith("04"):
        assert is_empty(data)


async def test_there_are_ten_and_each_has_both_titles() -> None:
    assert len(QUERIES) == 10
    for path in QUERIES:
        title, english = path.read_text().split("\n")[0].removeprefix("# ").split(" | ")
        assert title
        assert english.isascii()
