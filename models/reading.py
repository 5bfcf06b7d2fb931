"""How answers are read: statements that give one text, on connections that cannot write and that give up in time."""

import asyncio
import sqlite3
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Any, Protocol

import asyncpg
from sqlalchemy import URL

from models.database import sqlite_reader

PATIENCE = 10.0
"""Seconds after which a statement is given up."""

Arguments = list[Any]


class TooSlow(Exception):
    """The statement was given up after `PATIENCE` seconds."""


class Reader(Protocol):
    """Runs statements of one value. `dialect` is SQLAlchemy's name of the database."""

    dialect: str

    async def start(self) -> None: ...

    async def fetch(self, sql: str, arguments: Arguments) -> str | None: ...

    async def close(self) -> None: ...

    def connections(self) -> tuple[int, int]:
        """Return how many connections are open and how many are busy."""
        ...


async def _nothing(_: Any) -> None:
    """Leave a connection as it is: single read-only statements change nothing that a reset would undo."""


class PostgresReader:
    """A pool of read-only connections; each request is one round trip, outside of any transaction. A connection goes
    back to the pool only when something went wrong with it: giving it back costs a task, a fifth of a small request."""

    dialect = "postgresql"

    def __init__(self, url: URL, size: int) -> None:
        self._address = url.set(drivername="postgresql").render_as_string(hide_password=False)
        self._size = size
        self._pool: asyncpg.Pool[asyncpg.Record] | None = None
        self._turns = asyncio.Semaphore(size)
        self._idle: list[Any] = []

    async def start(self) -> None:
        self._pool = await asyncpg.create_pool(
            self._address,
            min_size=1,
            max_size=self._size,
            statement_cache_size=512,
            max_cached_statement_lifetime=0,
            reset=_nothing,
            server_settings={
                "default_transaction_read_only": "on",
                "statement_timeout": str(int(PATIENCE * 1000)),
                "jit": "off",
                "plan_cache_mode": "force_generic_plan",  # planning each time cost more than a better plan saved
                "application_name": "horqin reader",
            },
        )

    async def fetch(self, sql: str, arguments: Arguments) -> str | None:
        if self._pool is None:
            raise RuntimeError("The reader was not started.")
        async with self._turns:
            connection = await self._connection(self._pool)
            try:
                text: str | None = await connection.fetchval(sql, *arguments)
            except BaseException as error:
                await self._pool.release(connection)
                if isinstance(error, asyncpg.QueryCanceledError):
                    raise TooSlow(f"no answer in {PATIENCE:.0f} s") from error
                raise
            self._idle.append(connection)
            return text

    async def _connection(self, pool: "asyncpg.Pool[asyncpg.Record]") -> Any:
        while self._idle:
            connection = self._idle.pop()
            with suppress(asyncpg.InterfaceError):  # one that was lost has gone back by itself, and says so
                if not connection.is_closed():
                    return connection
        return await pool.acquire()

    async def close(self) -> None:
        if self._pool is not None:
            while self._idle:
                await self._pool.release(self._idle.pop())
            await self._pool.close()

    def connections(self) -> tuple[int, int]:
        if self._pool is None:
            return 0, 0
        return self._pool.get_size(), self._pool.get_size() - self._pool.get_idle_size() - len(self._idle)


class SqliteReader:
    """A few threads, each with its own connection that can only query."""

    dialect = "sqlite"

    def __init__(self, url: URL, size: int) -> None:
        self._path = url.database or ""
        self._threads = ThreadPoolExecutor(size, thread_name_prefix="read")
        self._local = threading.local()
        self._opened: list[sqlite3.Connection] = []
        self._busy = 0

    async def start(self) -> None:
        sqlite_reader(self._path).close()

    async def fetch(self, sql: str, arguments: Arguments) -> str | None:
        self._busy += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._threads, self._fetch, sql, arguments)
        finally:
            self._busy -= 1

    def _fetch(self, sql: str, arguments: Arguments) -> str | None:
        connection: sqlite3.Connection | None = getattr(self._local, "connection", None)
        if connection is None:
            connection = self._local.connection = sqlite_reader(self._path)
            self._opened.append(connection)
        end = time.monotonic() + PATIENCE
        connection.set_progress_handler(lambda: time.monotonic() > end, 100_000)
        try:
            row = connection.execute(sql, arguments).fetchone()
        except sqlite3.OperationalError as error:
            if str(error) == "interrupted":
                raise TooSlow(f"no answer in {PATIENCE:.0f} s") from error
            raise
        return row[0] if row else None

    def connections(self) -> tuple[int, int]:
        return len(self._opened), self._busy

    async def close(self) -> None:
        self._threads.shutdown()
        for connection in self._opened:
            connection.close()


def open_reader(url: URL, size: int = 8) -> Reader:
    """Return the reader for an address; `start` it before use. On SQLite more than 4 threads only get in each
    other's way."""
    if url.get_backend_name() == "sqlite":
        return SqliteReader(url, min(size, 4))
    return PostgresReader(url, size)
