"""The short way for known queries that plans answer whole: from the bytes of a request to those of its answer.

It goes beside the application's layers, routes and Strawberry's view, and shares everything that decides: who is let
in, documents, bounds, coercion, cost, plans, scope, tags. Whatever is unusual (mutations, introspection, several
operations, requests from other sites' pages where those are allowed, a mistake of any kind) it leaves to the
application, which then words it; so there is one place for each refusal.
"""

from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from typing import Any

import orjson
from graphql import GraphQLError
from starlette.exceptions import HTTPException
from starlette.types import Scope

from models.reading import Reader, TooSlow
from schema.cost import check_cost
from schema.plan.documents import Invalid, Operation
from schema.plan.extension import Planner
from schema.plan.plans import arguments_of
from web.bodies import Body
from web.compression import SMALLEST, compressed
from web.errors import worded
from web.gate import Gate
from web.protocol import answer_type, check_content, read_address, read_body, status_of
from web.requests import Answer, Visit
from web.tags import Tagged, Tags
from web.trusted import TrustedDocuments
from web.view import PRIVATE, PUBLIC, VARY

Reading = Callable[[Mapping[str, str], Visit], Awaitable[Any]]
"""Makes the context value of an operation that only reads."""

UNCHANGED = b""
"""Instead of an answer that its sender has already."""


class FastLane:
    """Answers some of the requests to `/graphql`; a `web.requests.Lane`."""

    def __init__(
        self,
        planner: Planner,
        documents: TrustedDocuments,
        tags: Mapping[Reader, Tags],
        gate: Gate,
        reading: Reading,
        *,
        others: bool,
    ) -> None:
        """`tags` are those of what each reader reads. `others`: whether other sites' pages may read, whose requests
        then need headers of their own."""
        self._planner, self._documents, self._tags, self._gate = planner, documents, tags, gate
        self._reading, self._others = reading, others

    async def __call__(self, scope: Scope, body: Body, visit: Visit) -> Answer | None:
        if scope["path"] != "/graphql":
            return None
        headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
        if len(headers) < len(scope["headers"]) or (self._others and "origin" in headers):
            return None
        try:
            data = await _asked(scope, headers, body)
            operation = self._operation(data) if data is not None else None
            if operation is None or data is None:
                return None
            client = scope["client"]
            self._gate.admit(headers, client[0] if client else "", visit)
            return await self._answer(operation, data, headers, visit)
        except (HTTPException, GraphQLError, Invalid):
            return None

    def _operation(self, data: Mapping[str, Any]) -> Operation | None:
        """Return the operation of a document that was read before and is valid. A trusted one will be asked again: it
        is read now, so that its first answer has the tag of the later ones. Raises GraphQLError."""
        text = self._documents.text(data.get("query"), data.get("extensions"))
        if not data.get("query"):
            with suppress(GraphQLError):
                self._planner.documents.read(text)
        document = self._planner.documents.known(text)
        return document.operation(data.get("operationName")) if document is not None else None

    async def _answer(
        self, operation: Operation, data: Mapping[str, Any], headers: Mapping[str, str], visit: Visit
    ) -> Answer | None:
        context = await self._reading(headers, visit)
        kind = answer_type(headers.get("accept"))
        is_read = visit.method == "GET"
        tagged = Tagged(self._tags[context.reader], headers.get("if-none-match"), kind) if is_read else None
        try:
            text = await self._text(operation, data.get("variables"), context, tagged)
        except TooSlow as error:
            return _too_slow(error, operation, kind, visit)
        if text is None:
            return None
        if tagged is not None and tagged.fits_content(text):
            text = UNCHANGED
        visit.operation, visit.counters = operation.name[:80], context.counters
        raw: list[tuple[bytes, bytes]] = []
        if tagged is not None:
            vary = VARY if UNCHANGED is not text and len(text) < SMALLEST else f"{VARY}, Accept-Encoding"
            raw = [(b"etag", (tagged.tag or "").encode()), (b"vary", vary.encode())]
        elif len(text) >= SMALLEST:
            raw = [(b"vary", b"Accept-Encoding")]
        if visit.is_personal:
            raw.append((b"cache-control", PRIVATE[visit.method].encode()))
        elif is_read:
            raw.append((b"cache-control", PUBLIC.encode()))
        if text is UNCHANGED:
            return Answer(304, raw, b"")
        if smaller := await compressed(text, headers.get("accept-encoding", "")):
            raw.append((b"content-encoding", b"gzip"))
            text = smaller
        return Answer(200, [*raw, *_described(kind, text)], text)

    async def _text(
        self, operation: Operation, variables: Mapping[str, Any] | None, context: Any, tagged: Tagged | None
    ) -> bytes | None:
        """Return the answer, UNCHANGED where its sender has it, or None where graphql-core has a part in it. Raises
        GraphQLError, Invalid, TooSlow."""
        request = operation.request(dict(variables or {}))
        check_cost(operation.weight, request.variables)
        roots = operation.planned(request)
        if roots is None:
            return None
        plan = self._planner.plans.plan(operation, request, roots, context)
        arguments = arguments_of(plan, request, context)
        if tagged is not None and await tagged.fits(plan, arguments):
            return UNCHANGED
        text = await self._planner.plans.carry_out(plan, arguments, operation, context)
        return b'{"data":' + text.encode() + b"}"


async def _asked(scope: Scope, headers: Mapping[str, str], body: Body) -> dict[str, Any] | None:
    """Return the parameters of a request; None for a page that a browser opens, and for who left. Raises
    HTTPException."""
    if scope["method"] == "POST":
        check_content(headers)
        sent = await body.ahead()
        return None if sent is None else read_body(sent)
    if scope["method"] != "GET" or "text/html" in headers.get("accept", ""):
        return None
    return read_address(scope["query_string"].decode("ascii"))


def _described(kind: str, body: bytes) -> list[tuple[bytes, bytes]]:
    return [(b"content-type", f"{kind}; charset=utf-8".encode()), (b"content-length", str(len(body)).encode())]


def _too_slow(error: TooSlow, operation: Operation, kind: str, visit: Visit) -> Answer:
    """Say that the statement was given up: the application would only try it again."""
    said = worded(GraphQLError("timeout", original_error=error), visit.id, executed=False, hints=False)
    visit.operation, visit.codes = operation.name[:80], [said["extensions"]["code"]]
    body = orjson.dumps({"errors": [said]})
    return Answer(status_of({"errors": [said]}, kind), _described(kind, body), body)
