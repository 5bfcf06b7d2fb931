"""How a failure reads outside: every error has a code and the request's id, a client's mistake is explained, and
what we did not mean to say stays in the log."""

import logging
import re
from http import HTTPStatus
from typing import Any

import orjson
from graphql import GraphQLError, GraphQLSyntaxError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from models.reading import TooSlow
from web.requests import Visit, visit_of

SHOWN = 5
"""Errors in one answer; the first ones tell enough."""

LONGEST = 500
"""Characters of a message."""

INTERNAL = "服务器出错了，请把编号告诉管理员 | Something went wrong here; please report the request id"
TIMEOUT = "查询用时过长，已停止 | The query took too long and was stopped"

CODES = {
    401: "UNAUTHENTICATED",
    403: "FORBIDDEN",
    404: "NOT_FOUND",
    405: "METHOD_NOT_ALLOWED",
    406: "NOT_ACCEPTABLE",
    408: "REQUEST_TIMEOUT",
}
WORDS = {404: "没有这个地址", 405: "这个地址不接受这种方法"}
CODES |= {413: "LIMIT_EXCEEDED", 415: "UNSUPPORTED_MEDIA_TYPE", 429: "RATE_LIMITED", 503: "UNAVAILABLE"}

log = logging.getLogger("horqin.error")


def worded(error: GraphQLError, request_id: str, *, executed: bool, hints: bool) -> dict[str, Any]:
    """Return an error as the client sees it. `executed` tells whether the operation was begun; `hints` whether
    "Did you mean" may name what the client has not named."""
    formatted: dict[str, Any] = dict(error.formatted)
    message, code = error.message, (error.extensions or {}).get("code")
    cause = _cause(error)
    if isinstance(cause, TooSlow | TimeoutError):
        message, code = TIMEOUT, "TIMEOUT"
        log.warning("too slow at %s", error.path, extra={"request_id": request_id})
    elif cause is not None:
        message, code = INTERNAL, "INTERNAL"
        log.error("unexpected error at %s", error.path, exc_info=cause, extra={"request_id": request_id})
        formatted.pop("extensions", None)
    elif code is None:
        code = _code(error, executed)
    if not hints:
        message = re.sub(r" Did you mean .*\?$", "", message, flags=re.DOTALL)
    if len(message) > LONGEST:
        message = f"{message[:LONGEST]}…"  # it quotes what was sent
    return formatted | {
        "message": message,
        "extensions": {**formatted.get("extensions", {}), "code": code, "requestId": request_id},
    }


def _cause(error: GraphQLError) -> Exception | None:
    """Return the unexpected exception behind an error, None if it was meant for the client. A value that no scalar
    could read has an exception behind it too: it points at the document and at no place in the answer."""
    if error.nodes and error.path is None:
        return None
    cause: Exception | None = error
    while isinstance(cause, GraphQLError):
        cause = cause.original_error
    return cause


def _code(error: GraphQLError, executed: bool) -> str:
    if isinstance(error, GraphQLSyntaxError):
        return "GRAPHQL_PARSE_FAILED"
    return "BAD_USER_INPUT" if executed else "GRAPHQL_VALIDATION_FAILED"


def problem(visit: Visit, status: int, message: str, code: str | None = None, **headers: str) -> Response:
    """Return a refusal that came before GraphQL, in GraphQL's own form."""
    code = code or CODES.get(status, "BAD_REQUEST")
    visit.codes.append(code)
    body = {"errors": [{"message": message, "extensions": {"code": code, "requestId": visit.id}}]}
    return Response(orjson.dumps(body), status, headers, "application/json; charset=utf-8")


async def http_problem(request: Request, error: Exception) -> Response:
    """Answer what was refused with a status, on every route."""
    assert isinstance(error, HTTPException)  # registered for nothing else
    message = error.detail
    if message == HTTPStatus(error.status_code).phrase:  # Starlette's own word
        message = f"{WORDS.get(error.status_code, '请求无法处理')} | {message}: {request.method} {request.url.path}"
    return problem(visit_of(request.scope), error.status_code, message, **dict(error.headers or {}))


def unexpected(visit: Visit, error: Exception) -> Response:
    """Answer a bug: the client gets the id under which the log has the trace."""
    log.error("unexpected error", exc_info=error, extra={"request_id": visit.id})
    return problem(visit, 500, INTERNAL, "INTERNAL")
