"""What a whole list no longer names is found, and ended only when somebody says so."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from domain.imports import Missing, find_missing, import_workbook, retire
from domain.refusals import Conflict
from models import Event, Membership, Team
from models.sealed import Keyring
from tests.domain.imports.books import MEMBER, TEAM, book, changed, pairs

TOWN = changed(TEAM, 队伍编号="G-1", 队伍名称="镇上的队", 级别="苏木镇级", 苏木镇="高力板镇")
VILLAGE = changed(TEAM, 队伍编号="G-2", 队伍名称="村里的队", 级别="嘎查级", 苏木镇="高力板镇", 嘎查="国光嘎查")
ELSEWHERE = changed(TEAM, 队伍编号="B-1", 队伍名称="外镇的队", 级别="苏木镇级", 苏木镇="巴彦呼舒镇")
FIRST, SECOND = changed(MEMBER, 队伍编号="G-1"), changed(MEMBER, 队伍编号="G-1", 姓名="其木格")
OTHERS = changed(MEMBER, 队伍编号="G-2", 姓名="乌兰")


@pytest.fixture
async def missing(registry: AsyncSession, keyring: Keyring, write_book: Callable[..., Path]) -> Missing:
    """Three teams with three members; then a list of one township that names one team and one member of it."""
    await import_workbook(registry, keyring, write_book(book([TOWN, VILLAGE, ELSEWHERE], [FIRST, SECOND, OTHERS])))
    report = await import_workbook(registry, keyring, write_book(book([TOWN], [FIRST])))
    return await find_missing(registry, report.named)


async def states(session: AsyncSession) -> dict[str, Any]:
    teams = await pairs(session, select(Team.name, Team.status))
    return {name: status.value for name, status in teams.items()}


async def test_only_places_and_teams_that_the_file_lists_miss_anything(missing: Missing) -> None:
    assert [called for _, _, called in missing.teams] == ["G-2 村里的队"]
    assert [called for _, _, called in missing.members] == ["镇上的队 其**"]


async def test_an_import_alone_ends_nothing(registry: AsyncSession, missing: Missing) -> None:
    assert set((await states(registry)).values()) == {"ACTIVE"}


async def test_what_is_retired_is_dissolved_or_removed_with_its_events(
    registry: AsyncSession, keyring: Keyring, missing: Missing
) -> None:
    await retire(registry, keyring, missing)
    assert await states(registry) == {"镇上的队": "ACTIVE", "村里的队": "DISSOLVED", "外镇的队": "ACTIVE"}
    kept = await registry.execute(select(Team.name, Membership.status).join(Membership.team).order_by(Membership.id))
    assert [(name, status.value) for name, status in kept] == [
        ("镇上的队", "ACTIVE"), ("镇上的队", "REMOVED"), ("村里的队", "LEFT")
    ]  # fmt: skip
    ended = select(Event.type).where(Event.channel == "CLI", Event.number == 2).order_by(Event.type)
    assert list(await registry.scalars(ended)) == ["membership.ended", "membership.removed", "team.dissolved"]


async def test_who_was_changed_meanwhile_is_not_retired(
    registry: AsyncSession, keyring: Keyring, missing: Missing
) -> None:
    await registry.execute(update(Team).where(Team.code == "G-2").values(version=5))
    with pytest.raises(Conflict):
        await retire(registry, keyring, missing)
