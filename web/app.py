"""The ASGI application: which address answers what."""

import logging
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext
from functools import cache

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
from web import pages
from web.errors import http_problem, unexpected
from web.metrics import Metrics, may_read, refused
from web.origins import check_host, check_origin
from web.rates import Rates
from web.ready import unreadiness
from web.requests import Guard
from web.settings import Settings, listed, origin_of
from web.trusted import TrustedDocuments
from web.view import ContextFactory, View

FORWARDED = "X-Forwarded-For"

log = logging.getLogger("horqin.app")


def application(settings: Settings) -> Starlette:
    """Return the application over the real schema and the database of the settings."""
    from models.database import serving_engine
    from models.reading import open_reader
    from schema.api import schema
    from web import wechat, workbook_imports
    from web.import_jobs import Jobs
    from web.keys import keyring
    from web.uploads import Uploads
    from web.visitors import Visitors

    reader, engine = open_reader(settings.url, settings.pool_size), serving_engine(settings.url, settings.pool_size)
    visitors = Visitors(settings, reader, engine, keyring(settings))
    jobs = Jobs(settings, engine, Uploads(settings))
    more = [*wechat.routes(settings, visitors), *workbook_imports.routes(settings, visitors, jobs)]

    @asynccontextmanager
    async def life() -> AsyncIterator[None]:
        async with visitors.life(), jobs.life():
            yield

    return build(settings, schema, reader, visitors.context, life, more)


def build(
    settings: Settings,
    schema: BaseSchema,
    reader: Reader,
    context: ContextFactory,
    around: Callable[[], AbstractAsyncContextManager[object]] = nullcontext,
    more: Sequence[Route] = (),
) -> Starlette:
    """Return an application over any schema; `context` makes the context value of each operation, `around` is held
    while it runs, and `more` are routes that belong to this one."""
    documents = TrustedDocuments(settings.trusted_folder, only=settings.trusted_documents == "only")
    view = View(schema, context, documents, hints=not settings.production, introspection=settings.introspection)
    others, rates = listed(settings.cors_origins), Rates(settings.requests_per_minute)
    allowed = [*others, *filter(None, [origin_of(settings.public_url or "")])]
    metrics = Metrics(pages.own_operations())

    @asynccontextmanager
    async def life(_: Starlette) -> AsyncIterator[None]:
        await reader.start()
        try:
            async with around():
                yield
        finally:
            await reader.close()

    @cache
    def sdl() -> bytes:
        return schema.as_str().encode() + b"\n"

    @cache
    def ignored(header: str) -> None:
        log.warning("%s is ignored, all who come through the proxy count as one: set TRUSTED_PROXIES", header)

    async def graphql(request: Request) -> Response:
        if settings.explorer and _wants_page(request):
            return pages.explorer(request)
        if not settings.trusted_proxies and FORWARDED in request.headers:
            ignored(FORWARDED)
        if seconds := rates.wait(request.client.host if request.client else ""):
            words = f"请求太多，请 {seconds} 秒后再试 | too many requests: try again in {seconds} s"
            raise HTTPException(429, words, {"retry-after": str(seconds)})
        check_origin(request, allowed)
        if settings.trust_everybody:
            check_host(request)
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
        Middleware(Guard, failed=unexpected, seen=metrics.seen),
        Middleware(GZipMiddleware, minimum_size=256, compresslevel=4),
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
