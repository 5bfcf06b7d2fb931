"""The import as a whole, on both databases: what is stored and told, and that nothing is stored by halves."""

import datetime as dt
import json
import re
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event, func, select
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from domain.county import default_folder, load_county
from domain.imports import FileRefused, import_workbook
from models import (
    Availability,
    Division,
    DivisionLevel,
    Event,
    HalfDay,
    Membership,
    Person,
    PersonLanguage,
    PersonSkill,
    PersonStatus,
    PoliticalStatus,
    Skill,
    SpokenLanguage,
    Team,
    TeamSkill,
    TeamStatus,
    TeamType,
)
from models.sealed import Keyring
from tests.domain.imports.books import MEMBER, TEAM, book, changed, counted, pairs

WriteBook = Callable[..., Path]


async def test_the_clean_sample_gives_its_expected_report_and_data(
    registry: AsyncSession, keyring: Keyring, clean: Path
) -> None:
    expected = json.loads(clean.with_suffix(".expected.json").read_text(encoding="utf-8"))
    checks = expected.pop("checks")
    report = await import_workbook(registry, keyring, clean)
    assert report.as_json() == expected

    levels = await pairs(registry, select(Team.level, func.count()).group_by(Team.level))
    types = await pairs(registry, select(Team.type, func.count()).group_by(Team.type))
    having = select(Skill.code, func.count()).join(PersonSkill, PersonSkill.skill_id == Skill.id).group_by(Skill.code)
    free = select(func.count()).where(Person.id.not_in(select(Availability.person_id)))
    assert {level.name: count for level, count in levels.items()} == checks["teams_by_level"]
    assert {kind.name: count for kind, count in types.items()} == checks["teams_by_type"]
    assert await pairs(registry, having) == checks["members_with_skill"]
    assert await registry.scalar(free) == checks["members_without_slot"]
    stored = await counted(registry)
    assert {name: stored[name] for name in ("team", "person", "membership", "skill", "team_platform")} == {
        "team": 60,
        "person": 600,
        "membership": 600,
        "skill": 30,
        "team_platform": 60,
    }


async def test_the_rows_of_the_clean_sample_are_stored_with_all_that_they_say(
    registry: AsyncSession, keyring: Keyring, clean: Path
) -> None:
    await import_workbook(registry, keyring, clean)
    team = (await registry.scalars(select(Team).where(Team.code == "KYZQ-0007"))).one()
    place = await registry.get_one(Division, team.division_id)
    assert (team.name, team.level, team.type, team.status) == (
        "巴彦呼舒镇党员先锋志愿服务队",
        DivisionLevel.TOWNSHIP,
        TeamType.PARTY_CADRE,
        TeamStatus.ACTIVE,
    )
    assert (place.name, team.leader_name, team.leader_name_masked) == ("巴彦呼舒镇", "张建国", "张**")
    assert (team.founded_on, team.contact_phone_masked) == (dt.date(2018, 4, 6), "125****5433")
    assert keyring.open(team.contact_phone_sealed or "") == "12511055433"
    assert "zyfwd" in team.search

    person = (
        await registry.scalars(select(Person).where(Person.phone_hash == keyring.lookup_hash("12511498897")))
    ).one()
    assert (person.name, person.name_masked, person.phone_masked) == ("乌力吉套格套", "乌**", "125****8897")
    assert keyring.open(person.phone_sealed or "") == "12511498897"
    assert keyring.open(person.ethnicity_sealed or "") == "蒙古族"
    assert (person.political_status, person.status) == (PoliticalStatus.YOUTH_LEAGUE, PersonStatus.VERIFIED)
    spoken = await registry.scalars(select(PersonLanguage.language).where(PersonLanguage.person_id == person.id))
    free = await registry.scalars(select(Availability.half_day).where(Availability.person_id == person.id))
    joined = await registry.scalars(select(Membership.joined_on).where(Membership.person_id == person.id))
    assert set(spoken) == {SpokenLanguage.MN, SpokenLanguage.ZH}
    assert list(free) == [HalfDay.SAT_AM]
    assert list(joined) == [dt.date(2018, 11, 12)]


async def test_teams_count_their_members_and_skills(registry: AsyncSession, keyring: Keyring, clean: Path) -> None:
    await import_workbook(registry, keyring, clean)
    assert Counter(await registry.scalars(select(Team.member_count))) == {10: 60}
    assert await registry.scalar(select(func.sum(TeamSkill.people_count))) == await registry.scalar(
        select(func.count()).select_from(PersonSkill)
    )


