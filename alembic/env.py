"""How stored data got its shape: async on SQLite and PostgreSQL, or inside a caller's connection."""

import asyncio
import os

from alembic import context
from sqlalchemy import Connection

from models import Base
from models.database import database_url, writing_engine


def run(connection: Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        render_as_batch=connection.dialect.name == "sqlite",
        transactional_ddl=True,
        compare_type=True,
    )
    with context.begin_transaction():
        context.run_migrations()


async def main() -> None:
    engine = writing_engine(database_url(os.environ.get("DATABASE_URL", "sqlite:///data/horqin.db")))
    async with engine.begin() as connection:
        await connection.run_sync(run)
    await engine.dispose()


given = context.config.attributes.get("connection")
if given is not None:
    run(given)
else:
    asyncio.run(main())
