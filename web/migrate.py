"""Bring the database to the shape that this code expects, all or nothing."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection
from sqlalchemy.ext.asyncio import AsyncEngine

HERE = Path(__file__).parent
SCRIPTS = HERE / "migrations" if (HERE / "migrations").exists() else HERE.parent / "alembic"


def migrations(connection: Connection | None = None) -> Config:
    """Return Alembic's configuration; with a connection, its commands run inside that transaction."""
    config = Config()
    config.set_main_option("script_location", str(SCRIPTS))
    config.attributes["connection"] = connection
    return config


async def upgrade(engine: AsyncEngine) -> tuple[str | None, str]:
    """Run the missing migrations in one transaction; return the revisions before and after."""

    def run(connection: Connection) -> tuple[str | None, str]:
        config = migrations(connection)
        before = MigrationContext.configure(connection).get_current_revision()
        command.upgrade(config, "head")
        return before, ScriptDirectory.from_config(config).as_revision_number("head")  # type: ignore[return-value]

    async with engine.begin() as connection:
        return await connection.run_sync(run)
