"""The whole service on both databases. Whatever is sent, the answer names what is wrong: never a 500, never a trace,
never the database's words."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx2
import pytest
from graphql import get_introspection_query
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from models import Person
from web.app import application
from web.keys import new_keys
from web.settings import Settings

MODERN = {"accept": "application/graphql-response+json"}

DEEP_WHERE: dict[str, Any] = {"code": {"eq": "a"}}
for _ in range(30):
    DEEP_WHERE = {"not": DEEP_WHERE}


@asynccontextmanager
async def service(**settings: Any) -> AsyncIterator[httpx2.AsyncClient]:
    """A client of the whole service, started and stopped like under a server."""
    app = application(Settings(**settings, **new_keys()))
    async with app.router.lifespan_context(app):
        transport = httpx2.ASGITransport(app=app)
        async with httpx2.AsyncClient(transport=transport, base_url="http://localhost") as client:
            yield client


@pytest.fixture
async def http(url: str, engine: AsyncEngine) -> AsyncIterator[httpx2.AsyncClient]:
    """A client over an empty, migrated database."""
    async with service(database_url=url) as client:
        yield client


BAD: dict[str, tuple[str, dict[str, Any] | None, str, str]] = {
    "unknown field": ("{teams{nodes{salary}}}", None, "GRAPHQL_VALIDATION_FAILED", "salary"),
    "unknown argument": ("{teams(limit: 3){totalCount}}", None, "GRAPHQL_VALIDATION_FAILED", "limit"),
    "wrong enum": ("{teams(where: {level: {eq: COUNTY}}){totalCount}}", None, "GRAPHQL_VALIDATION_FAILED", "COUNTY"),
    "wrong enum in a variable": (
        "query($w: TeamWhere){teams(where: $w){totalCount}}",
        {"w": {"level": {"eq": "COUNTY"}}},
        "BAD_USER_INPUT",
        "COUNTY",
    ),
    "bad date": (
        '{teams(where: {foundedOn: {gte: "2019-13-45"}}){totalCount}}',
        None,
        "GRAPHQL_VALIDATION_FAILED",
        "2019-13-45",
    ),
    "bad date in a variable": (
        "query($w: TeamWhere){teams(where: $w){totalCount}}",
        {"w": {"foundedOn": {"gte": "2019-13-45"}}},
        "BAD_USER_INPUT",
        "2019-13-45",
    ),
    "too many asked for": ("{teams(first: 1000){nodes{id}}}", None, "BAD_USER_INPUT", "100"),
    "fewer than none": ("{teams(first: -1){nodes{id}}}", None, "BAD_USER_INPUT", "first"),
    "both ends": ("{teams(first: 1, last: 1){nodes{id}}}", None, "BAD_USER_INPUT", "last"),
    "bad cursor": ('{teams(after: "nonsense"){nodes{id}}}', None, "BAD_USER_INPUT", "after"),
    "enormous number": ("{teams(first: " + "9" * 6000 + "){totalCount}}", None, "GRAPHQL_VALIDATION_FAILED", "9"),
    "enormous number in a variable": (
        "query($n: Int){teams(first: $n){totalCount}}",
        {"n": 9 * 10**30},
        "BAD_USER_INPUT",
        "$n",
    ),
    "cyclic fragments": (
        "{...a} fragment a on Query{...b} fragment b on Query{...a}",
        None,
        "GRAPHQL_VALIDATION_FAILED",
        "a",
    ),
    "deep fields": ("{teams{nodes" + "{parent" * 12 + "{id}" + "}" * 12 + "}}", None, "LIMIT_EXCEEDED", "12"),
    "deep brackets": ("{a" * 450 + "}" * 450, None, "LIMIT_EXCEEDED", "40"),
    "cost": (
        "{teams(first: 100){nodes{members(first: 100){nodes{person{memberships(first: 100){totalCount}}}}}}}",
        None,
        "LIMIT_EXCEEDED",
        "5000",
    ),
    "too long": ("{teams{totalCount}}" + " " * 15_000, None, "LIMIT_EXCEEDED", "15000"),
    "mutation": ("mutation{deleteEverything}", None, "GRAPHQL_VALIDATION_FAILED", "deleteEverything"),
    "NUL in a text": ('{team(code: "a\\u0000b"){name}}', None, "BAD_USER_INPUT", "NUL"),
    "half a character": ('{team(code: "a\\ud800b"){name}}', None, "GRAPHQL_PARSE_FAILED", "Unicode"),
}


LEAKS = ("Traceback", "SQL:", "sqlite3", "asyncpg", "site-packages")


async def test_bad_input_is_named(http: httpx2.AsyncClient) -> None:
    """One test for all: a database of its own for each costs more than the rest of them."""
    wrong = {}
    for case, (query, variables, code, what) in BAD.items():
        answer = await http.post("/graphql", json={"query": query, "variables": variables}, headers=MODERN)
        first = answer.json().get("errors", [{"message": "no error", "extensions": {}}])[0]
        is_named = first["extensions"].get("code") == code and what in first["message"]
        if answer.status_code >= 500 or not is_named or any(word in answer.text for word in LEAKS):
            wrong[case] = (answer.status_code, answer.text)
    assert wrong == {}


async def test_deep_filters_are_answered_or_refused(http: httpx2.AsyncClient) -> None:
    query = "query($w: TeamWhere){teams(where: $w){totalCount}}"
    answer = await http.post("/graphql", json={"query": query, "variables": {"w": DEEP_WHERE}}, headers=MODERN)
    assert answer.status_code < 500, answer.text


async def test_good_input_is_answered(http: httpx2.AsyncClient) -> None:
    for query in ("{teams(first: 100){totalCount}}", get_introspection_query(input_value_deprecation=True)):
        answer = await http.post("/graphql", json={"query": query})
        assert "errors" not in answer.json()


async def test_the_whole_service_is_ready(http: httpx2.AsyncClient) -> None:
    assert (await http.get("/readyz")).json() == {"status": "ready"}
    assert "type Team implements Node" in (await http.get("/schema.graphql")).text


@pytest.mark.parametrize(("trusted", "names"), [(False, []), (True, ["王小虎"])])
async def test_people_are_seen_only_when_everybody_is_trusted(
    url: str, engine: AsyncEngine, trusted: bool, names: list[str]
) -> None:
    async with AsyncSession(engine) as session, session.begin():
        session.add(Person(name="王小虎", name_masked="王**", pinyin="wang xiao hu", search="王小虎"))
    async with service(database_url=url, trust_everybody=trusted) as http:
        answer = await http.post("/graphql", json={"query": "{people{nodes{name}}}"})
    assert [person["name"] for person in answer.json()["data"]["people"]["nodes"]] == names
