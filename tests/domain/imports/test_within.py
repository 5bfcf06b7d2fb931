"""An importer who decides about some places: rows of others are refused, and what lies outside is neither changed nor
told about."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from domain.imports import Report, import_workbook
from domain.viewers import DISPATCHER, PUBLIC, Viewer
from models import Division, Event, Person, Role, Skill, Team
from models.sealed import Keyring
from tests.domain.imports.books import MEMBER, TEAM, book, changed, counted

HOME = changed(TEAM, 队伍编号="G-1", 级别="苏木镇级", 苏木镇="高力板镇")
NEIGHBOR = changed(TEAM, 队伍编号="B-1", 级别="苏木镇级", 苏木镇="巴彦呼舒镇")
OURS, THEIRS = changed(MEMBER, 队伍编号="G-1"), changed(MEMBER, 队伍编号="B-1")


@pytest.fixture
async def office(registry: AsyncSession) -> Viewer:
    """The office of 高力板镇."""
    town = (await registry.scalars(select(Division).where(Division.name == "高力板镇"))).one()
    place = ((town.id, town.last_id),)
    return Viewer(frozenset({Role.RESIDENT, Role.OFFICE_COORDINATOR}), 41, ranges=place, offices=place)


@pytest.fixture
def take(registry: AsyncSession, keyring: Keyring, write_book: Callable[..., Path]) -> Callable[..., Any]:
    async def take(viewer: Viewer | None, teams: list[Any], members: list[Any], **more: Any) -> Report:
        return await import_workbook(registry, keyring, write_book(book(teams, members, **more)), viewer=viewer)

    return take


def reasons(report: Report) -> list[tuple[str, int, str, str | None]]:
    return [(entry["sheet"], entry["row"], entry["reason"], entry["value"]) for entry in report.rejected]


async def test_rows_of_the_own_place_are_taken_and_those_of_a_neighbor_refused(
    registry: AsyncSession, office: Viewer, take: Callable[..., Any]
) -> None:
    report = await take(office, [HOME, NEIGHBOR, TEAM], [OURS, THEIRS])
    assert reasons(report) == [
        ("队伍", 3, "division_outside", "巴彦呼舒镇"),
        ("队伍", 4, "division_outside", "科尔沁右翼中旗"),
        ("队员", 3, "team_unknown", "B-1"),
    ]
    assert list(await registry.scalars(select(Team.code))) == ["G-1"]
    actors = {tuple(row) for row in await registry.execute(select(Event.actor_role, Event.channel, Event.actor_id))}
    assert actors == {("OFFICE_COORDINATOR", "API", 41)}


async def test_who_decides_about_the_whole_county_is_refused_nothing(
    registry: AsyncSession, take: Callable[..., Any]
) -> None:
    assert (await take(DISPATCHER, [HOME, NEIGHBOR, TEAM], [OURS, THEIRS])).rejected == []


async def test_a_place_whose_station_one_is_is_not_an_office(office: Viewer, take: Callable[..., Any]) -> None:
    """Teams that are imported are active: no station makes those."""
    report = await take(replace(office, offices=()), [HOME], [])
    assert reasons(report) == [("队伍", 2, "division_outside", "高力板镇")]


async def test_who_decides_about_nothing_has_every_row_refused(
    registry: AsyncSession, take: Callable[..., Any]
) -> None:
    assert len((await take(PUBLIC, [HOME], [OURS])).rejected) == 2
    assert (await counted(registry))["team"] == 0


async def test_a_known_team_of_a_neighbor_gets_no_member_and_does_not_move_here(
    registry: AsyncSession, office: Viewer, take: Callable[..., Any]
) -> None:
    await take(None, [NEIGHBOR], [])
    report = await take(office, [], [THEIRS])
    assert reasons(report) == [("队员", 2, "team_unknown", "B-1")]
    report = await take(office, [changed(NEIGHBOR, 苏木镇="高力板镇")], [])
    assert report.renumbered == [{"sheet": "队伍", "row": 2, "from": "B-1", "to": "B-2"}]
    towns = select(Team.code, Division.name).join(Team.division)
    assert {tuple(row) for row in await registry.execute(towns)} == {("B-1", "巴彦呼舒镇"), ("B-2", "高力板镇")}


async def test_somebody_of_a_neighbor_joins_and_stays_as_he_is(
    registry: AsyncSession, office: Viewer, take: Callable[..., Any]
) -> None:
    await take(None, [NEIGHBOR], [changed(THEIRS, 政治面貌="群众")])
    report = await take(office, [HOME], [changed(OURS, 政治面貌="中共党员", 技能="兽医")])
    assert report.changes["members"] == {"created": 1, "updated": 0, "unchanged": 0}
    stored = await counted(registry)
    assert (stored["person"], stored["membership"], stored["person_skill"]) == (1, 2, 0)
    assert {one.value for one in await registry.scalars(select(Person.political_status)) if one} == {"NON_PARTY"}


async def test_the_catalog_of_skills_is_not_an_offices_to_add_to(
    registry: AsyncSession, office: Viewer, take: Callable[..., Any]
) -> None:
    skills = [["技能编码", "技能名称"], ["horse_riding", "骑马"], ["veterinarian", "兽医"]]
    report = await take(office, [HOME], [], 技能=skills)
    assert reasons(report) == [("技能", 2, "catalog_closed", "骑马")]
    assert "骑马" not in set(await registry.scalars(select(Skill.name)))
