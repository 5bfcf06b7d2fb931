"""The process that listens: a socket taken before anything is changed, and uvicorn with its gaps closed."""

import asyncio
import errno
import socket
from typing import Any

import uvicorn
from starlette.types import ASGIApp
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

REQUEST_SECONDS = 13.0
"""In which a request, headers and body, must have come; more than the body has by itself, whose refusal is worded."""


class Unavailable(RuntimeError):
    """The address cannot be listened on. The message is for the operator, Chinese first."""


class Connection(HttpToolsProtocol):
    """uvicorn's connection, closed when a request does not come to its end: left alone, it waits for ever."""

    _deadline: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._expect()

    def connection_lost(self, exc: Exception | None) -> None:
        self._arrived()
        super().connection_lost(exc)

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self._expect()

    def on_message_complete(self) -> None:
        self._arrived()
        super().on_message_complete()

    def _expect(self) -> None:
        self._arrived()
        self._deadline = self.loop.call_later(REQUEST_SECONDS, self.transport.abort)

    def _arrived(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None


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


def server(app: ASGIApp, **options: Any) -> uvicorn.Server:
    """Return the server for an application; run it on a socket of `listen`."""
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
            timeout_graceful_shutdown=10,
            **options,
        )
    )
