"""GraphQL over HTTP: which request is answered how, with which status and media type, and what errors say."""

import asyncio
import logging
import random
from collections.abc import Callable
from typing import Any

import httpx2
import pytest

from web import view

JSON_TYPE = {"content-type": "application/json"}
MODERN = {"accept": "application/graphql-response+json"}


async def ask(http: httpx2.AsyncClient, query: str, headers: dict[str, str] | None = None, **body: Any) -> Any:
    return await http.post("/graphql", json={"query": query, **body}, headers=headers)


def code_of(answer: httpx2.Response) -> Any:
    [error] = answer.json()["errors"]
    assert error["extensions"]["requestId"] == answer.headers["x-request-id"]
    return error["extensions"]["code"]


async def test_a_query_is_answered_in_plain_characters(http: httpx2.AsyncClient) -> None:
    answer = await ask(http, "{hello}")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/json; charset=utf-8"
    assert answer.text == '{"data":{"hello":"你好"}}'


async def test_a_query_may_come_in_the_address(http: httpx2.AsyncClient) -> None:
    answer = await http.get(
        "/graphql", params={"query": "query($n: String!){hello(name: $n)}", "variables": '{"n": "队"}'}
    )
    assert (answer.status_code, answer.json()) == (200, {"data": {"hello": "队"}})


async def test_an_answer_to_an_address_is_not_sent_twice(http: httpx2.AsyncClient) -> None:
    first = await http.get("/graphql?query={hello}")
    known = {"if-none-match": first.headers["etag"]}
    again, other = (
        await http.get("/graphql?query={hello}", headers=known),
        await http.get("/graphql?query={__typename}", headers=known),
    )
    assert (again.status_code, again.content, other.status_code) == (304, b"", 200)
    assert first.headers["cache-control"] == "public, no-cache"


async def test_a_mutation_may_not_come_in_the_address(http: httpx2.AsyncClient) -> None:
    refused = await http.get("/graphql", params={"query": "mutation{change}"})
    assert (refused.status_code, refused.headers["allow"], code_of(refused)) == (405, "POST", "METHOD_NOT_ALLOWED")
    assert (await ask(http, "mutation{change}")).json() == {"data": {"change": "changed"}}


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "OPTIONS"])
async def test_other_methods_are_refused(http: httpx2.AsyncClient, method: str) -> None:
    refused = await http.request(method, "/graphql")
    assert (refused.status_code, code_of(refused)) == (405, "METHOD_NOT_ALLOWED")
    assert {"GET", "POST"} <= set(refused.headers["allow"].split(", "))


async def test_head_is_refused_like_them(http: httpx2.AsyncClient) -> None:
    assert (await http.head("/graphql?query={hello}")).status_code == 405


@pytest.mark.parametrize(
    ("kind", "status"),
    [
        ("application/json", 200),
        ("application/json; charset=utf-8", 200),
        ('Application/JSON;charset="UTF-8"', 200),
        ("application/json-evil", 415),
        ("application/json; charset=gbk", 415),
        ("text/plain", 415),
        ("multipart/form-data; boundary=a", 415),
        ("application/x-www-form-urlencoded", 415),
        ("", 415),
    ],
)
async def test_the_content_type_is_json_in_utf8(http: httpx2.AsyncClient, kind: str, status: int) -> None:
    answer = await http.post("/graphql", content=b'{"query":"{hello}"}', headers={"content-type": kind})
    assert answer.status_code == status
    if status != 200:
        assert code_of(answer) == "UNSUPPORTED_MEDIA_TYPE"


