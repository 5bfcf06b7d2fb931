"""What every request meets before and after its route: an id, a bounded body, safe headers, one line in the log."""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from secrets import token_bytes
from typing import Any

from starlette.requests import ClientDisconnect
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from web.bodies import EXCHANGE, UPLOAD, Body, Exchange

GONE = 499
"""How the log and the metrics call a request whose sender left before its end."""

CONTENT_SECURITY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; manifest-src 'self'; worker-src 'self'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'"
)

HEADERS = {
    "content-security-policy": CONTENT_SECURITY,
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}
"""Sent with every answer that does not bring its own."""

RAW_HEADERS = [(name.encode(), value.encode()) for name, value in HEADERS.items()]
HEADER_LINES = b"".join(b"%b: %b\r\n" % pair for pair in RAW_HEADERS)

RawHeaders = list[tuple[bytes, bytes]]

log = logging.getLogger("horqin.request")


@dataclass
class Visit:
    """One request, as the log and the metrics see it: no address, no query string, no variables, no names."""

    id: str
    method: str
    path: str
    operation: str | None = None
    """The GraphQL operation's name; "" without one, None outside of GraphQL."""
    codes: list[str] = field(default_factory=list)
    counters: Any = None
    status: int = 0
    sent: int = 0
    seconds: float = 0.0
    cookies: list[str] = field(default_factory=list)
    """What the answer sets."""
    is_personal: bool = False
    """Whether the answer may differ from what everybody is told."""
    is_admitted: bool = False
    """Whether its sender was looked at: that counts, and is done once."""

    def as_dict(self) -> dict[str, Any]:
        line: dict[str, Any] = {
            "requestId": self.id,
            "method": self.method,
            "path": self.path,
            "status": self.status,
            "bytes": self.sent,
            "ms": round(self.seconds * 1000, 1),
        }
        if self.operation is not None:
            line["operation"] = self.operation
        if self.codes:
            line["codes"] = self.codes
        if self.counters is not None:
            line["statements"] = self.counters.statements
            line["sqlMs"] = round(self.counters.sql_seconds * 1000, 1)
        return line


def visit_of(scope: Scope) -> Visit:
    """Return the visit that the middleware opened for this request."""
    visit: Visit = scope["horqin.visit"]
    return visit


@dataclass(frozen=True)
class Answer:
    """A whole answer, as it goes out."""

    status: int
    headers: RawHeaders
    body: bytes


Lane = Callable[[Scope, Body, Visit], Awaitable[Answer | None]]
"""A short way for some requests; None leaves a request to the application, which finds its body unread."""


async def no_lane(scope: Scope, body: Body, visit: Visit) -> None:
    """Leave every request to the application."""


class Guard:
    """The outermost layer. `failed` words an answer to what nobody caught, `seen` hears of every finished visit."""

    def __init__(
        self,
        app: ASGIApp,
        failed: Callable[[Visit, Exception], Response],
        seen: Callable[[Visit], None],
        lane: Lane = no_lane,
    ) -> None:
        self.app, self.failed, self.seen, self.lane = app, failed, seen, lane
        self._finished: list[Visit] = []

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        visit = scope["horqin.visit"] = Visit(token_bytes(8).hex(), scope["method"], scope["path"])
        started = time.perf_counter()

        async def send_safely(message: Message) -> None:
            if message["type"] == "http.response.start":
                visit.status = message["status"]
                own = {name for name, _ in message["headers"]}
                message["headers"] += [pair for pair in RAW_HEADERS if pair[0] not in own]
                message["headers"] += _last_headers(scope, visit)
            elif message["type"] == "http.response.body":
                visit.sent += len(message.get("body", b""))
            await send(message)

        body = Body(scope, receive)
        try:
            answer = await self.lane(scope, body, visit)
            if answer is None:
                await self.app(scope, body, send_safely)
            else:
                visit.status, visit.sent = answer.status, len(answer.body)
                await _send_whole(answer, _last_headers(scope, visit), scope.get(EXCHANGE), send)
        except ClientDisconnect:  # nobody is left to answer, and nothing is wrong here
            visit.status = visit.status or GONE
        except Exception as error:  # the last line: behind it the server would close the connection without a word
            failure = self.failed(visit, error)
            if not visit.status:
                await failure(scope, body, send_safely)
        finally:
            visit.seconds = time.perf_counter() - started
            self.seen(visit)
            self._tell(visit)

    def _tell(self, visit: Visit) -> None:
        """Write the line of a finished visit, with those of the same turn of the event loop: a record of its own for
        each costs more than the line."""
        if visit.status >= 500:
            log.error("request", extra={"visits": [visit]})
        elif log.isEnabledFor(logging.INFO):
            self._finished.append(visit)
            if len(self._finished) == 1:
                asyncio.get_running_loop().call_soon(self._tell_finished)

    def _tell_finished(self) -> None:
        visits, self._finished = self._finished, []
        log.info("request", extra={"visits": visits})


async def _send_whole(answer: Answer, last: RawHeaders, exchange: Exchange | None, send: Send) -> None:
    headers = answer.headers + last
    if exchange is not None:
        head = b"".join([HEADER_LINES, *(b"%b: %b\r\n" % pair for pair in headers)])
        await exchange.send(answer.status, head, answer.body)
        return
    await send({"type": "http.response.start", "status": answer.status, "headers": RAW_HEADERS + headers})
    await send({"type": "http.response.body", "body": answer.body})


def _last_headers(scope: Scope, visit: Visit) -> RawHeaders:
    found = [(b"x-request-id", visit.id.encode())]
    if scope["scheme"] == "https":
        found.append((b"strict-transport-security", b"max-age=31536000"))
    if visit.status in (408, 413) or (visit.status >= 400 and scope["path"] == UPLOAD):
        found.append((b"connection", b"close"))  # the rest of the body is not waited for
    return found
