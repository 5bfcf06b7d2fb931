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

HIDDEN = (
    "/client/../settings.py",
    "/client/%2e%2e/settings.py",
    "/client/..%2fsettings.py",
    "/client/..%5csettings.py",
    "/client//etc/passwd",
    "/client/%2fetc%2fpasswd",
    "/client/app.js%00.png",
    "/explorer/vendor/..%2f..%2fsettings.py",
    "/.git/config",
    "/.env",
    "/data/horqin.db",
    "/graphql/console",
    "/" + "a" * 10_000,
)


@pytest.fixture
async def http(url: str, engine: AsyncEngine) -> AsyncIterator[httpx2.AsyncClient]:
    async with service(database_url=url, production=True) as client:
        yield client


async def test_documents_that_cost_too_much_are_refused_at_once(http: httpx2.AsyncClient) -> None:
    for name, query in [*ATTACKS.items()] * 2:  # what is kept of the first time opens nothing at the second
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
    mutation, named = (
        "mutation { signOut { __typename } }",
        "query a { __typename } mutation b { signOut { __typename } }",
    )
    for _ in range(2):
        for query, name in ((mutation, ""), (named, "b")):
            changed = await http.get(
                "/graphql", params={"query": query, "operationName": name} if name else {"query": query}
            )
            assert changed.status_code == 405
            posted = await http.post("/graphql", json={"query": query, "operationName": name or None})
            assert posted.status_code == 200
    batch = await http.post("/graphql", json=[{"query": "{ __typename }"}] * 10)
    assert batch.status_code == 400


async def test_production_gives_no_hints(http: httpx2.AsyncClient) -> None:
    answer = await http.post("/graphql", json={"query": "{ teem { name } }"})
    assert "Did you mean" not in answer.text
    for header in ("server", "x-powered-by"):
        assert header not in answer.headers


async def test_a_field_five_hundred_times_is_one_field(http: httpx2.AsyncClient) -> None:
    started = time.perf_counter()
    answer = await http.post("/graphql", json={"query": "query { " + "__typename " * 500 + "}"})
    assert time.perf_counter() - started < 1
    assert answer.json() == {"data": {"__typename": "Query"}}


async def test_nobody_can_ask_for_a_trace(http: httpx2.AsyncClient) -> None:
    asking = {"x-apollo-tracing": "1", "apollo-federation-include-trace": "ftv1", "x-debug": "1", "cookie": "debug=1"}
    extensions = {"tracing": True, "debug": True, "explain": True}
    answer = await http.post(
        "/graphql?debug=1", json={"query": "{ __typename }", "extensions": extensions}, headers=asking
    )
    assert answer.json() == {"data": {"__typename": "Query"}}
    assert "server-timing" not in answer.headers


async def test_no_address_leads_to_a_file_that_is_not_meant_to_be_served(http: httpx2.AsyncClient) -> None:
    for path in HIDDEN:
        answer = await http.get(httpx2.URL("http://localhost").copy_with(raw_path=path.encode()))
        assert (answer.status_code, answer.json()["errors"][0]["extensions"]["code"]) == (404, "NOT_FOUND"), path


async def test_introspection_can_be_turned_off(url: str, engine: AsyncEngine) -> None:
    async with service(database_url=url, introspection=False) as closed:
        for query in (
            "{ __schema { types { name } } }",
            '{ skills { totalCount } __type(name: "Query") { name } }',
        ) * 2:
            for answer in (
                await closed.post("/graphql", json={"query": query}),
                await closed.get("/graphql", params={"query": query}),
            ):
                assert answer.json()["errors"][0]["extensions"]["code"] == "FORBIDDEN"
                assert "data" not in answer.json()


async def test_only_trusted_documents_are_carried_out_also_when_they_were_before(url: str, engine: AsyncEngine) -> None:
    async with service(database_url=url) as http:
        for _ in range(2):
            assert (await http.post("/graphql", json={"query": "{ skills { totalCount } }"})).json()["data"]
    async with service(database_url=url, trusted_documents="only") as closed:
        for _ in range(2):
            for body in ({"query": "{ skills { totalCount } }"}, {"query": "{ teams { totalCount } }"}):
                answer = await closed.post("/graphql", json=body)
                assert answer.json()["errors"][0]["extensions"]["code"] == "DOCUMENT_NOT_TRUSTED"


async def test_several_operations_without_a_name_are_refused_every_time(http: httpx2.AsyncClient) -> None:
    two = "query a { skills { totalCount } } query b { teams { totalCount } }"
    for _ in range(2):
        answer = await http.post("/graphql", json={"query": two})
        assert answer.json()["errors"][0]["extensions"]["code"] == "BAD_REQUEST"
        assert (await http.post("/graphql", json={"query": two, "operationName": "b"})).json()["data"] == {
            "teams": {"totalCount": 0}
        }


async def test_the_schema_s_page_is_closed_with_introspection(url: str, engine: AsyncEngine) -> None:
    async with service(database_url=url, introspection=False) as closed:
        assert (await closed.get("/schema.graphql")).status_code == 404