async def test_a_compressed_body_is_refused(http: httpx2.AsyncClient) -> None:
    headers = {"content-type": "application/json", "content-encoding": "gzip"}
    refused = await http.post("/graphql", content=b"\x1f\x8b", headers=headers)
    assert (refused.status_code, code_of(refused)) == (415, "UNSUPPORTED_MEDIA_TYPE")


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"null",
        b'"{hello}"',
        b"7",
        b"[]",
        b'[{"query":"{hello}"}]',
        b"{}",
        b'{"query":null}',
        b'{"query":""}',
        b'{"query":7}',
        b'{"query":"{hello}","variables":[]}',
        b'{"query":"{hello}","operationName":["a"]}',
        b'{"query":"{hello}","extensions":"a"}',
        b'{"query":"{hello}","variables":{"a":NaN}}',
        b'{"query":"{hello}","variables":{"a":' + b"1" * 20_000 + b"}}",
        b'{"query":"{hello}","variables":{"a":' + b"[" * 40 + b"]" * 40 + b"}}",
        b"[" * 100_000,
        b'{"query":"{hello(name:\\"\xff\\")}"}',
        b'{"query":"{hello(name:\\"\xe5\xbf"}',
        b'{"query":"{hello(name:\\"\\ud800\\")}"}',
    ],
    ids=lambda body: body[:24].decode(errors="replace") + f"…{len(body)}",
)
@pytest.mark.parametrize("accept", [{}, MODERN], ids=["json", "graphql"])
async def test_a_body_that_is_no_request_is_a_400(
    http: httpx2.AsyncClient, body: bytes, accept: dict[str, str]
) -> None:
    refused = await http.post("/graphql", content=body, headers={"content-type": "application/json", **accept})
    assert (refused.status_code, code_of(refused)) == (400, "BAD_REQUEST")


@pytest.mark.parametrize("seed", [1, 2, None], ids=["1", "2", "new"])
async def test_a_damaged_body_is_never_a_crash(http: httpx2.AsyncClient, seed: int | None) -> None:
    seed = seed or random.randrange(10**9)
    dice, statuses = random.Random(seed), set()
    whole = '{"query":"query a($n:String!){hello(name:$n)}","variables":{"n":"队\\n"},"operationName":"a"}'.encode()
    for _ in range(300):
        body = bytearray(whole)
        for _ in range(dice.randint(1, 4)):
            where = dice.randrange(len(body))
            body[where : where + dice.randint(0, 3)] = bytes(
                dice.choices(b'{}[]",:\\u0\x00\xff\xe5n1', k=dice.randint(0, 3))
            )
        statuses.add((await http.post("/graphql", content=bytes(body), headers=JSON_TYPE | MODERN)).status_code)
    assert statuses <= {200, 400}, seed


async def test_nulls_and_nesting_up_to_the_bound_are_taken(http: httpx2.AsyncClient) -> None:
    body = (
        b'{"query":"{hello}","operationName":null,"extensions":null,"variables":{"a":' + b"[" * 38 + b"]" * 38 + b"}}"
    )
    answer = await http.post("/graphql", content=body, headers={"content-type": "application/json"})
    assert answer.json() == {"data": {"hello": "你好"}}


async def test_parameters_in_the_address_are_checked_too(http: httpx2.AsyncClient) -> None:
    for query in ("query=%7Bhello(name%3A%22%ff%22)%7D", "query=%7Bhello%7D&variables=nope", "variables=%7B%7D"):
        refused = await http.get(f"/graphql?{query}")
        assert (refused.status_code, code_of(refused)) == (400, "BAD_REQUEST")


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("{", "GRAPHQL_PARSE_FAILED"),
        ("{nothing}", "GRAPHQL_VALIDATION_FAILED"),
        ("query($n: Int!){number(of: $n)}", "BAD_USER_INPUT"),
    ],
)
async def test_a_client_s_mistake_is_explained_and_is_no_crash(
    http: httpx2.AsyncClient, query: str, code: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "horqin")
    plain, modern = await ask(http, query), await ask(http, query, MODERN)
    assert (plain.status_code, modern.status_code) == (200, 400)
    assert modern.headers["content-type"] == "application/graphql-response+json; charset=utf-8"
    for answer in (plain, modern):
        assert code_of(answer) == code
        assert "data" not in answer.json()
    await asyncio.sleep(0)  # lines are written when the loop's turn ends
    ours = [record for record in caplog.records if record.name.startswith("horqin")]
    assert {record.levelno for record in ours} == {logging.INFO}
    assert sum(len(record.__dict__["visits"]) for record in ours) == 2


