"""The process that listens: a socket taken before anything is changed, and uvicorn with its gaps closed."""

import asyncio
import errno
import socket
from collections.abc import Callable
from typing import Any

import uvicorn
from starlette.types import ASGIApp
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol, RequestResponseCycle

from web.bodies import BODY_SECONDS, EXCHANGE, bounds

REQUEST_SECONDS = 13.0
"""In which a request's head must have come, and then its body; more than the body has by itself, whose refusal is
worded."""

ANSWER_SECONDS = 60.0
"""For which an answer may lie unread: some 50 KB are then still in our hands, and the line carries nothing."""

GRACE_SECONDS = 10
"""For which requests under way may go on after the service was told to end."""

HEAD_BYTES, HEADERS = 32 * 1024, 100
"""What a request's first line and headers may come to."""

TOO_LARGE = b"HTTP/1.1 431 Request Header Fields Too Large\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"


class Unavailable(RuntimeError):
    """The address cannot be listened on, or nobody listens there. The message is for the operator, Chinese first."""


class Exchange:
    """One request and its answer, for the application: what our server offers beside ASGI. A
    `web.bodies.Exchange`."""

    def __init__(self, cycle: RequestResponseCycle) -> None:
        self._cycle = cycle

    def has_arrived(self) -> bool:
        return not self._cycle.more_body

    async def send(self, status: int, head: bytes, body: bytes) -> None:
        cycle = self._cycle
        if cycle.flow.write_paused and not cycle.disconnected:
            await cycle.flow.drain()
        if not cycle.disconnected:
            own = [b"%b: %b\r\n" % pair for pair in cycle.default_headers]
            last = b"\r\n" if cycle.keep_alive else b"connection: close\r\n\r\n"
            cycle.transport.write(b"".join((STATUS_LINE[status], *own, head, last, body)))
            cycle.response_started, cycle.waiting_for_100_continue = True, False
            cycle.chunked_encoding, cycle.expected_content_length = False, 0
            await cycle.send({"type": "http.response.body", "body": b"", "more_body": False})


class Connection(HttpToolsProtocol):
    """uvicorn's connection with bounds. Left alone it waits for ever, for a request that does not come to its end and
    for a client that does not read, and takes a head of any size."""

    _deadline: float | None = None
    """When what is waited for must have come, by the loop's clock."""
    _watch: asyncio.TimerHandle | None = None
    """Looks whether it has. It outlives the request that set it: a timer for each costs a thirtieth of a small one."""
    _unread: asyncio.TimerHandle | None = None
    _head_bytes: int | None = 0
    """How much has come of a head that is not complete, with what came along; None while its body comes."""
    _is_too_large = False

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        if self.client and self.client[0].startswith("::ffff:"):
            self.client = (self.client[0].removeprefix("::ffff:"), self.client[1])  # how a socket for both sees IPv4
        self._expect()

    def connection_lost(self, exc: Exception | None) -> None:
        self._arrived()
        self._arm()
        self.resume_writing()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        if self._deadline is None and not self._is_answering:
            self._expect()  # the line breaks that may come before a request begin nothing, but end uvicorn's waiting
        if self._head_bytes is not None:
            if self._head_bytes > HEAD_BYTES:
                self._is_too_large = True
                self.send_400_response("")
                return
            self._head_bytes += len(data)
        super().data_received(data)

    def on_header(self, name: bytes, value: bytes) -> None:
        if self._head_bytes is not None:  # what follows a body would join the headers that were already acted upon
            super().on_header(name, value)

    def on_headers_complete(self) -> None:
        size = len(self.url) + sum(len(name) + len(value) for name, value in self.headers)
        if size > HEAD_BYTES or len(self.headers) > HEADERS:
            self._is_too_large = True
            raise ValueError("too large a head")  # the parser's caller refuses the request
        self._head_bytes = None
        _, seconds = bounds(
            self.parser.get_method().decode("ascii", "replace"), self.url.decode("ascii", "replace").partition("?")[0]
        )
        self._expect(seconds - BODY_SECONDS + REQUEST_SECONDS)
        super().on_headers_complete()
        self.scope[EXCHANGE] = Exchange(self.cycle)  # type: ignore[literal-required]
        if self.parser.should_upgrade():
            self.cycle.keep_alive = False  # the parser reads nothing after an upgrade, though we offer none

    def on_message_complete(self) -> None:
        self._arrived()
        self._head_bytes = 0
        super().on_message_complete()

    def send_400_response(self, msg: str) -> None:
        if self._is_answering:
            self.transport.abort()  # a second answer would land in the middle of the first
        elif self._is_too_large:
            self.transport.write(TOO_LARGE)
            self.transport.close()
        else:
            super().send_400_response(msg)

    def pause_writing(self) -> None:
        super().pause_writing()
        self._unread = self.loop.call_later(ANSWER_SECONDS, self.transport.abort)

    def resume_writing(self) -> None:
        if self._unread is not None:
            self._unread.cancel()
            self._unread = None
        super().resume_writing()

    @property
    def _is_answering(self) -> bool:
        return self.cycle is not None and not self.cycle.response_complete

    def _expect(self, seconds: float | None = None) -> None:
        self._deadline = self.loop.time() + (seconds or REQUEST_SECONDS)
        if self._watch is None or self._watch.when() > self._deadline:
            self._arm()

    def _arrived(self) -> None:
        self._deadline = None

    def _arm(self) -> None:
        if self._watch is not None:
            self._watch.cancel()
        self._watch = self.loop.call_at(self._deadline, self._look) if self._deadline is not None else None

    def _look(self) -> None:
        if self._deadline is not None and self.loop.time() >= self._deadline:
            self.transport.abort()
        else:
            self._arm()


def listen(host: str, port: int) -> socket.socket:
    """Take the address, or say in one line why not. Raises Unavailable."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    taken = socket.socket(family, socket.SOCK_STREAM)
    taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        taken.bind((host, port))
        taken.listen(1024)  # from here on a second process is refused, also while this one migrates
    except OSError as error:
        taken.close()
        if error.errno == errno.EADDRINUSE:
            raise Unavailable(
                f"端口 {port} 已被占用，请换一个，例如 PORT={port + 1} | port {port} on {host} is taken"
            ) from None
        raise Unavailable(
            f"无法监听 {host}:{port} | cannot listen on {host}:{port}: {error.strerror or error}"
        ) from None
    taken.setblocking(False)
    return taken


def server(app: ASGIApp | Callable[[], ASGIApp], **options: Any) -> uvicorn.Server:
    """Return the server for an application, or with `factory` for what makes one; run it on a socket of `listen`."""
    return uvicorn.Server(
        uvicorn.Config(
            app,
            http=Connection,
            ws="none",
            lifespan="on",
            log_config=None,
            access_log=False,
            server_header=False,
            proxy_headers=False,  # nobody may tell us who they are
            timeout_graceful_shutdown=GRACE_SECONDS,
            **options,
        )
    )
