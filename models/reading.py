"""How answers are read: statements that give one text, on connections that cannot write and that give up in time."""

import asyncio
import sqlite3
import threading
import time
from collections import deque
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Protocol

import asyncpg
from sqlalchemy import URL

from models.database import sqlite_reader

PATIENCE = 10.0
"""Seconds after which a statement is given up."""

LONGEST = 12.0
"""Seconds after which nobody waits any more for a connection, or for one that does not answer."""

Arguments = list[Any]


class TooSlow(Exception):
    """The statement was given up after `PATIENCE` seconds."""


class Reader(Protocol):
    """Runs statements of one value. `dialect` is SQLAlchemy's name of the database."""

    dialect: str

    async def start(self) -> None: ...

    async def fetch(self, sql: str, arguments: Arguments) -> str | None:
        """Return the value. Raises TooSlow, in the end after `LONGEST` seconds."""
        ...

    async def close(self) -> None: ...

    def connections(self) -> tuple[int, int]:
        """Return how many connections are open and how many are busy."""
        ...


class PostgresReader:
    """A few read-only connections; each request is one round trip, outside of any transaction. A connection is handed
    from request to request as it is: nothing that single read-only statements leave behind needs a reset, and a pool
    that makes one costs a fifth of a small request. One with which something went wrong is closed."""

    dialect = "postgresql"

    def __init__(self, url: URL, size: int) -> None:
        self._address = url.set(drivername="postgresql").render_as_string(hide_password=False)
        self._size, self._open = size, 0
        self._idle: list[asyncpg.Connection[asyncpg.Record]] = []
        self._waiting: deque[asyncio.Future[None]] = deque()
        self._is_started = False

    async def start(self) -> None:
        self._is_started = True
        self._put(await self._connected())

    async def fetch(self, sql: str, arguments: Arguments) -> str | None:
        connection = self._idle.pop() if self._idle else await self._connection()
        try:
            text: str | None = await connection.fetchval(sql, *arguments)
        except asyncpg.QueryCanceledError as error:
            self._put(connection)
            raise TooSlow(f"no answer in {PATIENCE:.0f} s") from error
        except asyncpg.PostgresError:
            self._put(connection)
            raise
        except BaseException as error:  # also a request that is broken off: what is under way is not waited for
            self._lose(connection)
            if isinstance(error, TimeoutError):
                raise TooSlow(f"no answer in {LONGEST:.0f} s") from error
            raise
        self._put(connection)
        return text

    async def _connection(self) -> "asyncpg.Connection[asyncpg.Record]":
        """Return a connection when there is one, or room for one. Raises TooSlow."""
        if not self._is_started:
            raise RuntimeError("The reader was not started.")
        try:
            async with asyncio.timeout(LONGEST):
                while not self._idle:
                    if self._open < self._size:
                        return await self._connected()
                    turn = asyncio.get_running_loop().create_future()
                    self._waiting.append(turn)
                    try:
                        await turn
                    except BaseException:
                        if turn.done() and not turn.cancelled():
                            self._wake()  # the turn was ours, and somebody else may take it
                        raise
        except TimeoutError as error:
            raise TooSlow(f"no connection in {LONGEST:.0f} s") from error
        return self._idle.pop()

    async def _connected(self) -> "asyncpg.Connection[asyncpg.Record]":
        self._open += 1
        try:
            connection = await asyncpg.connect(
                self._address,
                command_timeout=LONGEST,
                statement_cache_size=512,
                max_cached_statement_lifetime=0,
                server_settings={
                    "default_transaction_read_only": "on",
                    "statement_timeout": str(int(PATIENCE * 1000)),
                    "jit": "off",
                    "plan_cache_mode": "force_generic_plan",  # planning each time cost more than a better plan saved
                    "application_name": "horqin reader",
                },
            )
        except BaseException:
            self._open -= 1
            self._wake()
            raise
        connection.add_termination_listener(self._gone)
        return connection

    def _put(self, connection: "asyncpg.Connection[asyncpg.Record]") -> None:
        if connection.is_closed() or not self._is_started:
            self._lose(connection)
            return
        self._idle.append(connection)
        if self._waiting:
            self._wake()

    def _wake(self) -> None:
        while self._waiting:
            turn = self._waiting.popleft()
            if not turn.done():
                turn.set_result(None)
                return

    def _lose(self, connection: "asyncpg.Connection[asyncpg.Record]") -> None:
        self._open -= 1
        connection.terminate()
        self._wake()

    def _gone(self, connection: Any) -> None:
        """Hear that a connection was lost while nobody used it."""
        if connection in self._idle:
            self._idle.remove(connection)
            self._open -= 1
            self._wake()

    async def close(self) -> None:
        self._is_started = False
        while self._idle:
            connection = self._idle.pop()
            self._open -= 1
            await connection.close(timeout=LONGEST)

    def connections(self) -> tuple[int, int]:
        return self._open, self._open - len(self._idle)


class SqliteReader:
    """A few threads, each with its own connection that can only query."""

    dialect = "sqlite"

    def __init__(self, url: URL, size: int) -> None:
        self._path, self._size = url.database or "", size
        self._threads = ThreadPoolExecutor(size, thread_name_prefix="read")
        self._local = threading.local()
        self._opened: list[sqlite3.Connection] = []
        self._busy = 0

    async def start(self) -> None:
        sqlite_reader(self._path).close()

    async def fetch(self, sql: str, arguments: Arguments) -> str | None:
        self._busy += 1
        try:
            reading = asyncio.get_running_loop().run_in_executor(self._threads, self._fetch, sql, arguments)
            if self._busy <= self._size:
                return await reading
            async with asyncio.timeout(LONGEST):  # others come first
                return await reading
        except TimeoutError as error:
            raise TooSlow(f"no answer in {LONGEST:.0f} s") from error
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
