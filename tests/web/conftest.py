"""A small schema and a reader that need no database, so that these tests are about requests and answers only."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import httpx2
import pytest
import strawberry
from graphql import GraphQLError
from starlette.requests import Request
from starlette.types import ASGIApp

from models.reading import TooSlow
from web import app
from web.requests import Visit
from web.settings import Settings


@strawberry.type
class Query:
    @strawberry.field
    def hello(self, name: str = "你好") -> str:
        return name

    @strawberry.field
    def number(self, of: int) -> int:
        return of

    @strawberry.field
    def crash(self) -> str:
        raise RuntimeError("password=secret [SQL: select phone]")

    @strawberry.field
    def refused(self) -> str | None:
        raise GraphQLError("这个游标无效 | not a cursor", extensions={"code": "BAD_USER_INPUT", "reason": "CURSOR"})

    @strawberry.field
    def patience(self) -> str | None:
        raise TooSlow("no answer in 10 s")

    @strawberry.field
    async def sleeps(self) -> str:
        await asyncio.sleep(60)
        return "late"


@strawberry.type
class Mutation:
    @strawberry.mutation
    def change(self) -> str:
        return "changed"


SCHEMA = strawberry.Schema(Query, Mutation)


class Nothing:
    """A reader whose database is away, or holds one value."""

    dialect = "sqlite"

    def __init__(self, value: str | None = None) -> None:
        self.value = value

    async def start(self) -> None: ...

    async def fetch(self, sql: str, arguments: list[Any]) -> str | None:
        if self.value is None:
            raise ConnectionRefusedError("host=10.0.0.1 user=horqin")
        return self.value

    async def close(self) -> None: ...

    def connections(self) -> tuple[int, int]:
        return 4, 1


def standin(**settings: Any) -> ASGIApp:
    reader = Nothing(settings.pop("revision", None))

    async def context(_: Request, visit: Visit) -> Visit:
        return visit

    return app.build(Settings(**settings), SCHEMA, reader, context)


@asynccontextmanager
async def connected(application: ASGIApp, **client: Any) -> AsyncIterator[httpx2.AsyncClient]:
    transport = httpx2.ASGITransport(app=application, **client)
    async with httpx2.AsyncClient(transport=transport, base_url="http://horqin.test") as session:
        yield session


@pytest.fixture
async def http() -> AsyncIterator[httpx2.AsyncClient]:
    """A client of the stand-in application with default settings."""
    async with connected(standin()) as session:
        yield session


@pytest.fixture
def serve_with() -> Callable[..., Any]:
    """Make a client of the stand-in application with other settings: `async with serve_with(production=True)`."""
    return lambda client=None, **settings: connected(standin(**settings), **(client or {}))


@pytest.fixture
def visit() -> Visit:
    return Visit("0123456789abcdef", "POST", "/graphql")


@pytest.fixture
def application() -> ASGIApp:
    """The stand-in application, for a test that runs a server of its own."""
    return standin()
