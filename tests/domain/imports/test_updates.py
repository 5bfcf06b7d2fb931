"""A workbook that says something else about what the registry holds: values are replaced, lists grow, nothing goes."""

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from domain.chains import verify
from domain.imports import FileRefused, Report, import_workbook, storing
from models import (
    Availability,
    Division,
    Event,
    HalfDay,
    Membership,
    Person,
    PersonLanguage,
    PersonSkill,
    PoliticalStatus,
    Skill,
    SpokenLanguage,
    Team,
    TeamPlatform,
    TeamSkill,
    TeamStatus,
    TeamType,
)
from models.sealed import Keyring
from tests.domain.imports.books import MEMBER, TEAM, book, changed, counted, pairs

Import = Callable[..., Any]


@pytest.fixture
def take(registry: AsyncSession, keyring: Keyring, write_book: Callable[..., Path]) -> Import:
    """Import a workbook of these teams and members."""

    async def take(teams: list[list[Any]], members: list[list[Any]]) -> Report:
        return await import_workbook(registry, keyring, write_book(book(teams, members)))

    return take


async def events(session: AsyncSession, entity: str) -> list[tuple[str, str]]:
    found = select(Event.type, Event.payload).where(Event.entity == entity).order_by(Event.sequence)
    return [(row.type, row.payload) for row in await session.execute(found)]


async def test_a_changed_team_gets_the_values_that_differ_and_an_event_that_names_them(
    registry: AsyncSession, take: Import, keyring: Keyring
) -> None:
    await take([TEAM], [])
    other = changed(TEAM, 类别="社会组织", 联系电话="12511000009", 成立日期=dt.date(2020, 5, 1), 服务平台="基层治理")
    report = await take([other], [])
    team = (await registry.scalars(select(Team))).one()
    await registry.refresh(team)
    assert (team.type, team.founded_on, team.version) == (TeamType.SOCIAL_ORG, dt.date(2020, 5, 1), 2)
    assert (team.contact_phone_masked, team.contact_phone_hash) == ("125****0009", keyring.lookup_hash("12511000009"))
    assert keyring.open(team.contact_phone_sealed or "") == "12511000009"
    assert len((await registry.scalars(select(TeamPlatform))).all()) == 3  # the two from before stay
    fields = ["type", "founded_on", "phone", "platforms"]
    assert report.updated == [{"sheet": "队伍", "row": 2, "fields": fields}]
    assert report.changes == {"teams": {"created": 0, "updated": 1, "unchanged": 0}}
    assert (await events(registry, "team"))[1] == (
        "team.edited", '{"fields":["type","founded_on","phone","platforms"],"version":2}'
    )  # fmt: skip


async def test_a_new_team_below_a_known_one_is_stored_with_its_platforms(registry: AsyncSession, take: Import) -> None:
    await take([TEAM], [])
    report = await take([TEAM, changed(TEAM, 队伍编号="N-2", 队伍名称="第二支志愿服务队")], [])
    assert report.changes == {"teams": {"created": 1, "updated": 0, "unchanged": 1}}
    assert (await counted(registry))["team_platform"] == 4


async def test_an_empty_cell_changes_nothing(registry: AsyncSession, take: Import) -> None:
    full = changed(TEAM, 负责人="那顺", 成立日期=dt.date(2020, 5, 1))
    someone = changed(
        MEMBER,
        技能="兽医",
        语言="蒙语",
        空闲时段="周三上午",
        政治面貌="中共党员",
        加入日期=dt.date(2021, 1, 1),
        民族="蒙古族",
    )
    await take([full], [someone])
    report = await take([changed(TEAM, 联系电话=None, 服务平台=None)], [MEMBER])
    assert report.updated == []
    assert report.changes["members"] == {"created": 0, "updated": 0, "unchanged": 1}
    person = (await registry.scalars(select(Person))).one()
    assert (person.political_status, person.version) == (PoliticalStatus.PARTY_MEMBER, 1)
    assert (await counted(registry))["person_skill"] == 1


