"""The demo at full size has an answer to each question that a coordinator would ask."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from models import (
    Availability,
    Division,
    DivisionLevel,
    HalfDay,
    Membership,
    MembershipStatus,
    Person,
    PersonSkill,
    PoliticalStatus,
    Skill,
    Team,
    TeamType,
)
from models.database import database_url, writing_engine


@pytest.fixture
async def session(demo: tuple[Path, float]) -> AsyncIterator[AsyncSession]:
    engine = writing_engine(database_url(f"sqlite:///{demo[0]}"))
    async with AsyncSession(engine) as session:
        yield session
    await engine.dispose()


async def test_1354_teams_and_20000_people_come_in_within_20_seconds(
    demo: tuple[Path, float], session: AsyncSession
) -> None:
    assert await session.scalar(select(func.count()).select_from(Team)) == 1354
    assert await session.scalar(select(func.count()).select_from(Person)) == 20_000
    assert demo[1] < 20


async def test_every_cell_of_level_and_type_has_teams(session: AsyncSession) -> None:
    cells = await session.execute(select(Team.level, Team.type, func.count()).group_by(Team.level, Team.type))
    assert {(level, kind): count for level, kind, count in cells} == {
        (DivisionLevel.BANNER, TeamType.PARTY_CADRE): 21,
        (DivisionLevel.BANNER, TeamType.PROFESSIONAL): 33,
        (DivisionLevel.BANNER, TeamType.SOCIAL_ORG): 27,
        (DivisionLevel.TOWNSHIP, TeamType.PARTY_CADRE): 64,
        (DivisionLevel.TOWNSHIP, TeamType.PROFESSIONAL): 99,
        (DivisionLevel.TOWNSHIP, TeamType.SOCIAL_ORG): 81,
        (DivisionLevel.VILLAGE, TeamType.PARTY_CADRE): 306,
        (DivisionLevel.VILLAGE, TeamType.PROFESSIONAL): 411,
        (DivisionLevel.VILLAGE, TeamType.SOCIAL_ORG): 312,
    }


async def test_village_teams_of_a_town_with_a_veterinarian_who_is_free_on_wednesday_morning(
    session: AsyncSession,
) -> None:
    town = aliased(Division)
    teams = (
        select(Team.id)
        .join(Team.division)
        .join(town, Division.township_id == town.id)
        .join(Team.memberships)
        .join(Membership.person)
        .join(Person.skills)
        .join(PersonSkill.skill)
        .join(Person.availabilities)
        .where(
            town.name == "高力板镇",
            Team.level == DivisionLevel.VILLAGE,
            Membership.status == MembershipStatus.ACTIVE,
            Skill.code == "veterinarian",
            Availability.half_day == HalfDay.WED_AM,
        )
    )
    assert set(await session.scalars(teams)) == {383, 474, 633, 727, 1180}


async def test_people_who_know_both_of_two_skills(session: AsyncSession) -> None:
    both = select(PersonSkill.person_id).join(PersonSkill.skill)
    both = both.where(Skill.code.in_(["veterinarian", "mongolian_chinese_translation"]))
    both = both.group_by(PersonSkill.person_id).having(func.count() == 2)
    assert len((await session.scalars(both)).all()) == 9


async def test_divisions_without_any_member_who_has_a_skill(session: AsyncSession) -> None:
    who = select(Person.id).join(Person.skills).join(PersonSkill.skill)
    who = who.where(Person.division_id == Division.id, Skill.code == "veterinarian")
    places = select(func.count()).select_from(Division)
    assert await session.scalar(places.where(Division.level == DivisionLevel.VILLAGE, ~who.exists())) == 66


async def test_the_ten_largest_teams_have_leaders(session: AsyncSession) -> None:
    largest = select(Team.code, Team.member_count).where(Team.leader_id.is_not(None))
    largest = largest.order_by(Team.member_count.desc(), Team.code).limit(10)
    assert (await session.execute(largest)).all() == [
        ("KYZQ-0057", 103),
        ("KYZQ-0039", 94),
        ("KYZQ-0059", 92),
        ("KYZQ-0021", 84),
        ("KYZQ-0016", 74),
        ("KYZQ-1302", 73),
        ("KYZQ-0074", 72),
        ("KYZQ-0007", 66),
        ("KYZQ-0008", 65),
        ("KYZQ-0044", 64),
    ]


async def test_teams_where_party_members_are_more_than_half(session: AsyncSession) -> None:
    found = select(Team.type, func.count()).where(Team.party_member_count * 2 > Team.member_count).group_by(Team.type)
    assert dict((await session.execute(found)).all()) == {
        TeamType.PARTY_CADRE: 375,
        TeamType.PROFESSIONAL: 23,
        TeamType.SOCIAL_ORG: 1,
    }


async def test_every_village_has_teams_and_some_people_are_in_two(session: AsyncSession) -> None:
    teams = select(func.count(Team.id)).select_from(Division).outerjoin(Team, Team.division_id == Division.id)
    teams = teams.where(Division.level == DivisionLevel.VILLAGE).group_by(Division.id)
    assert set(await session.scalars(teams)) == {4, 5}
    active = select(func.count()).where(Membership.status == MembershipStatus.ACTIVE).group_by(Membership.person_id)
    assert set(await session.scalars(active)) == {1, 2}


async def test_nobody_older_than_28_is_in_the_youth_league(session: AsyncSession) -> None:
    league = select(func.min(Person.birth_year)).where(Person.political_status == PoliticalStatus.YOUTH_LEAGUE)
    assert await session.scalar(league) == 1998
