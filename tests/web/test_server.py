"""The port is asked for first, and connections that never finish their request do not stay."""

import http.client
import socket
import time
from collections.abc import Iterator

import httpx2
import pytest
from starlette.types import ASGIApp

from tests.serving import listening
from web import server
from web.server import Unavailable, listen


@pytest.fixture
def port(application: ASGIApp, monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    """The port of a running server that gives requests half a second to arrive."""
    monkeypatch.setattr(server, "REQUEST_SECONDS", 0.5)
    with listening(application) as port:
        yield port


def test_a_taken_port_is_refused_in_one_line_and_a_free_one_is_taken() -> None:
    first = listen("127.0.0.1", 0)
    port = first.getsockname()[1]
    with pytest.raises(
        Unavailable, match=rf"^端口 {port} 已被占用，.*PORT={port + 1} \| port {port} on 127.0.0.1 is taken$"
    ):
        listen("127.0.0.1", port)
    first.close()
    listen("127.0.0.1", port).close()


@pytest.mark.parametrize("host", ["203.0.113.7", "no such host"])
def test_an_address_of_another_machine_is_refused(host: str) -> None:
    with pytest.raises(Unavailable, match=f"cannot listen on {host}"):
        listen(host, 0)


@pytest.mark.parametrize(
    "begun",
    [
        b"",
        b"GET /heal",
        b"GET /healthz HTTP/1.1\r\nHost: a\r\nX-Slow: ",
        b"POST /healthz HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\n1",
    ],
    ids=["silent", "line", "headers", "body"],
)
def test_a_request_that_does_not_end_is_dropped_while_others_are_served(port: int, begun: bytes) -> None:
    slow = [socket.create_connection(("127.0.0.1", port), timeout=5) for _ in range(20)]
    started = time.monotonic()
    for connection in slow:
        connection.sendall(begun)
    assert httpx2.get(f"http://127.0.0.1:{port}/healthz").json() == {"status": "alive"}
    for connection in slow:
        try:
            while connection.recv(4096):
                pass
        except ConnectionResetError:
            pass
        connection.close()
    assert time.monotonic() - started < 3


def test_a_connection_is_kept_between_requests_that_do_end(port: int) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    connection.connect()
    connection.auto_open = 0  # a second connection would be an error
    for _ in range(3):
        connection.request("GET", "/healthz")
        assert connection.getresponse().read() == b'{"status":"alive"}'
        time.sleep(0.3)
    connection.close()


def test_the_server_does_not_say_what_it_is(port: int) -> None:
    assert "server" not in httpx2.get(f"http://127.0.0.1:{port}/healthz").headers


def test_ten_megabytes_get_an_answer_not_a_broken_connection(port: int) -> None:
    headers = {"content-type": "application/json"}
    answer = httpx2.post(f"http://127.0.0.1:{port}/graphql", content=b" " * 10_000_000, headers=headers)
    assert (answer.status_code, answer.json()["errors"][0]["extensions"]["code"]) == (413, "LIMIT_EXCEEDED")


def test_a_websocket_is_not_offered(port: int) -> None:
    upgrade = {
        "connection": "upgrade",
        "upgrade": "websocket",
        "sec-websocket-key": "a" * 22 + "==",
        "sec-websocket-version": "13",
    }
    assert httpx2.get(f"http://127.0.0.1:{port}/graphql", headers=upgrade).status_code == 400


def test_a_head_without_end_is_refused_while_others_are_served(port: int) -> None:
    with socket.create_connection(("127.0.0.1", port), timeout=10) as client:
        client.sendall(b"GET /healthz HTTP/1.1\r\nHost: a\r\n")
        answer = b""
        try:
            for _ in range(2_000):
                client.sendall(b"X-Filler: " + b"x" * 1_000 + b"\r\n")
            answer = client.recv(200)
        except OSError:  # closed while we were still sending
            answer = b"HTTP/1.1 431"
    assert answer.startswith(b"HTTP/1.1 431")
    assert httpx2.get(f"http://127.0.0.1:{port}/healthz").status_code == 200


def test_a_websocket_is_refused_cleanly(port: int) -> None:
    upgrade = {"connection": "upgrade", "upgrade": "websocket", "sec-websocket-key": "a", "sec-websocket-version": "13"}
    answer = httpx2.get(f"http://127.0.0.1:{port}/graphql", headers=upgrade)
    assert answer.status_code == 400