async def test_a_team_of_another_name_or_place_is_known_by_its_code(registry: AsyncSession, take: Import) -> None:
    await take([TEAM], [MEMBER])
    renamed = changed(TEAM, 队伍名称="改名的志愿服务队")
    assert (await take([renamed], [])).updated == [{"sheet": "队伍", "row": 2, "fields": ["name"]}]
    moved = changed(renamed, 级别="苏木镇级", 苏木镇="高力板镇")
    assert (await take([moved], [])).updated == [{"sheet": "队伍", "row": 2, "fields": ["level", "division"]}]
    team = (
        await registry.execute(select(Team.name, Team.pinyin, Division.name, Team.member_count).join(Team.division))
    ).one()
    assert tuple(team) == ("改名的志愿服务队", "gai ming de zhi yuan fu wu dui", "高力板镇", 1)


async def test_a_code_alone_is_not_enough_to_be_the_same_team(registry: AsyncSession, take: Import) -> None:
    await take([TEAM], [])
    stranger = changed(TEAM, 队伍名称="外来的志愿服务队", 级别="苏木镇级", 苏木镇="高力板镇")
    report = await take([stranger], [])
    assert report.renumbered == [{"sheet": "队伍", "row": 2, "from": "N-1", "to": "N-2"}]
    assert await pairs(registry, select(Team.code, Team.name)) == {"N-1": "试验志愿服务队", "N-2": "外来的志愿服务队"}


async def test_a_changed_member_is_replaced_in_single_values_and_added_to_in_lists(
    registry: AsyncSession, take: Import, keyring: Keyring
) -> None:
    await take(
        [TEAM], [changed(MEMBER, 技能="兽医、会唱歌", 语言="汉语", 空闲时段="周三上午", 政治面貌="群众", 民族="汉族")]
    )
    more = changed(
        MEMBER,
        技能="动物防疫、会跳舞",
        语言="蒙语",
        空闲时段="周日下午",
        政治面貌="中共党员",
        民族="蒙古族",
        加入日期=dt.date(2024, 2, 3),
    )
    report = await take([TEAM], [more])
    fields = ["political_status", "ethnicity", "other_skills", "languages", "skills", "half_days", "joined_on"]
    assert report.updated == [{"sheet": "队员", "row": 2, "fields": fields}]
    person = (await registry.scalars(select(Person).execution_options(populate_existing=True))).one()
    assert (person.political_status, person.skill_note) == (PoliticalStatus.PARTY_MEMBER, "会唱歌、会跳舞")
    assert (keyring.open(person.ethnicity_sealed or ""), person.version) == ("蒙古族", 2)
    assert set(await registry.scalars(select(PersonLanguage.language))) == {SpokenLanguage.ZH, SpokenLanguage.MN}
    assert set(await registry.scalars(select(Availability.half_day))) == {HalfDay.WED_AM, HalfDay.SUN_PM}
    assert len((await registry.scalars(select(PersonSkill))).all()) == 2
    counts = await registry.execute(select(Team.member_count, Team.party_member_count))
    assert counts.all() == [(1, 1)]
    assert await pairs(registry, select(Skill.name, TeamSkill.people_count).join(TeamSkill.skill)) == {
        "兽医": 1,
        "动物防疫": 1,
    }
    assert await registry.scalar(select(Membership.joined_on)) == dt.date(2024, 2, 3)
    assert [type_ for type_, _ in await events(registry, "person")] == ["person.imported", "person.edited"]
    assert [type_ for type_, _ in await events(registry, "membership")] == ["membership.imported", "membership.edited"]


async def test_a_masked_phone_means_that_the_phone_stays(
    registry: AsyncSession, take: Import, keyring: Keyring
) -> None:
    await take([TEAM], [MEMBER])
    masked = changed(MEMBER, 联系电话="125****0002", 政治面貌="中共党员")
    report = await take([changed(TEAM, 联系电话="125****0001")], [masked])
    assert (report.warnings, report.changes["teams"]["unchanged"]) == ([], 1)
    assert report.updated == [{"sheet": "队员", "row": 2, "fields": ["political_status"]}]
    assert list(await registry.scalars(select(Person.phone_hash))) == [keyring.lookup_hash("12511000002")]


async def test_a_masked_phone_of_somebody_new_is_not_stored_and_warned_of(registry: AsyncSession, take: Import) -> None:
    await take([TEAM], [MEMBER])
    report = await take([TEAM], [changed(MEMBER, 联系电话="125****9999")])
    assert report.warnings == [{"sheet": "队员", "row": 2, "code": "phone_masked", "value": "125****9999"}]
    assert set(await registry.scalars(select(Person.phone_masked))) == {"125****0002", None}


