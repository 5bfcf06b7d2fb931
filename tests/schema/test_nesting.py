"""SQLite's lists within lists are written in two ways: which one a document gets, and that both give the same text."""

import secrets
import sqlite3
from contextlib import closing
from typing import Any

import pytest
from graphql import GraphQLError

from domain.viewers import Viewer
from schema.api import schema
from schema.context import Context
from schema.cost import check_cost
from schema.plan.compile import Target, compile_request
from schema.plan.documents import Invalid
from schema.plan.emit import Correlated, Emitter, Flat
from schema.plan.nesting import JOINS, has_room
from schema.plan.plans import DIALECTS, Plan, arguments_of, plan_of
from tests.schema import rows
from tests.schema.conftest import Api
from tests.schema.random_queries import QueryMaker
from tests.schema.tagged import PLANNER, VIEWERS
from tests.schema.test_two_executors import SAMPLES

pytestmark = pytest.mark.asyncio(loop_scope="session")

SQLITE = DIALECTS["sqlite"]


def plans(text: str, variables: dict[str, Any], viewer: Viewer, api: Api) -> list[tuple[Plan, list[Any]]]:
    """Return both plans of a document with their arguments. Raises GraphQLError and Invalid for what is refused."""
    context = Context(viewer, api.reader, rows.KEYRING)
    operation = PLANNER.documents.read(text).operation(None)
    assert operation is not None
    request = operation.request(variables)
    check_cost(operation.weight, request.variables)
    roots = operation.planned(request)
    assert roots is not None

    def planned(emit: Emitter) -> tuple[Plan, list[Any]]:
        plan = plan_of(compile_request(request, context.policy, Target(SQLITE, emit), roots), SQLITE)
        return plan, arguments_of(plan, request, context)

    return [planned(Correlated()), planned(Flat())]


async def compare(api: Api, seed: int, count: int) -> int:
    """Return of how many random documents both statements could be asked. Fails with one whose answers differ."""
    maker, asked = QueryMaker(schema._schema, seed, SAMPLES), 0
    for number in range(count):
        text, variables = maker.make()
        try:
            correlated, flat = plans(text, variables, VIEWERS[number % len(VIEWERS)], api)
        except (GraphQLError, Invalid):
            continue
        if has_room(correlated[0].sql):
            one, other = [await api.reader.fetch(plan.sql, arguments) for plan, arguments in (correlated, flat)]
            assert one == other, (seed, number, text, variables)
            asked += 1
    return asked


@pytest.mark.parametrize("seed", [1, None], ids=["1", "new"])
async def test_both_ways_give_the_same_text(apis: list[Api], seed: int | None) -> None:
    assert await compare(apis[0], seed or secrets.randbelow(10**9), 40) > 20


@pytest.mark.proof
async def test_both_ways_give_the_same_text_thousands_of_times(apis: list[Api]) -> None:
    seed = secrets.randbelow(10**9)
    asked = await compare(apis[0], seed, 3000)
    print(f"seed {seed}: 3000 documents, {asked} asked in both ways")
    assert asked > 1500


def selects(levels: int) -> str:
    return "1" if levels == 0 else f"(SELECT json_object('a', {selects(levels - 1)}) FROM team)"


@pytest.mark.parametrize(
    ("sql", "fits"),
    [
        ("SELECT 1", True),
        ("SELECT ? FROM team", True),
        (f"SELECT {selects(5)}", True),
        ("SELECT 1 FROM team" + " JOIN team" * JOINS, True),
        ("SELECT 1 FROM team" + " JOIN team" * (JOINS + 1), False),
        ("SELECT FROM", False),
    ],
    ids=["no tables", "values", "5 levels", "few joins", "many joins", "no SQL"],
)
async def test_sqlite_says_whether_it_has_room(sql: str, fits: bool) -> None:
    assert has_room(sql) is fits


@pytest.mark.parametrize("levels", [5, 20, 60])
async def test_what_has_room_can_be_asked(levels: int) -> None:
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.execute("CREATE TABLE team (id)")
        try:
            connection.execute(f"SELECT {selects(levels)}")
            asked = True
        except sqlite3.OperationalError:
            asked = False
    assert has_room(f"SELECT {selects(levels)}") is asked


def up(links: int) -> str:
    return "{ id }" if links == 0 else f"{{ id parent {up(links - 1)} township {up(links - 1)} }}"


async def test_more_links_than_sqlite_joins_are_followed(api: Api) -> None:
    answer = await api(f'{{ division(code: "152222102200") {up(6)} }}')
    banner = {"id": "Division_152222000000", "parent": None, "township": None}
    assert answer["data"]["division"]["township"]["parent"] == banner
