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
Connection = asyncpg.Connection  # of asyncpg.Record


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
        self._idle: list[Connection] = []
        self._waiting: deque[tuple[float, asyncio.Future[Connection | None]]] = deque()
        self._watch: asyncio.TimerHandle | None = None
        self._is_started = False

    async def start(self) -> None:
        self._is_started = True
        self._open += 1
        self._put(await self._connected(LONGEST))

    async def fetch(self, sql: str, arguments: Arguments) -> str | None:
        connection = self._idle.pop() if self._idle else await self._turn()
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

    async def _turn(self) -> Connection:
        """Return a connection when there is room for one, or when it is our turn. Raises TooSlow."""
        if not self._is_started:
            raise RuntimeError("The reader was not started.")
        if self._open < self._size:
            self._open += 1
            return await self._connected(LONGEST)
        loop = asyncio.get_running_loop()
        turn: asyncio.Future[Connection | None] = loop.create_future()
        end = loop.time() + LONGEST
        self._waiting.append((end, turn))
        self._arm(loop)
        try:
            connection = await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled() and turn.exception() is None:  # it was ours, and is somebody else's
                self._leave(turn.result())
            raise
        return connection or await self._connected(end - loop.time())

    def _arm(self, loop: asyncio.AbstractEventLoop) -> None:
        """Look again when who waits longest has waited too long: one timer for all of them."""
        if self._watch is None and self._waiting:
            self._watch = loop.call_at(self._waiting[0][0], self._give_up, loop)

    def _give_up(self, loop: asyncio.AbstractEventLoop) -> None:
        self._watch = None
        while self._waiting and self._waiting[0][0] <= loop.time():
            _, turn = self._waiting.popleft()
            if not turn.done():
                turn.set_exception(TooSlow(f"no connection in {LONGEST:.0f} s"))
        self._arm(loop)

    async def _connected(self, seconds: float) -> Connection:
        """Open a connection in a place that is counted already, in so many seconds. Raises TooSlow."""
        try:
            connection = await asyncpg.connect(
                self._address,
                timeout=seconds,
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
        except BaseException as error:
            self._leave(None)
            if isinstance(error, TimeoutError):
                raise TooSlow(f"no connection in {LONGEST:.0f} s") from error
            raise
        connection.add_termination_listener(self._gone)
        return connection

    def _put(self, connection: Connection) -> None:
        if connection.is_closed() or not self._is_started:
            self._lose(connection)
        else:
            self._leave(connection)

    def _leave(self, connection: Connection | None) -> None:
        """Hand a connection, or the place of one that is gone, to who waits longest."""
        while self._waiting:
            _, turn = self._waiting.popleft()
            if not turn.done():
                turn.set_result(connection)
                return
        if connection is None:
            self._open -= 1
        else:
            self._idle.append(connection)

    def _lose(self, connection: Connection) -> None:
        connection.terminate()
        self._leave(None)

    def _gone(self, connection: Any) -> None:
        """Hear that a connection was lost while nobody used it."""
        if connection in self._idle:
            self._idle.remove(connection)
            self._open -= 1

    async def close(self) -> None:
        self._is_started = False
        if self._watch is not None:
            self._watch.cancel()
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
