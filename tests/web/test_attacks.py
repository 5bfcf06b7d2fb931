"""What scanners for GraphQL services try, against the whole service: each is refused, cheaply and without a trace."""

import time
from collections.abc import AsyncIterator

import httpx2
import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from tests.web.test_service import LEAKS, service

FORMS = ("application/x-www-form-urlencoded", "multipart/form-data", "text/plain", "application/graphql")

ATTACKS = {
    "alias overloading": "query { " + " ".join(f"a{n}: teams {{ totalCount }}" for n in range(101)) + " }",
    "directive overloading": "query { __typename " + "@a" * 51 + " }",
    "field duplication": "query { " + "__typename " * 1_001 + " }",
    "circular fragments": "query { ...A } fragment A on Query { ...B } fragment B on Query { ...A }",
    "deep recursion": "{ teams { nodes " + "{ parent " * 20 + "{ name }" + " }" * 20 + " } }",
    "circular introspection": "{ __schema { types { fields { type { fields { type { fields { name } } } } } } } }",
    "doubling fragments": "query { ...F0 } "
    + " ".join(f"fragment F{n} on Query {{ ...F{n + 1} ...F{n + 1} }}" for n in range(30))
    + " fragment F30 on Query { __typename }",
    "a fragment named as the schema": "query { ...__schema } fragment __schema on Query { teams(first: 100) "
    "{ nodes { children(first: 100) { nodes { children(first: 100) { nodes { name } } } } } } }",
    "a page beyond measure": "{ teams(first: 2147483647) { nodes { name } } }",
}


@pytest.fixture
async def http(url: str, engine: AsyncEngine) -> AsyncIterator[httpx2.AsyncClient]:
    async with service(database_url=url, production=True) as client:
        yield client


async def test_documents_that_cost_too_much_are_refused_at_once(http: httpx2.AsyncClient) -> None:
    for name, query in ATTACKS.items():
        started = time.perf_counter()
        answer = await http.post("/graphql", json={"query": query})
        assert time.perf_counter() - started < 1, name
        assert answer.status_code < 500, name
        assert answer.json()["errors"], name
        assert len(answer.json()["errors"]) <= 5, name
        assert not [word for word in LEAKS if word in answer.text], name


async def test_what_a_form_can_send_is_not_taken(http: httpx2.AsyncClient) -> None:
    for kind in FORMS:
        answer = await http.post("/graphql", content="query=%7B__typename%7D", headers={"content-type": kind})
        assert answer.status_code == 415, kind


async def test_nothing_is_changed_by_get_and_batches_are_refused(http: httpx2.AsyncClient) -> None:
    changed = await http.get("/graphql", params={"query": "mutation { signOut { sessions } }"})
    assert changed.status_code == 405
    batch = await http.post("/graphql", json=[{"query": "{ __typename }"}] * 10)
    assert batch.status_code == 400


async def test_production_gives_no_hints(http: httpx2.AsyncClient) -> None:
    answer = await http.post("/graphql", json={"query": "{ teem { name } }"})
    assert "Did you mean" not in answer.text
    for header in ("server", "x-powered-by"):
        assert header not in answer.headers


async def test_introspection_can_be_turned_off(url: str, engine: AsyncEngine) -> None:
    async with service(database_url=url, introspection=False) as closed:
        answer = await closed.post("/graphql", json={"query": "{ __schema { types { name } } }"})
        assert answer.json()["errors"][0]["extensions"]["code"] == "FORBIDDEN"
        assert (await closed.get("/schema.graphql")).status_code == 404
