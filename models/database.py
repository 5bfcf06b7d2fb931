"""How the database is opened: addresses, pragmas and the guarantees that an acknowledged write rests on."""

import sqlite3
from pathlib import Path
from typing import Any

from sqlalchemy import URL, event, make_url
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import ConnectionPoolEntry


def database_url(address: str) -> URL:
    """Return the address with its async driver. Takes `sqlite:///file` and `postgresql://…`. Raises ValueError."""
    url = make_url(address)
    kind = url.get_backend_name()
    if kind == "sqlite":
        return url.set(drivername="sqlite+aiosqlite")
    if kind in ("postgresql", "postgres"):
        return url.set(drivername="postgresql+asyncpg")
    raise ValueError(f"{kind} is not supported: use sqlite:///file.db or postgresql://user@host/name")


def _prepare_sqlite(connection: Any, _: ConnectionPoolEntry) -> None:
    connection.isolation_level = None  # we say BEGIN ourselves, so that DDL is transactional too
    cursor = connection.cursor()
    # secure_delete: what is erased is overwritten in the file; whether it is by default depends on who built SQLite
    # busy_timeout: as long as the import of a full registry may hold the file
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "secure_delete=ON", "busy_timeout=12000"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_immediate(connection: Any) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE")  # a plain BEGIN lets two writers collide at commit


def writing_engine(url: URL, **options: Any) -> AsyncEngine:
    """Return the engine for everything that writes; reads go through `models.reading`."""
    engine = create_async_engine(url, **options)
    if url.get_backend_name() == "sqlite":
        event.listen(engine.sync_engine, "connect", _prepare_sqlite)
        event.listen(engine.sync_engine, "begin", _begin_immediate)
    return engine


async def forget(engine: AsyncEngine) -> None:
    """Empty SQLite's log of changes, in which pages stand as they were before; PostgreSQL forgets when it vacuums."""
    if engine.dialect.name == "sqlite":
        async with engine.connect() as connection:
            raw = await connection.get_raw_connection()  # outside of transactions, as a checkpoint has to be
            await raw.driver_connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")  # type: ignore[union-attr]


def looking_engine(url: URL, **options: Any) -> AsyncEngine:
    """Return an engine whose transactions see one moment, can change nothing and hold nobody up, however long."""
    if url.get_backend_name() != "sqlite":
        options |= {"execution_options": {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}}
        return create_async_engine(url, **options)
    engine = create_async_engine(url, **options)
    event.listen(engine.sync_engine, "connect", _prepare_sqlite)
    event.listen(engine.sync_engine, "connect", lambda connection, _: connection.execute("PRAGMA query_only=ON"))
    event.listen(engine.sync_engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN"))
    return engine


def serving_engine(url: URL, size: int) -> AsyncEngine:
    """Return the engine of a running service. On SQLite one connection writes: others would only wait for it."""
    sizes = {"pool_size": 1, "max_overflow": 0} if url.get_backend_name() == "sqlite" else {"pool_size": size}
    return writing_engine(url, pool_timeout=10, **sizes)


def sqlite_reader(path: str) -> sqlite3.Connection:
    """Return a connection that can only read; one thread at a time may use it."""
    if not Path(path).exists():
        raise FileNotFoundError(path)
    connection = sqlite3.connect(f"{Path(path).absolute().as_uri()}?mode=rw", uri=True, check_same_thread=False)
    connection.isolation_level = None
    for pragma in ("query_only=ON", "busy_timeout=5000", "cache_size=-32000", "mmap_size=268435456"):
        connection.execute(f"PRAGMA {pragma}")
    return connection
