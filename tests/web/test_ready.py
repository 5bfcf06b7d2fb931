"""Ready means: the database answers and has the shape of this code. On both databases."""

import pytest
from alembic.script import ScriptDirectory
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from models.database import database_url
from models.reading import open_reader
from web.migrate import migrations
from web.ready import expected_revision, unreadiness


def test_the_revision_read_from_the_files_is_alembic_s_own() -> None:
    assert expected_revision() == ScriptDirectory.from_config(migrations()).get_current_head()


async def test_a_migrated_database_is_ready_and_another_revision_is_not(url: str, engine: AsyncEngine) -> None:
    reader = open_reader(database_url(url))
    await reader.start()
    assert await unreadiness(reader) is None
    async with engine.begin() as connection:
        await connection.execute(text("update alembic_version set version_num = 'zzzz'"))
    assert f"revision zzzz, this code needs {expected_revision()}" in str(await unreadiness(reader))
    async with engine.begin() as connection:
        await connection.execute(text("drop table alembic_version"))
    assert "the database cannot be read" in str(await unreadiness(reader))
    await reader.close()


@pytest.mark.parametrize("revision", [expected_revision(), None])
async def test_the_address_for_load_balancers_says_so(revision: str | None, serve_with: object) -> None:
    async with serve_with(revision=revision) as http:  # type: ignore[operator]
        answer = await http.get("/readyz")
    if revision:
        assert (answer.status_code, answer.json()) == (200, {"status": "ready"})
    else:
        assert answer.status_code == 503
        assert answer.json()["status"] == "unready"
        assert "10.0.0.1" not in answer.text
