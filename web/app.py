"""The ASGI application: which address answers what."""

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from functools import cache

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Mount, Route
from strawberry.schema.base import BaseSchema

from models.reading import Reader
from web import pages
from web.errors import http_problem, unexpected
from web.metrics import Metrics, may_read, refused
from web.ready import unreadiness
from web.requests import Guard
from web.settings import Settings
from web.view import ContextFactory, View


def application(settings: Settings) -> Starlette:
    """Return the application over the real schema and the database of the settings."""
    from models.database import serving_engine
    from models.reading import open_reader
    from schema.api import schema
    from web import wechat
    from web.keys import keyring
    from web.visitors import Visitors

    reader, engine = open_reader(settings.url, settings.pool_size), serving_engine(settings.url, settings.pool_size)
    visitors = Visitors(settings, reader, engine, keyring(settings))
    return build(settings, schema, reader, visitors.context, visitors.close, wechat.routes(settings, visitors))


async def _nothing() -> None: ...


def build(
    settings: Settings,
    schema: BaseSchema,
    reader: Reader,
    context: ContextFactory,
    close: Callable[[], Awaitable[None]] = _nothing,
    more: Sequence[Route] = (),
) -> Starlette:
    """Return an application over any schema; `context` makes the context value of each operation, `close` ends what
    it opened, and `more` are routes that belong to this one."""
    view = View(schema, context, hints=not settings.production, introspection=settings.introspection)
    metrics = Metrics(pages.own_operations())

    @asynccontextmanager
    async def life(_: Starlette) -> AsyncIterator[None]:
        await reader.start()
        try:
            yield
        finally:
            await close()
            await reader.close()

    @cache
    def sdl() -> bytes:
        return schema.as_str().encode() + b"\n"

    async def graphql(request: Request) -> Response:
        if settings.explorer and _wants_page(request):
            return pages.explorer(request)
        return await view.respond(request)

    async def readyz(_: Request) -> Response:
        why = await unreadiness(reader)
        return JSONResponse({"status": "unready", "reason": why} if why else {"status": "ready"}, 503 if why else 200)

    async def metrics_page(request: Request) -> Response:
        if not may_read(request, settings):
            return refused()
        return metrics.text(reader)

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
        *(Route(path, _client) for path in ("/", "/teams", "/teams/{code}")),
        *more,
        Mount("/client", pages.Files(pages.CLIENT)),
    ]
    if settings.explorer:
        routes += [
            Route("/explorer/queries.json", _listing(pages.saved_queries)),
            Route("/explorer/glossary.json", _listing(pages.glossary)),
            Mount("/explorer/vendor", pages.Files(pages.EXPLORER / "vendor", hashed="chunks")),
        ]
    return Starlette(
        routes=routes,
        lifespan=life,
        middleware=[
            Middleware(Guard, failed=unexpected, seen=metrics.seen),
            Middleware(GZipMiddleware, minimum_size=256, compresslevel=4),
        ],
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
