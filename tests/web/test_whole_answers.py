"""Answers of the short way leave the server in one write: on the wire they are like any other."""

import socket
from collections.abc import Iterator

import pytest
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from tests.serving import listening
from web.bodies import Body
from web.requests import Answer, Guard, Visit

LARGE = b"x" * 3_000_000


async def app(scope: Scope, receive: Receive, send: Send) -> None:
    """Answers with the body that was sent, by ASGI's messages."""
    body = await Request(scope, receive).body()
    await Response(body, 200, {"x-way": "application"})(scope, receive, send)


async def lane(scope: Scope, body: Body, visit: Visit) -> Answer | None:
    sent = await body.ahead()
    if scope["path"] == "/large":
        sent = LARGE
    if scope["path"] == "/slow" or sent is None:
        return None
    return Answer(200, [(b"x-way", b"lane"), (b"content-length", str(len(sent)).encode())], sent)


@pytest.fixture
def port() -> Iterator[int]:
    def failed(visit: Visit, error: Exception) -> Response:
        return Response(repr(error), 500)

    async def guarded(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await receive()
            await send({"type": "lifespan.startup.complete"})
            await receive()
            await send({"type": "lifespan.shutdown.complete"})
            return
        await Guard(app, failed, lambda _: None, lane)(scope, receive, send)

    with listening(guarded) as port:
        yield port


def post(path: str, body: bytes, more: bytes = b"", version: bytes = b"1.1") -> bytes:
    head = b"POST %b HTTP/%b\r\nHost: a\r\nContent-Length: %d\r\n%b\r\n"
    return head % (path.encode(), version, len(body), more) + body


def told(port: int, *pieces: bytes) -> bytes:
    """Send pieces and read until the server closes, which the last request asks for."""
    with socket.create_connection(("127.0.0.1", port), timeout=20) as connection:
        for piece in pieces:
            connection.sendall(piece)
        return b"".join(iter(lambda: connection.recv(65_536), b""))


CLOSE = b"Connection: close\r\n"


def parts(answer: bytes) -> tuple[bytes, set[bytes], bytes]:
    head, _, body = answer.partition(b"\r\n\r\n")
    first, *lines = head.split(b"\r\n")
    kept = {line for line in lines if not line.startswith((b"x-request-id: ", b"date: ", b"x-way: "))}
    assert sum(line.startswith((b"x-request-id: ", b"date: ")) for line in lines) == 2
    return first, kept, body


def test_the_short_way_looks_like_the_long_one(port: int) -> None:
    short, long = told(port, post("/", b"a", CLOSE)), told(port, post("/slow", b"a", CLOSE))
    assert (b"x-way: lane" in short, b"x-way: application" in long) == (True, True)
    assert parts(short) == parts(long)
    assert parts(short)[0] == b"HTTP/1.1 200 OK"
    assert b"connection: close" in parts(short)[1]
    assert parts(short)[2] == b"a"


def test_several_requests_on_one_connection_are_answered_in_their_order(port: int) -> None:
    """Also when they come at once, by both ways in turn."""
    asked = [post(path, body) for path, body in (("/", b"one"), ("/slow", b"two"), ("/", b"three"))]
    answers = told(port, b"".join([*asked, post("/", b"last", CLOSE)]))
    bodies = [piece.rpartition(b"\r\n\r\n")[2] for piece in answers.split(b"HTTP/1.1 200 OK\r\n")[1:]]
    assert bodies == [b"one", b"two", b"three", b"last"]
    assert answers.count(b"connection: close") == 1


def test_an_old_client_is_answered_and_let_go(port: int) -> None:
    first, lines, body = parts(told(port, post("/", b"a", version=b"1.0")))
    assert (first, body) == (b"HTTP/1.1 200 OK", b"a")
    assert b"connection: close" in lines


def test_a_body_that_comes_in_pieces_is_waited_for(port: int) -> None:
    whole = post("/", b"in pieces", CLOSE)
    assert parts(told(port, whole[:-5], whole[-5:-1], whole[-1:]))[2] == b"in pieces"


def test_a_client_that_asks_first_is_told_to_go_on(port: int) -> None:
    answer = told(port, post("/", b"a", b"Expect: 100-continue\r\n" + CLOSE)[:-1], b"a")
    assert answer.startswith(b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n")
    assert answer.endswith(b"\r\n\r\na")


def test_a_large_answer_arrives_whole(port: int) -> None:
    assert parts(told(port, post("/large", b"", CLOSE)))[2] == LARGE
