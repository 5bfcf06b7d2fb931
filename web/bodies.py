"""The body of a request, as it comes from outside: bounded in bytes and time, and its JSON."""

import asyncio
import time
from typing import Any, Protocol

import orjson
from starlette.exceptions import HTTPException
from starlette.types import Message, Receive, Scope

BODY_BYTES = 256 * 1024
BODY_SECONDS = 10.0
UPLOAD, UPLOAD_BYTES, UPLOAD_SECONDS = "/imports", 20 * 2**20, 300.0
"""The one address that takes a file, from who signed in."""

NESTING = 40
"""Levels of arrays and objects that JSON from outside may have."""

EXCHANGE = "horqin.exchange"
"""The key of a scope under which our own server offers more than ASGI."""


class Exchange(Protocol):
    """What our server offers for one request beside ASGI."""

    def has_arrived(self) -> bool:
        """Whether the whole body is there, so that nobody waits for it."""
        ...

    async def send(self, status: int, head: bytes, body: bytes) -> None:
        """Send a whole answer in one write, with these lines in its head; two writes, and a look at each header, cost
        a tenth of a small request."""
        ...


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
