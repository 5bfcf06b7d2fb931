"""Every request has an id, a bounded body and safe headers; what nobody caught is answered without a trace."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from typing import Any

import httpx2
import pytest
from starlette.responses import PlainTextResponse
from starlette.types import Receive, Scope, Send

from web import bodies, requests
from web.bodies import BODY_BYTES, BadJson, read_json
from web.errors import unexpected
from web.requests import Guard, Visit

JSON = {"content-type": "application/json"}


def padded(size: int) -> bytes:
    return b'{"query":"{hello}"' + b" " * (size - 19) + b"}"


async def in_pieces(body: bytes) -> AsyncIterator[bytes]:
    for start in range(0, len(body), 50_000):
        yield body[start : start + 50_000]


@pytest.mark.parametrize("streamed", [False, True], ids=["declared", "streamed"])
async def test_a_body_at_the_bound_is_read_and_one_byte_more_is_refused(
    http: httpx2.AsyncClient, streamed: bool
) -> None:
    def content(size: int) -> Any:
        return in_pieces(padded(size)) if streamed else padded(size)

    assert (await http.post("/graphql", content=content(BODY_BYTES), headers=JSON)).json() == {
        "data": {"hello": "你好"}
    }
    refused = await http.post("/graphql", content=content(BODY_BYTES + 1), headers=JSON)
    assert refused.status_code == 413
    assert refused.headers["connection"] == "close"
    [error] = refused.json()["errors"]
    assert error["message"].endswith(f"body of {BODY_BYTES + 1} bytes, at most {BODY_BYTES}")
    assert error["extensions"]["code"] == "LIMIT_EXCEEDED"


async def test_ten_megabytes_are_refused_before_they_are_read(http: httpx2.AsyncClient) -> None:
    async def never() -> AsyncIterator[bytes]:
        raise AssertionError("the body was read")
        yield b""

    headers = {**JSON, "content-length": str(10 * 1024 * 1024)}
    assert (await http.post("/graphql", content=never(), headers=headers)).status_code == 413


async def test_a_declared_length_is_not_believed(http: httpx2.AsyncClient) -> None:
    headers = {**JSON, "content-length": "5"}
    assert (await http.post("/graphql", content=in_pieces(padded(BODY_BYTES + 1)), headers=headers)).status_code == 413


async def test_a_body_that_does_not_come_is_not_waited_for(
    http: httpx2.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bodies, "BODY_SECONDS", 0.05)

    async def stalled() -> AsyncIterator[bytes]:
        yield b"{"
        await asyncio.sleep(30)

    refused = await http.post("/graphql", content=stalled(), headers=JSON)
    assert (refused.status_code, refused.json()["errors"][0]["extensions"]["code"]) == (408, "REQUEST_TIMEOUT")


async def test_every_answer_carries_safe_headers_and_an_id_of_its_own(http: httpx2.AsyncClient) -> None:
    answers = [await http.get(path) for path in ("/graphql?query={hello}", "/healthz", "/nowhere", "/graphql")]
    assert [answer.status_code for answer in answers] == [200, 200, 404, 400]
    for answer in answers:
        for name, value in requests.HEADERS.items():
            assert answer.headers[name] == value
    ids = {answer.headers["x-request-id"] for answer in answers}
    assert len(ids) == 4
    assert {len(name) for name in ids} == {16}


async def test_an_id_from_outside_is_not_taken_over(http: httpx2.AsyncClient) -> None:
    answer = await http.get("/healthz", headers={"x-request-id": "forged"})
    assert answer.headers["x-request-id"] != "forged"


def test_our_pages_may_load_nothing_from_elsewhere_and_run_nothing_inline() -> None:
    policy = dict(part.split(" ", 1) for part in requests.CONTENT_SECURITY.split("; "))
    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == "'self'"
    assert all("unsafe" not in value and "*" not in value and "http" not in value for value in policy.values())


async def test_a_bug_outside_of_graphql_is_a_500_without_a_trace(caplog: pytest.LogCaptureFixture) -> None:
    async def broken(scope: Scope, receive: Receive, send: Send) -> None:
        raise RuntimeError("secret")

    seen: list[Visit] = []
    transport = httpx2.ASGITransport(app=Guard(broken, unexpected, seen.append))
    async with httpx2.AsyncClient(transport=transport, base_url="http://horqin.test") as http:
        answer = await http.get("/")
    assert answer.status_code == 500
    assert "secret" not in answer.text
    [error] = answer.json()["errors"]
    assert error["extensions"] == {"code": "INTERNAL", "requestId": answer.headers["x-request-id"]}
    assert "RuntimeError: secret" in caplog.text
    assert [(visit.status, visit.codes) for visit in seen] == [(500, ["INTERNAL"])]


async def test_a_visit_is_seen_without_query_string_and_variables(caplog: pytest.LogCaptureFixture) -> None:
    async def answers(scope: Scope, receive: Receive, send: Send) -> None:
        await PlainTextResponse("12345")(scope, receive, send)

    caplog.set_level(logging.INFO, "horqin.request")
    transport = httpx2.ASGITransport(app=Guard(answers, unexpected, lambda visit: None))
    async with httpx2.AsyncClient(transport=transport, base_url="http://horqin.test") as http:
        await http.get("/graphql?query=张三丰")
    await asyncio.sleep(0)  # lines are written when the loop's turn ends
    [record] = caplog.records
    [visit] = record.__dict__["visits"]
    line = visit.as_dict()
    assert line.keys() == {"requestId", "method", "path", "status", "bytes", "ms"}
    assert (line["path"], line["status"], line["bytes"]) == ("/graphql", 200, 5)


@pytest.mark.parametrize("make", [lambda n: b"[" * n + b"]" * n, lambda n: b'{"a":' * n + b"1" + b"}" * n])
def test_json_may_nest_to_forty_levels(make: Callable[[int], bytes]) -> None:
    read_json(make(40))
    with pytest.raises(BadJson, match="deeper than 40"):
        read_json(make(41))


def test_many_brackets_side_by_side_are_no_nesting() -> None:
    assert read_json(b"[" + b"[]," * 99 + b'"{[[["]') == [[]] * 99 + ["{[[["]