async def test_an_operation_that_is_not_there_is_a_400(http: httpx2.AsyncClient) -> None:
    refused = await ask(http, "query a{hello}", operationName="b")
    assert (refused.status_code, code_of(refused)) == (400, "BAD_REQUEST")
    assert (await ask(http, "query a{hello}", operationName="a")).status_code == 200


async def test_several_operations_need_a_name(http: httpx2.AsyncClient) -> None:
    query = "query a{hello} query b{number(of: 2)}"
    assert code_of(await ask(http, query)) == "BAD_REQUEST"
    assert (await ask(http, query, MODERN)).status_code == 400
    assert (await ask(http, query, operationName="b")).json() == {"data": {"number": 2}}
    assert (await ask(http, 'query a{hello(name: "query b")}')).json() == {"data": {"hello": "query b"}}


async def test_an_expected_refusal_keeps_its_words_and_reason(http: httpx2.AsyncClient) -> None:
    answer = await ask(http, "{hello refused}", MODERN)
    assert answer.status_code == 200
    assert answer.json() == {
        "data": {"hello": "你好", "refused": None},
        "errors": [
            {
                "message": "这个游标无效 | not a cursor",
                "locations": [{"line": 1, "column": 8}],
                "path": ["refused"],
                "extensions": {
                    "code": "BAD_USER_INPUT",
                    "reason": "CURSOR",
                    "requestId": answer.headers["x-request-id"],
                },
            }
        ],
    }


async def test_a_crash_is_masked_and_its_trace_is_in_the_log(
    http: httpx2.AsyncClient, caplog: pytest.LogCaptureFixture
) -> None:
    answer = await ask(http, "{crash}", MODERN)
    assert answer.json()["data"] is None
    assert code_of(answer) == "INTERNAL"
    assert "secret" not in answer.text
    [record] = [record for record in caplog.records if record.name == "horqin.error"]
    assert record.exc_info is not None
    assert str(record.exc_info[1]).startswith("password=secret")
    assert record.__dict__["request_id"] == answer.headers["x-request-id"]


async def test_a_statement_given_up_says_so_without_a_trace(
    http: httpx2.AsyncClient, caplog: pytest.LogCaptureFixture
) -> None:
    answer = await ask(http, "{patience}")
    assert (answer.json()["data"], code_of(answer)) == ({"patience": None}, "TIMEOUT")
    assert [record.exc_info for record in caplog.records if record.name == "horqin.error"] == [None]


async def test_an_operation_that_takes_too_long_is_stopped(
    http: httpx2.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(view, "SECONDS", 0.05)
    answer = await ask(http, "{sleeps}")
    assert (answer.status_code, code_of(answer)) == (503, "TIMEOUT")


async def test_at_most_five_errors_are_told(http: httpx2.AsyncClient) -> None:
    answer = await ask(http, "{" + " ".join(f"no{n}" for n in range(9)) + "}")
    assert len(answer.json()["errors"]) == 5


async def test_hints_about_the_schema_stay_at_home_in_production(
    http: httpx2.AsyncClient, serve_with: Callable[..., Any]
) -> None:
    assert (await ask(http, "{hallo}")).json()["errors"][0]["message"].endswith("Did you mean 'hello'?")
    keys = {"secret_keys": "k1:" + "a" * 43 + "=", "lookup_key": "a" * 43 + "="}
    async with serve_with(production=True, **keys) as careful:
        message = (await ask(careful, "{hallo}")).json()["errors"][0]["message"]
    assert message == "Cannot query field 'hallo' on type 'Query'."


async def test_introspection_can_be_turned_off(http: httpx2.AsyncClient, serve_with: Callable[..., Any]) -> None:
    query = '{__type(name: "Query"){name}}'
    assert (await ask(http, query)).json() == {"data": {"__type": {"name": "Query"}}}
    async with serve_with(introspection=False) as closed:
        assert code_of(await ask(closed, query)) == "FORBIDDEN"
        assert (await ask(closed, "{__typename}")).json() == {"data": {"__typename": "Query"}}
        assert (await closed.get("/schema.graphql")).status_code == 404
