"""The ASGI application: which address answers what."""

import os
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager, nullcontext
from functools import cache
from pathlib import Path

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Mount, Route
from strawberry.schema.base import BaseSchema
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from models.reading import Reader
from models.stamp import Stamps
from schema.plan.extension import planner_of
from web import pages
from web.compression import COMPRESSED, LEVEL, SMALLEST
from web.errors import http_problem, unexpected
from web.gate import Gate
from web.lane import FastLane, Reading
from web.metrics import Metrics, may_read, refused
from web.metrics import text as numbers_text
from web.ready import unreadiness
from web.requests import Guard, Lane, no_lane, visit_of
from web.settings import Settings, listed
from web.tags import Tags
from web.together import FOLDER, Together
from web.trusted import TrustedDocuments
from web.view import ContextFactory, View


def application(settings: Settings) -> Starlette:
    """Return the application over the real schema and the database of the settings."""
    from models.database import serving_engine
    from models.reading import open_reader
    from schema.api import schema
    from web import exports, wechat, workbook_imports
    from web.import_jobs import Jobs
    from web.keys import keyring
    from web.uploads import Uploads
    from web.visitors import Visitors

    reader, engine = open_reader(settings.url, settings.pool_size), serving_engine(settings.url, settings.pool_size)
    replica = open_reader(settings.read_url, settings.pool_size) if settings.read_url else None
    visitors = Visitors(settings, reader, engine, keyring(settings), replica)
    jobs = Jobs(settings, engine, Uploads(settings))
    more = [
        *wechat.routes(settings, visitors),
        *exports.routes(settings, visitors),
        *workbook_imports.routes(settings, visitors, jobs),
    ]

    @asynccontextmanager
    async def life() -> AsyncIterator[None]:
        async with visitors.life(), jobs.life():
            yield

    return build(settings, schema, reader, visitors.context, life, more, visitors.reading, replica)


def build(
    settings: Settings,
    schema: BaseSchema,
    reader: Reader,
    context: ContextFactory,
    around: Callable[[], AbstractAsyncContextManager[object]] = nullcontext,
    more: Sequence[Route] = (),
    reading: Reading | None = None,
    replica: Reader | None = None,
) -> Starlette:
    """Return an application over any schema; `context` makes the context value of each operation, `around` is held
    while it runs, and `more` are routes that belong to this one. `reading` makes the context of known queries, which
    then take a short way. `replica` reads what `reader` does, a little later."""
    documents = TrustedDocuments(settings.trusted_folder, only=settings.trusted_documents == "only")
    view = View(schema, context, documents, hints=not settings.production, introspection=settings.introspection)
    others, gate, metrics = listed(settings.cors_origins), Gate(settings), Metrics(pages.own_operations(), reader)
    folder = os.environ.get(FOLDER)
    together = Together(metrics, Path(folder)) if folder else None
    readers = [reader, replica] if replica else [reader]
    lane: Lane = no_lane
    if reading is not None:
        planner = planner_of(schema._schema)  # type: ignore[attr-defined]
        tags = {one: Tags(Stamps(one)) for one in readers}
        lane = FastLane(planner, documents, tags, gate, reading, others=bool(others))

    @asynccontextmanager
    async def life(_: Starlette) -> AsyncIterator[None]:
        async with AsyncExitStack() as stack:
            for one in readers:
                stack.push_async_callback(one.close)
                await one.start()
            await stack.enter_async_context(around())
            await stack.enter_async_context(together.kept() if together else nullcontext())
            yield

    @cache
    def sdl() -> bytes:
        return schema.as_str().encode() + b"\n"

    async def graphql(request: Request) -> Response:
        if settings.explorer and _wants_page(request):
            return pages.explorer(request)
        gate.admit(request.headers, request.client.host if request.client else "", visit_of(request.scope))
        return await view.respond(request)

    async def readyz(_: Request) -> Response:
        found = [await unreadiness(one) for one in readers]
        why = next(filter(None, found), None)
        return JSONResponse({"status": "unready", "reason": why} if why else {"status": "ready"}, 503 if why else 200)

    async def metrics_page(request: Request) -> Response:
        if not may_read(request, settings):
            return refused()
        return numbers_text(together or metrics)

    async def schema_page(request: Request) -> Response:
        if not settings.introspection:
            raise HTTPException(404)
        return pages.text(request, sdl(), "text/plain")

    routes = [
        Route("/graphql", graphql, methods=["GET", "POST"]),
        Route("/schema.graphql", schema_page),
        Route("/healthz", _healthz),
        Route("/readyz", readyz),
        Route("/metrics", metrics_page),
        *(Route(path, _client) for path in ("/", "/teams", "/teams/{code}", "/imports")),
        *more,
        Mount("/client", pages.Files(pages.CLIENT)),
    ]
    if settings.explorer:
        routes += [
            Route("/explorer/queries.json", _listing(pages.saved_queries)),
            Route("/explorer/glossary.json", _listing(pages.glossary)),
            Mount("/explorer/vendor", pages.Files(pages.EXPLORER / "vendor", hashed="chunks")),
        ]
    middleware = [
        Middleware(Guard, failed=unexpected, seen=metrics.seen, lane=lane),
        Middleware(GZipMiddleware, minimum_size=SMALLEST, compresslevel=LEVEL, exclude_content_types=COMPRESSED),
    ]
    if settings.trusted_proxies:
        middleware.insert(0, Middleware(ProxyHeadersMiddleware, trusted_hosts=listed(settings.trusted_proxies)))
    if others:
        middleware.append(
            Middleware(
                CORSMiddleware,
                allow_origins=others,
                allow_credentials=True,
                allow_methods=["GET", "POST"],
                allow_headers=["content-type", "authorization"],
                expose_headers=["x-request-id", "etag", "retry-after"],
            )
        )
    return Starlette(
        routes=routes,
        lifespan=life,
        middleware=middleware,
        exception_handlers={HTTPException: http_problem},
    )


def _wants_page(request: Request) -> bool:
    """Tell a browser that opens the address from a program that asks: browsers name text/html first."""
    return (
        request.method == "GET"
        and "query" not in request.query_params
        and "text/html" in request.headers.get("accept", "").lower()
    )


def _listing(made: Callable[[], bytes]) -> Callable[[Request], Response]:
    def listing(request: Request) -> Response:
        return pages.text(request, made(), "application/json")

    return listing


def _healthz(_: Request) -> Response:
    return JSONResponse({"status": "alive"})


def _client(request: Request) -> Response:
    return pages.page(request, pages.CLIENT / "index.html")
