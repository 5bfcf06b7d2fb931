"""Bring the database to where requests can be answered, or say in one line why it cannot be."""

import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from pathlib import Path

from asyncpg import PostgresError
from sqlalchemy import func, inspect, select, text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from models import Division, Person, Team
from models.database import writing_engine
from web.ready import expected_revision
from web.settings import Settings

AWAY = (SQLAlchemyError, PostgresError, OSError)
"""What drivers raise when a database is missing, unreadable, or no database."""

DURABLE: dict[str, dict[str, str | None]] = {
    "postgresql": {"fsync": "on", "synchronous_commit": None, "server_encoding": "UTF8"},
    "sqlite": {"journal_mode": "wal", "synchronous": "2", "foreign_keys": "1", "encoding": "UTF-8"},
}
"""What an acknowledged write rests on; None stands for: anything but off."""


class Unprepared(RuntimeError):
    """The database cannot be used as it is. The message is for the operator, Chinese first, in one line."""


@asynccontextmanager
async def opened(settings: Settings, *, create: bool = False) -> AsyncIterator[AsyncEngine]:
    """Open the database for writing and see that it answers; `create` makes a missing SQLite file. Raises
    Unprepared."""
    if settings.url.get_backend_name() == "sqlite":
        _find_file(settings, create)
    engine = writing_engine(settings.url)
    try:
        try:
            async with engine.connect() as connection:
                if weak := await weaknesses(connection):
                    raise Unprepared(
                        f"数据库可能丢失已确认的写入 | acknowledged writes could be lost: {', '.join(weak)}"
                    )
        except AWAY as error:
            raise _away(settings, error) from error
        yield engine
    finally:
        await engine.dispose()


def _find_file(settings: Settings, create: bool) -> None:
    """Look at the file before the engine does: a connection of its pool that fails leaves a thread behind."""
    file = Path(settings.url.database or "")
    if not create and not file.exists():
        raise Unprepared(f"数据库文件 {file} 不存在，请先运行 horqin migrate | there is no database file {file}")
    try:
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)  # names are stored in clear
        with closing(sqlite3.connect(file)) as connection:
            connection.execute("PRAGMA journal_mode=WAL")
    except (OSError, sqlite3.Error) as error:
        raise _away(settings, error) from error


async def weaknesses(connection: AsyncConnection) -> list[str]:
    """Return the settings of the database under which data could be lost or garbled, as `name=value`."""
    kind = connection.dialect.name
    found = []
    for name, wanted in DURABLE[kind].items():
        value = str(await connection.scalar(text(f"PRAGMA {name}" if kind == "sqlite" else f"SHOW {name}")))
        if value != wanted if wanted is not None else value == "off":
            found.append(f"{name}={value}")
    return found


async def revision(engine: AsyncEngine) -> str | None:
    """Return the migration that the database is at, None for an empty one."""
    async with engine.connect() as connection:
        if not await connection.run_sync(lambda sync: inspect(sync).has_table("alembic_version")):
            return None
        found: str | None = await connection.scalar(text("select version_num from alembic_version"))
        return found


async def migrate(engine: AsyncEngine) -> tuple[str | None, str]:
    """Run the missing migrations, all or none; return the revisions before and after. Raises Unprepared."""
    before, after = await revision(engine), expected_revision()
    if before == after:
        return before, after
    from web.migrate import upgrade

    try:
        return await upgrade(engine)
    except Exception as error:  # a migration may fail with anything; nothing of it is left behind
        raise Unprepared(
            f"迁移失败，数据库没有改动 | the migration failed and changed nothing: {reason(error)}"
        ) from error


async def check_migrated(engine: AsyncEngine) -> None:
    """Raises Unprepared unless the database is at this code's migration."""
    found, expected = await revision(engine), expected_revision()
    if found != expected:
        raise Unprepared(
            f"数据库版本是 {found or '空'}，需要 {expected}，请先运行 horqin migrate | "
            f"the database is at {found or 'nothing'}, this code needs {expected}: run horqin migrate"
        )


async def counts(engine: AsyncEngine) -> dict[str, int]:
    """Return how many divisions, teams and people are stored."""
    async with engine.connect() as connection:
        return {
            model.__tablename__: await connection.scalar(select(func.count()).select_from(model)) or 0
            for model in (Division, Team, Person)
        }


def reason(error: BaseException) -> str:
    """Return the first line of what went wrong, of the driver's own error where there is one."""
    inner = getattr(error, "orig", None) or error
    return (str(inner).strip() or type(inner).__name__).splitlines()[0]


def _away(settings: Settings, error: Exception) -> Unprepared:
    address = settings.url.set(drivername=settings.url.get_backend_name())
    return Unprepared(
        f"数据库打不开 {address.render_as_string(hide_password=True)} | the database cannot be opened: {reason(error)}"
    )