async def test_a_phone_that_was_missing_is_filled_in(registry: AsyncSession, take: Import, keyring: Keyring) -> None:
    await take([TEAM], [changed(MEMBER, 联系电话=None)])
    report = await take([TEAM], [MEMBER])
    assert report.updated == [{"sheet": "队员", "row": 2, "fields": ["phone"]}]
    assert list(await registry.scalars(select(Person.phone_hash))) == [keyring.lookup_hash("12511000002")]


async def test_of_two_namesakes_nobody_is_given_the_phone(registry: AsyncSession, take: Import) -> None:
    await take([TEAM], [changed(MEMBER, 联系电话=None)])
    await take([TEAM], [changed(MEMBER, 联系电话=None), MEMBER])
    assert sorted(await registry.scalars(select(Person.phone_masked)), key=str) == ["125****0002", None]


async def test_another_leader_leads_and_the_one_before_is_a_member(registry: AsyncSession, take: Import) -> None:
    members = [MEMBER, changed(MEMBER, 姓名="其木格", 联系电话="12511000003")]
    await take([changed(TEAM, 负责人="那顺")], members)
    report = await take([changed(TEAM, 负责人="其木格")], [])
    assert report.updated == [{"sheet": "队伍", "row": 2, "fields": ["leader"]}]
    roles = select(Person.name, Membership.role).join(Membership.person)
    assert {name: role.value for name, role in (await pairs(registry, roles)).items()} == {
        "那顺": "MEMBER", "其木格": "LEADER"
    }  # fmt: skip
    led = select(Person.name, Team.leader_name).join(Team, Team.leader_id == Person.id)
    assert (await registry.execute(led)).all() == [("其木格", "其木格")]
    assert (await take([changed(TEAM, 负责人="其木格")], members)).updated == []


async def test_a_leader_who_is_no_member_does_not_take_the_place_of_one(registry: AsyncSession, take: Import) -> None:
    await take([changed(TEAM, 负责人="那顺")], [MEMBER])
    report = await take([changed(TEAM, 负责人="外人")], [])
    assert report.warnings == [{"sheet": "队伍", "row": 2, "code": "leader_unknown", "value": "外人"}]
    assert await registry.scalar(select(Team.leader_name)) == "那顺"


async def test_a_team_that_was_dissolved_is_refused_with_its_members(registry: AsyncSession, take: Import) -> None:
    await take([TEAM], [])
    await registry.execute(update(Team).values(status=TeamStatus.DISSOLVED))
    report = await take([TEAM], [MEMBER])
    assert [(entry["reason"], entry["row"]) for entry in report.rejected] == [("team_ended", 2), ("team_unknown", 2)]
    assert (await counted(registry))["person"] == 0


async def test_who_was_changed_meanwhile_ends_the_import(
    registry: AsyncSession, take: Import, monkeypatch: pytest.MonkeyPatch
) -> None:
    await take([TEAM], [])
    hold = storing._hold

    async def somebody_is_faster(session: AsyncSession, changes: Any) -> None:
        await session.execute(update(Team).values(version=7))
        await hold(session, changes)

    monkeypatch.setattr(storing, "_hold", somebody_is_faster)
    with pytest.raises(FileRefused, match="再导入一次"):
        await take([changed(TEAM, 类别="社会组织")], [])


async def test_every_new_row_has_one_event_and_the_chains_are_whole(registry: AsyncSession, take: Import) -> None:
    await take([TEAM], [MEMBER])
    (team, person, membership) = [(await events(registry, kind))[0] for kind in ("team", "person", "membership")]
    keys = {name: await registry.scalar(select(model.id)) for name, model in (("t", Team), ("p", Person))}
    banner = await registry.scalar(select(Team.division_id))
    assert team == ("team.imported", f'{{"division_id":{banner},"version":1}}')
    assert person == ("person.imported", f'{{"division_id":{banner},"version":1}}')
    assert membership == (
        "membership.imported", f'{{"person_id":{keys["p"]},"team_id":{keys["t"]},"version":1}}'
    )  # fmt: skip
    await take([changed(TEAM, 类别="社会组织")], [changed(MEMBER, 政治面貌="群众")])
    found = await verify(registry)
    assert (found.fault, found.events, found.chains) == (None, 5, 3)
    actors = set(await registry.execute(select(Event.actor_role, Event.channel, Event.actor_id)))
    assert {tuple(actor) for actor in actors} == {("OPERATOR", "CLI", None)}