async def test_the_same_file_again_stores_nothing_and_reports_the_same(
    registry: AsyncSession, keyring: Keyring, clean: Path
) -> None:
    first = await import_workbook(registry, keyring, clean)
    before = await counted(registry)
    second = await import_workbook(registry, keyring, clean)
    known = {"created": 0, "updated": 0}
    changes = {"teams": known | {"unchanged": 60}, "members": known | {"unchanged": 600}}
    assert second.as_json() == first.as_json() | {"changes": changes, "updated": []}
    assert await counted(registry) == before
    assert set(await registry.scalars(select(func.max(Event.number)))) == {1}


async def test_the_same_members_without_phones_again_are_the_same_people(
    registry: AsyncSession, keyring: Keyring, write_book: WriteBook
) -> None:
    without = changed(MEMBER, 联系电话=None)
    path = write_book(book([TEAM], [without, changed(MEMBER, 姓名="其木格", 联系电话=None), MEMBER]))
    await import_workbook(registry, keyring, path)
    report = await import_workbook(registry, keyring, path)
    assert (await counted(registry))["person"] == 3
    assert report.as_json()["issue_totals"]["warnings"] == {"phone_missing": 2}


async def test_a_workbook_without_any_known_sheet_is_refused(
    registry: AsyncSession, keyring: Keyring, write_book: WriteBook
) -> None:
    with pytest.raises(FileRefused, match="没有找到"):
        await import_workbook(registry, keyring, write_book({"说明": [["甲", "乙", "丙"]]}))
    with pytest.raises(FileRefused, match="没有找到"):
        await import_workbook(registry, keyring, write_book(book([TEAM]), hidden=("队伍", "队员")))


async def test_a_caller_who_rolls_back_has_changed_nothing(engine: AsyncEngine, keyring: Keyring, clean: Path) -> None:
    async with AsyncSession(engine) as session, session.begin():
        await load_county(session, default_folder())
    async with AsyncSession(engine) as session:
        assert (await import_workbook(session, keyring, clean)).counts["teams"]["accepted"] == 60
        await session.rollback()
    async with AsyncSession(engine) as session:
        stored = await counted(session)
    assert {name for name, count in stored.items() if count} == {"skill"}


@pytest.mark.parametrize("table", ["person", "team", "membership", "team_skill"])
async def test_a_failure_in_the_middle_leaves_nothing(
    engine: AsyncEngine, keyring: Keyring, clean: Path, table: str
) -> None:
    async with AsyncSession(engine) as session, session.begin():
        await load_county(session, default_folder())

    def fail(connection: Any, cursor: Any, statement: str, *_: Any) -> None:
        if re.match(rf"(?i)insert into {table}\b", statement):
            raise RuntimeError("pulled the plug")

    event.listen(engine.sync_engine, "after_cursor_execute", fail)
    with pytest.raises(RuntimeError, match="pulled the plug"):
        async with AsyncSession(engine) as session, session.begin():
            await import_workbook(session, keyring, clean)
    event.remove(engine.sync_engine, "after_cursor_execute", fail)
    async with AsyncSession(engine) as session:
        stored = await counted(session)
    assert {name for name, count in stored.items() if count} == {"skill"}


async def test_progress_counts_up_to_all_rows(registry: AsyncSession, keyring: Keyring, clean: Path) -> None:
    told: list[tuple[str, int, int]] = []

    def progress(done: int, total: int, what: str) -> None:
        told.append((what, done, total))

    await import_workbook(registry, keyring, clean, progress=progress)
    steps = {what: [(done, total) for said, done, total in told if said == what] for what, _, _ in told}
    assert list(steps) == ["读取台账 reading", "写入数据 storing"]
    for counts in steps.values():
        assert counts == sorted(counts)
        assert counts[-1][0] == counts[-1][1]
    assert [done for done, _ in steps["读取台账 reading"]] == [31, 92, 292, 492, 692, 693, 774]


async def test_six_hundred_members_are_stored_in_less_than_three_seconds(
    registry: AsyncSession, keyring: Keyring, clean: Path
) -> None:
    started = time.perf_counter()
    await import_workbook(registry, keyring, clean)
    assert time.perf_counter() - started < 3
