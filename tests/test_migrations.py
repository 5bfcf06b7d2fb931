"""Stored data has one history, it goes both ways, and its end is what the models say."""

import subprocess
import sys
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text

from models import Base
from models.database import database_url, writing_engine
from web.migrate import migrations, upgrade


@pytest.mark.filterwarnings("ignore:.*expression-based index")  # SQLite does not tell what they are made of
async def test_every_migration_goes_up_down_and_up(url: str) -> None:
    engine = writing_engine(database_url(url))

    def walk(connection: Connection) -> list[object]:
        config = migrations(connection)
        script = ScriptDirectory.from_config(config)
        assert len(script.get_heads()) == 1
        for step in reversed(list(script.walk_revisions())):
            command.upgrade(config, step.revision)
            command.downgrade(config, "-1")
            command.upgrade(config, step.revision)
        return list(
            compare_metadata(MigrationContext.configure(connection, opts={"compare_type": True}), Base.metadata)
        )

    async with engine.begin() as connection:
        assert await connection.run_sync(walk) == []
    await engine.dispose()


async def test_a_second_upgrade_changes_nothing(url: str) -> None:
    engine = writing_engine(database_url(url))
    before, after = await upgrade(engine)
    assert before is None
    assert await upgrade(engine) == (after, after)
    await engine.dispose()


async def test_a_migration_that_fails_leaves_nothing_behind(url: str) -> None:
    engine = writing_engine(database_url(url))
    async with engine.begin() as connection:
        await connection.execute(text("create table membership (id integer)"))
    try:
        await upgrade(engine)
    except Exception as error:
        assert "membership" in str(error)
    async with engine.begin() as connection:
        tables = await connection.run_sync(lambda sync: sync.dialect.get_table_names(sync))
    assert tables == ["membership"]
    await engine.dispose()


def test_the_migrations_folder_does_not_hide_the_library() -> None:
    root = Path(__file__).parent.parent
    found = subprocess.run(
        [sys.executable, "-c", "import alembic.command; print(alembic.__file__)"],
        cwd=root, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert "site-packages" in found.stdout


def test_alembic_finds_its_folder_without_an_ini(tmp_path: Path) -> None:
    root = Path(__file__).parent.parent
    shown = subprocess.run(
        [str(Path(sys.executable).parent / "alembic"), "heads"], cwd=root, capture_output=True, text=True, check=True
    )
    assert "(head)" in shown.stdout
