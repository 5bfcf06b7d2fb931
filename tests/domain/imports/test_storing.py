"""How the rows of a workbook meet what the registry holds already."""

from collections import Counter
from collections.abc import Callable
from pathlib import Path

from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncSession

from domain.counters import recount
from domain.county import load_county, named
from domain.imports import import_workbook
from models import (
    Division,
    DivisionLevel,
    Membership,
    MembershipRole,
    MembershipStatus,
    Person,
    PersonSkill,
    PersonStatus,
    Skill,
    Team,
    TeamType,
    new_key,
)
from models.sealed import Keyring
from tests.domain.imports.books import MEMBER, TEAM, Rows, book, changed, counted, pairs

WriteBook = Callable[..., Path]


async def test_beside_other_teams_a_taken_code_is_replaced_and_reported(
    registry: AsyncSession, keyring: Keyring, clean: Path
) -> None:
    town = (await registry.scalars(select(Division).where(Division.name == "高力板镇"))).one()
    other = {"code": "KYZQ-0002", **named("另一支队"), "level": DivisionLevel.TOWNSHIP, "type": TeamType.SOCIAL_ORG}
    await registry.execute(insert(Team).values(id=new_key(), division_id=town.id, **other))
    found = (await import_workbook(registry, keyring, clean)).as_json()
    assert found["renumbered"] == [{"sheet": "队伍", "row": 3, "from": "KYZQ-0002", "to": "KYZQ-0061"}]
    assert found["file_outcome"] == "accepted"
    sizes = await pairs(registry, select(Team.code, Team.member_count).where(Team.code.in_(["KYZQ-0002", "KYZQ-0061"])))
    assert sizes == {"KYZQ-0002": 0, "KYZQ-0061": 10}
    assert "renumbered" not in (await import_workbook(registry, keyring, clean)).as_json()
    assert (await counted(registry))["team"] == 61


async def test_who_is_known_by_phone_and_name_joins_and_stays_one_person(
    registry: AsyncSession, keyring: Keyring, write_book: WriteBook
) -> None:
    await import_workbook(registry, keyring, write_book(book([TEAM], [MEMBER])))
    other = changed(TEAM, 队伍编号="N-2", 队伍名称="另一支志愿服务队")
    path = write_book(book([other], [changed(MEMBER, 队伍编号="N-2"), changed(MEMBER, 队伍编号="N-2", 姓名="其木格")]))
    await import_workbook(registry, keyring, path)
    assert Counter(await registry.scalars(select(Person.name))) == {"那顺": 1, "其木格": 1}
    assert (await counted(registry))["membership"] == 3


async def test_a_membership_that_ended_is_not_begun_again(
    registry: AsyncSession, keyring: Keyring, write_book: WriteBook
) -> None:
    path = write_book(book([TEAM], [MEMBER]))
    await import_workbook(registry, keyring, path)
    (membership,) = await registry.scalars(select(Membership))
    membership.status = MembershipStatus.LEFT
    await registry.flush()
    await recount(registry)
    await import_workbook(registry, keyring, path)
    assert list(await registry.scalars(select(Membership.status))) == [MembershipStatus.LEFT]
    assert await registry.scalar(select(Team.member_count)) == 0


async def test_a_leader_who_is_a_member_leads_and_another_stays_a_name(
    registry: AsyncSession, keyring: Keyring, write_book: WriteBook
) -> None:
    teams = [changed(TEAM, 负责人="那顺"), changed(TEAM, 队伍编号="N-2", 队伍名称="另一支志愿服务队", 负责人="其木格")]
    await import_workbook(registry, keyring, write_book(book(teams, [MEMBER])))
    led = select(Team.code, Person.name).join(Person, Person.id == Team.leader_id)
    assert await pairs(registry, led) == {"N-1": "那顺"}
    assert await pairs(registry, select(Team.code, Team.leader_name)) == {"N-1": "那顺", "N-2": "其木格"}
    assert list(await registry.scalars(select(Membership.role))) == [MembershipRole.LEADER]


async def test_a_skill_that_the_workbook_lists_joins_the_catalog_and_another_stays_text(
    registry: AsyncSession, keyring: Keyring, write_book: WriteBook
) -> None:
    skills: Rows = [["技能编码", "技能名称"], ["horse_riding", "骑马"], ["veterinarian", "兽医"], [None, "放羊"]]
    member = changed(MEMBER, 技能="骑马、兽医、放羊、会唱歌")
    report = await import_workbook(registry, keyring, write_book(book([TEAM], [member], 技能=skills)))
    having = select(Skill.name, Skill.code).join(PersonSkill, PersonSkill.skill_id == Skill.id)
    assert await pairs(registry, having) == {"骑马": "horse_riding", "兽医": "veterinarian", "放羊": "imported_1"}
    assert (await counted(registry))["skill"] == 32
    assert list(await registry.scalars(select(Person.skill_note))) == ["会唱歌"]
    assert report.warnings == [{"sheet": "队员", "row": 2, "code": "skill_unknown", "value": "会唱歌"}]


async def test_a_team_without_a_code_is_numbered_with_the_prefix_of_its_county(
    session: AsyncSession, keyring: Keyring, write_book: WriteBook, county: Path
) -> None:
    await load_county(session, county)
    path = write_book(book([changed(TEAM, 队伍编号=None), changed(TEAM, 队伍名称="乙队", 队伍编号="SYQ-0007")]))
    await import_workbook(session, keyring, path, county=county)
    assert await pairs(session, select(Team.name, Team.code)) == {"试验志愿服务队": "SYQ-0008", "乙队": "SYQ-0007"}


async def test_who_was_merged_or_erased_is_not_taken_up_again(
    registry: AsyncSession, keyring: Keyring, write_book: WriteBook
) -> None:
    phone_hash = keyring.lookup_hash("12511000002")
    common = {**named("那顺"), "name_masked": "那**", "phone_hash": phone_hash}
    for key, status, into in ((1, "ERASED", None), (2, "VERIFIED", None), (3, "MERGED", 2)):
        other = {"phone_hash": None} if key == 2 else {}
        values = common | other | {"id": key, "status": PersonStatus[status], "merged_into_id": into}
        await registry.execute(insert(Person).values(**values))
    await import_workbook(registry, keyring, write_book(book([TEAM], [MEMBER])))
    assert list(await registry.scalars(select(Membership.person_id))) == [2]


async def test_of_two_members_called_like_the_leader_the_one_with_the_teams_phone_leads(
    registry: AsyncSession, keyring: Keyring, write_book: WriteBook
) -> None:
    members = [MEMBER, changed(MEMBER, 联系电话="12511000001")]
    await import_workbook(registry, keyring, write_book(book([changed(TEAM, 负责人="那顺")], members)))
    led = select(Person.phone_hash).join(Team, Team.leader_id == Person.id)
    assert list(await registry.scalars(led)) == [keyring.lookup_hash("12511000001")]
