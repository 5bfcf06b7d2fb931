"""GraphQL over HTTP, as its specification and the audits of npm `graphql-http` want it, on Strawberry's view."""

import asyncio
import re
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import urlsplit

import orjson
from cross_web import AsyncHTTPRequestAdapter
from graphql import GraphQLError, OperationDefinitionNode
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.websockets import WebSocket
from strawberry.asgi import GraphQL
from strawberry.exceptions import MissingQueryError
from strawberry.http import GraphQLHTTPResponse, GraphQLRequestData
from strawberry.schema.base import BaseSchema
from strawberry.schema.exceptions import CannotGetOperationTypeError, InvalidOperationTypeError
from strawberry.types import ExecutionResult
from strawberry.types.execution import PreExecutionError
from strawberry.types.graphql import OperationType

from schema.limits import parse_document
from web.errors import SHOWN, worded
from web.pages import revalidated
from web.protocol import JSON, answer_type, check_content, operation_name, read_address, read_body, status_of
from web.requests import Visit, visit_of
from web.trusted import TrustedDocuments

SECONDS = 12.0
"""An operation may take; the statement itself is given up before, with a better word."""

INTROSPECTION = re.compile(r"\b__(schema|type)\b")
"""No escapes exist in names, and names of one's own may not begin so."""

VARY = "Accept, Cookie, Authorization"
PUBLIC, PRIVATE = "public, no-cache", {"POST": "private, no-store", "GET": "private, no-cache"}
"""What caches may do with an answer to everybody, and with one to somebody."""

ContextFactory = Callable[[Request, Visit], Awaitable[Any]]


class View(GraphQL[Any, None]):
    """POST and GET for queries; no batches, no uploads, no WebSocket."""

    def __init__(
        self,
        schema: BaseSchema,
        context: ContextFactory,
        documents: TrustedDocuments,
        *,
        hints: bool,
        introspection: bool,
    ) -> None:
        super().__init__(schema, graphql_ide=None, subscription_protocols=())
        self.context, self.documents = context, documents
        self.hints, self.introspection = hints, introspection

    async def respond(self, request: Request) -> Response:
        """Answer one request. Raises HTTPException for what is refused before GraphQL."""
        visit_of(request.scope).operation = ""
        if request.method not in ("GET", "POST"):
            raise HTTPException(405, headers={"allow": "GET, POST"})
        visit = visit_of(request.scope)
        answer: Response = await self.run(request)
        for cookie in visit.cookies:
            answer.headers.append("set-cookie", cookie)
        if request.method == "GET" and answer.status_code in (200, 304):
            answer = revalidated(request, answer)
            # the layer that compresses adds its word to an answer with a body
            answer.headers["vary"] = VARY if answer.status_code == 200 else f"{VARY}, Accept-Encoding"
            answer.headers["cache-control"] = PUBLIC
        if visit.is_personal:
            answer.headers["cache-control"] = PRIVATE[request.method]
        return answer

    async def get_context(self, request: Request | WebSocket, response: Response | WebSocket) -> Any:
        visit = visit_of(request.scope)
        context = await self.context(request, visit)  # type: ignore[arg-type]
        visit.counters = getattr(context, "counters", None)
        return context

    async def get_sub_response(self, request: Request | WebSocket) -> Response:
        response = await super().get_sub_response(request)
        response.media_type = answer_type(request.headers.get("accept"))
        return response

    def should_render_graphql_ide(self, request: Any) -> bool:
        return False  # the page is a route of its own

    async def parse_http_body(self, request: AsyncHTTPRequestAdapter) -> GraphQLRequestData:
        if request.method == "GET":
            data = read_address(urlsplit(request.url).query)
        else:
            check_content(request.headers)
            data = read_body(await request.get_body())
        return GraphQLRequestData(
            data.get("query"), data.get("variables"), data.get("operationName"), data.get("extensions")
        )

    async def execute_single(
        self,
        request: Request,
        request_adapter: AsyncHTTPRequestAdapter,
        sub_response: Response,
        context: Any,
        root_value: None,
        request_data: GraphQLRequestData,
    ) -> ExecutionResult:
        reading = request.method == "GET"
        try:
            text = self.documents.text(request_data.query, request_data.extensions)
        except GraphQLError as error:
            return PreExecutionError(None, [error])
        visit_of(request.scope).operation = operation_name(request_data.operation_name, text)
        if not self.introspection and INTROSPECTION.search(text):
            return _refused("这里不开放内省 | introspection is turned off here", "FORBIDDEN")
        if request_data.operation_name is None and _is_ambiguous(text):
            return _refused("文档有多个操作，请给出 operationName | several operations: name one", "BAD_REQUEST")
        try:
            async with asyncio.timeout(SECONDS):
                return await self.schema.execute(
                    text,
                    variable_values=request_data.variables,
                    context_value=context,
                    operation_name=request_data.operation_name,
                    operation_extensions=request_data.extensions,
                    allowed_operation_types={OperationType.QUERY} if reading else ALLOWED,
                )
        except MissingQueryError:
            raise HTTPException(400, "缺少 query | the query is missing") from None
        except CannotGetOperationTypeError as error:
            raise HTTPException(400, f"文档里没有这个操作 | {error.as_http_error_reason()}") from None
        except InvalidOperationTypeError as error:
            reason = f"{request.method} 不能执行这种操作 | {error.as_http_error_reason(request.method)}"
            raise HTTPException(*(405, reason, {"allow": "POST"}) if reading else (400, reason)) from None
        except TimeoutError as error:
            return PreExecutionError(None, [GraphQLError("timeout", original_error=error)])

    async def process_result(self, request: Request, result: ExecutionResult) -> GraphQLHTTPResponse:
        answer: dict[str, Any] = {}
        executed = not isinstance(result, PreExecutionError)
        if errors := result.errors:
            visit = visit_of(request.scope)
            answer["errors"] = [
                worded(error, visit.id, executed=executed, hints=self.hints) for error in errors[:SHOWN]
            ]
            visit.codes += dict.fromkeys(error["extensions"]["code"] for error in answer["errors"])
        if executed and not (result.data is None and errors and all(error.path is None for error in errors)):
            answer["data"] = result.data  # a request error has no data entry, not even null
        if result.extensions:
            answer["extensions"] = result.extensions
        return answer  # type: ignore[return-value]

    def encode_json(self, data: object) -> bytes:
        return orjson.dumps(data)  # the data of a plan are an orjson.Fragment: text spliced in as it is

    def create_response(self, response_data: Any, sub_response: Response) -> Response:
        kind = sub_response.media_type or JSON
        return Response(self.encode_json(response_data), status_of(response_data, kind), None, f"{kind}; charset=utf-8")


ALLOWED = {OperationType.QUERY, OperationType.MUTATION}


def _refused(message: str, code: str) -> PreExecutionError:
    return PreExecutionError(None, [GraphQLError(message, extensions={"code": code})])


def _is_ambiguous(text: str) -> bool:
    """Tell whether a document has several operations; Strawberry would carry out the first. What cannot be parsed is
    refused later, with its own words."""
    if len(NAMED_OPERATION.findall(text)) < 2:
        return False
    try:
        document = parse_document(text)
    except GraphQLError:
        return False
    return sum(isinstance(node, OperationDefinitionNode) for node in document.definitions) > 1


NAMED_OPERATION = re.compile(r"\b(?:query|mutation|subscription)\b")
