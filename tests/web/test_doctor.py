"""The doctor finds what would go wrong, each finding by itself, and mends nothing."""

from pathlib import Path

from sqlalchemy import insert
from sqlalchemy.ext.asyncio import AsyncEngine

from models import Person, PersonPlace, TeamTally
from web.doctor import examine
from web.keys import keyring, keys_file, new_keys
from web.recounting import recount
from web.settings import Settings


async def ill(settings: Settings) -> dict[str, str]:
    """Return what is wrong, but for the files of the pages."""
    found = {check.name: check.finding for check in await examine(settings) if not check.is_well}
    return {name: finding for name, finding in found.items() if "missing" not in finding}


def contents(folder: Path) -> list[Path]:
    return list(folder.iterdir())


def at(folder: Path) -> Settings:
    return Settings(database_url=f"sqlite:///{folder / 'horqin.db'}", port=0)


async def test_a_migrated_database_with_keys_is_healthy(url: str, engine: object) -> None:
    healthy = Settings(database_url=url, port=0, **new_keys())  # type: ignore[arg-type]
    assert await ill(healthy) == {}


async def test_sums_that_went_astray_are_an_illness_that_recount_mends(url: str, engine: AsyncEngine) -> None:
    settings = Settings(database_url=url, port=0, **new_keys())  # type: ignore[arg-type]
    row = {"division_id": 1, "level": "VILLAGE", "type": "PROFESSIONAL", "status": "ACTIVE"}
    async with engine.begin() as connection:
        await connection.execute(insert(TeamTally).values(**row, team_count=1, member_count=1))
        await connection.execute(insert(Person).values(id=1, name="王", name_masked="王", pinyin="wang", search="wang"))
        await connection.execute(insert(PersonPlace).values(person_id=1, division_id=1, pinyin="wang", name="王"))
    assert await ill(settings) == {
        "汇总 sums": "1 组与队伍不符，请运行 horqin recount | 1 are wrong: run horqin recount",
        "人员归属 places of people": "1 条与住址和队伍不符，请运行 horqin recount | 1 are wrong: run horqin recount",
    }
    await recount(settings)
    assert await ill(settings) == {}


async def test_a_key_that_others_can_read_is_an_illness(tmp_path: Path) -> None:
    settings = at(tmp_path)
    keyring(settings)
    assert "密钥 keys" not in await ill(settings)
    keys_file(settings).chmod(0o644)
    assert "others can read it" in (await ill(settings))["密钥 keys"]
    keys_file(settings).write_text("damaged")
    assert "cannot be used" in (await ill(settings))["密钥 keys"]


async def test_what_is_not_there_is_not_made(tmp_path: Path) -> None:
    assert "there is no database file" in (await ill(at(tmp_path)))["数据库 database"]
    assert contents(tmp_path) == []
