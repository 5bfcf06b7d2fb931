"""Who a request comes from: a session's cookie, a dashboard's token, or nobody in particular."""

from sqlalchemy.ext.asyncio import AsyncEngine
from starlette.requests import Request

from domain.scope import DISPATCHER, PUBLIC
from models.reading import Reader
from models.sealed import Keyring
from schema.context import Context
from web.requests import Visit
from web.settings import Settings


class Visitors:
    """Makes the context of each operation."""

    def __init__(self, settings: Settings, reader: Reader, engine: AsyncEngine, keyring: Keyring) -> None:
        self._everybody = DISPATCHER if settings.trust_everybody else PUBLIC
        self._reader, self._engine, self._keyring = reader, engine, keyring

    async def context(self, request: Request, visit: Visit) -> Context:
        return Context(self._everybody, self._reader, self._keyring, visit.id, engine=self._engine)

    async def close(self) -> None:
        await self._engine.dispose()
