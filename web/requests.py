"""What every request meets before and after its route: an id, a bounded body, safe headers, one line in the log."""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from secrets import token_bytes
from typing import Any, Protocol

import orjson
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

BODY_BYTES = 256 * 1024
BODY_SECONDS = 10.0
UPLOAD, UPLOAD_BYTES, UPLOAD_SECONDS = "/imports", 20 * 2**20, 300.0
"""The one address that takes a file, from who signed in."""

NESTING = 40
"""Levels of arrays and objects that JSON from outside may have."""

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

EXCHANGE = "horqin.exchange"
"""The key of a scope under which our own server offers more than ASGI."""

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


class Exchange(Protocol):
    """What our server offers for one request beside ASGI."""

    def has_arrived(self) -> bool:
        """Whether the whole body is there, so that nobody waits for it."""
        ...

    async def send(self, status: int, head: bytes, body: bytes) -> None:
        """Send a whole answer in one write, with these lines in its head; two writes, and a look at each header, cost
        a tenth of a small request."""
        ...


Lane = Callable[[Scope, "Body", Visit], Awaitable[Answer | None]]
"""A short way for some requests; None leaves a request to the application, which finds its body unread."""


async def no_lane(scope: Scope, body: "Body", visit: Visit) -> None:
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


class Body:
    """An ASGI `receive` that counts the bytes that really come, whatever was declared, and does not wait for ever; the
    whole can be read ahead of who asks for it in the end. Raises HTTPException, which the application words."""

    def __init__(self, scope: Scope, receive: Receive) -> None:
        self._scope, self._receive = scope, receive
        self._total, self._is_complete = 0, False
        self._most, self._seconds = bounds(scope["method"], scope["path"])
        self._deadline: float | None = None
        self._ahead: list[Message] = []
        self._refusal: HTTPException | None = None

    async def ahead(self) -> bytes | None:
        """Return the whole body, which stays unread for the application; None when its sender left."""
        parts: list[bytes] = []
        while not self._is_complete:
            message = await self._next()
            self._ahead.append(message)
            if message["type"] != "http.request":
                return None
            parts.append(message.get("body", b""))
        return b"".join(parts)

    async def __call__(self) -> Message:
        return self._ahead.pop(0) if self._ahead else await self._next()

    async def _next(self) -> Message:
        if self._refusal is not None:
            raise self._refusal
        if self._is_complete:
            return await self._receive()  # only tells of a disconnect
        try:
            return await self._bounded()
        except HTTPException as refusal:
            self._refusal = refusal
            raise

    async def _bounded(self) -> Message:
        moment = time.monotonic()
        if self._deadline is None:
            self._deadline = moment + self._seconds
            for name, value in self._scope["headers"]:
                if name == b"content-length" and value.isdigit() and (len(value) > 18 or int(value) > self._most):
                    raise too_large(int(value[:18]), self._most)
        exchange: Exchange | None = self._scope.get(EXCHANGE)
        try:
            if exchange is not None and exchange.has_arrived():
                message = await self._receive()  # at once: a timer costs a twentieth of a small request
            else:
                async with asyncio.timeout(max(0.0, self._deadline - moment)):
                    message = await self._receive()
        except TimeoutError:
            seconds = f"{self._seconds:.0f}"
            raise HTTPException(
                408, f"请求体在 {seconds} 秒内没有传完 | the body did not arrive in {seconds} s"
            ) from None
        if message["type"] == "http.request":
            self._total += len(message.get("body", b""))
            if self._total > self._most:
                raise too_large(self._total, self._most)
            self._is_complete = not message.get("more_body")
        return message


def bounds(method: str, path: str) -> tuple[int, float]:
    """Return how many bytes a request's body may have, and in how many seconds it has to come."""
    return (UPLOAD_BYTES, UPLOAD_SECONDS) if (method, path) == ("POST", UPLOAD) else (BODY_BYTES, BODY_SECONDS)


def too_large(size: int, most: int) -> HTTPException:
    return HTTPException(413, f"请求体 {size} 字节，上限 {most} | body of {size} bytes, at most {most}")


class BadJson(ValueError):
    """The text is not JSON as we take it; the message says why, Chinese first."""


def read_json(text: bytes) -> Any:
    """Read JSON from outside: UTF-8, finite numbers, no half surrogates, bounded nesting. Raises BadJson."""
    try:
        value = orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise BadJson(f"不是有效的 JSON（UTF-8） | not valid JSON in UTF-8: {error}") from None
    if text.count(b"[") + text.count(b"{") > NESTING and _is_deeper(value, NESTING):
        raise BadJson(f"JSON 嵌套超过 {NESTING} 层 | JSON nested deeper than {NESTING} levels")
    return value


def _is_deeper(value: Any, levels: int) -> bool:
    """Tell whether a value has more levels of containers; without recursion, for it comes from outside."""
    layer = [value]
    for _ in range(levels):
        layer = [
            child
            for item in layer
            if isinstance(item, dict | list)
            for child in (item.values() if isinstance(item, dict) else item)
        ]
    return any(isinstance(item, dict | list) for item in layer)
