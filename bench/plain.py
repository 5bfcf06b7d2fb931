"""The plain version to compare with: Strawberry over the async ORM, served as its documentation recommends."""

import os
from collections.abc import AsyncIterator
from typing import Any

import orjson
import strawberry
from sqlalchemy.ext.asyncio import async_sessionmaker
from starlette.applications import Starlette
from strawberry.asgi import GraphQL
from strawberry.dataloader import DataLoader
from strawberry.extensions import ParserCache, SchemaExtension, ValidationCache

from bench.loaders import Loaders
from bench.plain_schema import Query
from models.database import database_url, writing_engine


class SessionOfTheRequest(SchemaExtension):
    async def on_operation(self) -> AsyncIterator[None]:
        yield
        await self.execution_context.context.session.close()


schema = strawberry.Schema(Query, extensions=[SessionOfTheRequest, ParserCache(), ValidationCache()])
POOL_SIZE = int(os.environ.get("POOL_SIZE", "8"))
engine = writing_engine(database_url(os.environ["DATABASE_URL"]), pool_size=POOL_SIZE, max_overflow=0)
sessions = async_sessionmaker(engine, expire_on_commit=False)


class View(GraphQL[Loaders, None]):
    async def get_context(self, request: Any, response: Any) -> Loaders:
        return Loaders(sessions(), DataLoader)

    def encode_json(self, data: object) -> bytes:
        return orjson.dumps(data)


app = Starlette()
app.mount("/graphql", View(schema))
