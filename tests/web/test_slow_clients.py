"""Connections that bind the server without asking anything: each ends, and others are served meanwhile."""

import asyncio
import logging
import socket
import time
from collections.abc import AsyncIterator, Iterator

import httpx2
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route
from starlette.types import ASGIApp

from tests.serving import listening
from web import server
from web.server import HEAD_BYTES, HEADERS

HALVES = {
    "nothing": b"",
    "half a line": b"GET /heal",
    "half a head": b"GET /healthz HTTP/1.1\r\nHost: a\r\nX-Slow: ",
    "half a body": b"POST /graphql HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n{",
    "half a file of a stranger": b"POST /imports HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nPK",
}


@pytest.fixture
def port(application: ASGIApp, monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    """The port of a running server that waits half a second for the rest of a request."""
    monkeypatch.setattr(server, "REQUEST_SECONDS", 0.5)
    with listening(application) as port:
        yield port


def connect(port: int) -> socket.socket:
    return socket.create_connection(("127.0.0.1", port), timeout=20)


def until_closed(connection: socket.socket) -> bytes:
    """Read what comes until the other side closes."""
    got = b""
    try:
        while piece := connection.recv(65_536):
            got += piece
    except ConnectionResetError:
        pass
    connection.close()
    return got


def told(port: int, *pieces: bytes) -> bytes:
    """Send pieces; return all that comes until the server closes the connection."""
    connection = connect(port)
    for piece in pieces:
        connection.sendall(piece)
        time.sleep(0.05)
    return until_closed(connection)


def alive(port: int) -> float:
    """Return the seconds in which another client is served."""
    started = time.monotonic()
    assert httpx2.get(f"http://127.0.0.1:{port}/healthz").json() == {"status": "alive"}
    return time.monotonic() - started


@pytest.mark.parametrize("half", HALVES.values(), ids=HALVES.keys())
def test_what_is_half_sent_is_dropped(port: int, half: bytes) -> None:
    connections = [connect(port) for _ in range(20)]
    started = time.monotonic()
    for connection in connections:
        connection.sendall(half)
    assert alive(port) < 2
    for connection in connections:
        until_closed(connection)
    assert time.monotonic() - started < 3


@pytest.mark.parametrize("before", [b"", b"GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n"], ids=["first", "second"])
def test_line_breaks_do_not_prolong_the_time_for_a_request(port: int, before: bytes) -> None:
    """They may come before a request, and begin none."""
    with connect(port) as connection:
        connection.sendall(before)
        time.sleep(0.1)
        started = time.monotonic()
        with pytest.raises(OSError):  # reset or broken pipe, as it happens
            while time.monotonic() - started < 3:
                connection.sendall(b"\r\n")
                time.sleep(0.1)
        assert time.monotonic() - started < 1.5


def test_one_line_break_after_a_request_does_not_hold_the_connection(port: int) -> None:
    connection = connect(port)
    connection.sendall(b"GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n")
    time.sleep(0.1)
    connection.sendall(b"\r\n")
    started = time.monotonic()
    until_closed(connection)
    assert time.monotonic() - started < 1.5


@pytest.mark.proof
def test_two_hundred_half_open_connections_are_gone_in_fifteen_seconds(application: ASGIApp) -> None:
    with listening(application) as port:
        connections, started, served = [connect(port) for _ in range(200)], time.monotonic(), []
        for number, connection in enumerate(connections):
            connection.sendall(list(HALVES.values())[number % len(HALVES)])
            connection.setblocking(False)
        left = set(connections)
        while left and time.monotonic() - started < 30:
            served.append(alive(port))
            for connection in list(left):
                try:
                    is_open = bool(connection.recv(65_536))
                except BlockingIOError:
                    is_open = True
                except ConnectionResetError:
                    is_open = False
                if not is_open:
                    left.remove(connection)
                    connection.close()
            time.sleep(0.05)
        seconds = time.monotonic() - started
    print(f"\n200 gone after {seconds:.1f} s; {len(served)} others served meanwhile, slowest in {max(served):.3f} s")
    assert seconds <= 15


def with_headers(*headers: bytes) -> bytes:
    return b"GET /healthz HTTP/1.1\r\n" + b"".join(header + b"\r\n" for header in headers) + b"\r\n"


def test_a_head_at_its_bounds_is_served(port: int) -> None:
    close = b"connection: close"
    for head in (
        with_headers(b"host: a", close, *[b"x: y"] * (HEADERS - 2)),
        with_headers(b"host: a", close, b"x: " + b"y" * (HEAD_BYTES - 200)),
        b"GET /healthz?" + b"y" * (HEAD_BYTES - 200) + with_headers(b"host: a", close)[12:],
    ):
        assert told(port, head).startswith(b"HTTP/1.1 200 ")


@pytest.mark.parametrize(
    "head",
    [
        with_headers(b"host: a", *[b"x: y"] * HEADERS),
        with_headers(b"host: a", b"x: " + b"y" * HEAD_BYTES),
        b"GET /healthz?" + b"y" * HEAD_BYTES + with_headers(b"host: a")[12:],
    ],
    ids=["number", "value", "address"],
)
def test_a_head_beyond_its_bounds_is_refused(port: int, head: bytes) -> None:
    assert told(port, head).startswith(b"HTTP/1.1 431 ")
    alive(port)


def test_a_head_without_end_is_refused_before_it_is_kept(port: int) -> None:
    sent = 0
    with connect(port) as connection:
        connection.sendall(b"GET /healthz HTTP/1.1\r\nx: ")
        with pytest.raises(OSError):
            while sent < 50_000_000:
                sent += connection.send(b"y" * 65_536)
    assert sent < 10_000_000  # what the machine's own buffers take


def test_an_answer_that_nobody_reads_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server, "ANSWER_SECONDS", 0.5)
    ended: list[float] = []

    async def endless(_: Request) -> Response:
        async def pieces() -> AsyncIterator[bytes]:
            try:
                while True:
                    yield b"x" * 65_536
                    await asyncio.sleep(0)
            finally:
                ended.append(time.monotonic())

        return StreamingResponse(pieces())

    with listening(Starlette(routes=[Route("/", endless)])) as port, connect(port) as connection:
        started = time.monotonic()
        connection.sendall(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        while not ended and time.monotonic() - started < 8:
            time.sleep(0.05)
        assert len(ended) == 1  # while the client still holds its end


def test_what_follows_a_body_does_not_join_the_headers() -> None:
    async def headers(request: Request) -> Response:
        await request.body()
        return JSONResponse(request.headers.keys())

    chunked = b"POST / HTTP/1.1\r\nHost: a\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n"
    with listening(Starlette(routes=[Route("/", headers, methods=["POST"])])) as port:
        answer = told(port, chunked, b"1\r\nx\r\n0\r\nCookie: horqin_session=a\r\n\r\n")
    assert answer.endswith(b'\r\n\r\n["host","connection","transfer-encoding"]')


def test_a_request_that_can_be_read_in_two_ways_is_refused(port: int) -> None:
    """What a proxy in front and this server would cut differently lets one user's request into another's."""
    post = b"POST /graphql HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n"
    for ambiguous in (
        post + b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        post + b"Content-Length: 5\r\nContent-Length: 6\r\n\r\n{}",
        post + b"Content-Length: +2\r\n\r\n{}",
        post + b"Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n",
        post + b"Content-Length : 2\r\n\r\n{}",
        post.replace(b"\r\n", b"\n") + b"Content-Length: 2\n\n{}",
        b"GET /healthz HTTP/1.1\r\nHost: a\r\n folded: b\r\n\r\n",
    ):
        assert told(port, ambiguous).startswith(b"HTTP/1.1 400 "), ambiguous


def test_nothing_lands_in_the_middle_of_an_answer() -> None:
    async def slow(_: Request) -> Response:
        await asyncio.sleep(0.4)
        return Response(b"whole")

    with listening(Starlette(routes=[Route("/", slow)])) as port:
        answer = told(port, b"GET / HTTP/1.1\r\nHost: a\r\n\r\n", b"nonsense\r\n\r\n")
    assert answer == b""


def test_who_leaves_in_the_middle_of_a_body_leaves_no_trace(port: int, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    with connect(port) as connection:
        connection.sendall(HALVES["half a body"])
        time.sleep(0.1)
    while not (lines := [record for record in caplog.records if record.name == "horqin.request"]):
        time.sleep(0.01)
    assert [(line.levelno, visit.status) for line in lines for visit in line.__dict__["visits"]] == [
        (logging.INFO, 499)
    ]
    assert [record.name for record in caplog.records if record.levelno >= logging.ERROR] == []


def test_an_upgrade_is_answered_as_if_it_had_not_been_asked_for(port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server, "REQUEST_SECONDS", 20.0)
    upgrade = b"Connection: upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
    upgrade += b"Sec-WebSocket-Key: aaaaaaaaaaaaaaaaaaaaaa==\r\nSec-WebSocket-Protocol: graphql-transport-ws\r\n\r\n"
    for path, status in ((b"/graphql", b"400"), (b"/graphql?query={hello}", b"200"), (b"/", b"200")):
        started = time.monotonic()
        head, _, _ = told(port, b"GET " + path + b" HTTP/1.1\r\nHost: a\r\n" + upgrade).partition(b"\r\n\r\n")
        assert head.startswith(b"HTTP/1.1 " + status)
        assert b"connection: close" in head
        assert time.monotonic() - started < 10  # it was not the deadline that ended it


def test_a_client_of_ipv4_has_its_own_address_on_a_socket_for_both() -> None:
    async def address(request: Request) -> Response:
        assert request.client is not None
        return Response(request.client.host)

    try:
        taken = server.listen("::", 0)
    except server.Unavailable:
        pytest.skip("no IPv6 on this machine")
    with listening(Starlette(routes=[Route("/", address)]), taken) as port:
        assert httpx2.get(f"http://127.0.0.1:{port}/").text == "127.0.0.1"
