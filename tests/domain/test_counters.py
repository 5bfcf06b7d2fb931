"""A team's numbers follow its active members, and only theirs."""

import asyncio
import datetime as dt
from pathlib import Path

import pytest
from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

import domain.counters
from domain.counters import recount
from domain.county import load_county, named
from models import (
    DivisionLevel,
    Membership,
    MembershipStatus,
    Person,
    PersonSkill,
    PoliticalStatus,
    Skill,
    Team,
    TeamSkill,
    TeamType,
)

THEN = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
PARTY, LEAGUE, _ = PoliticalStatus


@pytest.fixture
async def teams(engine: AsyncEngine, county: Path) -> AsyncEngine:
    """Teams 1 and 2 with wrong numbers, and people: 1 and 2 in the party, 3 in the league, 4 unknown."""
    async with AsyncSession(engine) as session, session.begin():
        await load_county(session, county)
        skills = dict((await session.execute(select(Skill.code, Skill.id))).all())
        vet, haircut = skills["veterinarian"], skills["haircut"]
        statuses = enumerate((PARTY, PARTY, LEAGUE, None), start=1)
        people = [
            {"id": key, **named(f"某{key}"), "name_masked": "某**", "political_status": status}
            for key, status in statuses
        ]
        await session.execute(insert(Person), people)
        known = [(1, vet), (1, haircut), (2, vet), (3, haircut), (4, haircut)]
        rows = [{"id": at, "person_id": person, "skill_id": skill} for at, (person, skill) in enumerate(known)]
        await session.execute(insert(PersonSkill), rows)
        for key in (1, 2):
            row = {
                "id": key,
                "code": f"T-{key}",
                **named(f"第{key}队"),
                "level": DivisionLevel.BANNER,
                "type": TeamType.PROFESSIONAL,
                "division_id": 150599000000,
                "member_count": 99,
                "updated_at": THEN,
            }
            await session.execute(insert(Team), [row])
            await session.execute(insert(TeamSkill), [{"team_id": key, "skill_id": haircut, "people_count": 9}])
        active, left = MembershipStatus.ACTIVE, MembershipStatus.LEFT
        belonging = [(1, 1, active), (1, 2, active), (1, 3, left), (1, 4, MembershipStatus.APPLIED), (2, 3, active)]
        await session.execute(
            insert(Membership),
            [{"team_id": team, "person_id": person, "status": status} for team, person, status in belonging],
        )
    return engine


async def numbers(session: AsyncSession) -> dict[int, tuple[int, int]]:
    rows = await session.execute(select(Team.id, Team.member_count, Team.party_member_count))
    return {key: (members, party) for key, members, party in rows}


async def skills_of(session: AsyncSession, team: int) -> dict[str, int]:
    found = select(Skill.code, TeamSkill.people_count).join(TeamSkill.skill).where(TeamSkill.team_id == team)
    return dict((await session.execute(found)).all())


async def test_only_active_members_count(teams: AsyncEngine) -> None:
    async with AsyncSession(teams) as session:
        await recount(session)
        assert await numbers(session) == {1: (2, 2), 2: (1, 0)}
        assert await skills_of(session, 1) == {"veterinarian": 2, "haircut": 1}
        assert await skills_of(session, 2) == {"haircut": 1}


async def test_other_teams_keep_their_numbers(teams: AsyncEngine) -> None:
    async with AsyncSession(teams) as session:
        await recount(session, [2, 2])
        assert await numbers(session) == {1: (99, 0), 2: (1, 0)}
        assert (await skills_of(session, 1), await skills_of(session, 2)) == ({"haircut": 9}, {"haircut": 1})
        await recount(session, [])
        assert await numbers(session) == {1: (99, 0), 2: (1, 0)}


async def test_a_team_that_lost_everybody_counts_nobody(teams: AsyncEngine) -> None:
    async with AsyncSession(teams) as session:
        await session.execute(update(Membership).values(status=MembershipStatus.LEFT))
        await recount(session, iter([1, 2]))
        assert await numbers(session) == {1: (0, 0), 2: (0, 0)}
        assert await skills_of(session, 1) == {}


async def test_more_teams_than_fit_in_one_statement_are_counted(
    teams: AsyncEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(domain.counters, "AT_ONCE", 1)
    async with AsyncSession(teams) as session:
        await recount(session, [2, 1, 3])
        assert await numbers(session) == {1: (2, 2), 2: (1, 0)}


async def test_counting_leaves_the_version_and_the_time_of_change_alone(teams: AsyncEngine) -> None:
    async with AsyncSession(teams) as session:
        await recount(session)
        rows = await session.execute(select(Team.version, Team.updated_at))
        assert rows.all() == [(1, THEN), (1, THEN)]


async def test_two_writers_at_once_count_each_others_members(teams: AsyncEngine) -> None:
    both_joined = asyncio.Barrier(2)

    async def join(person: int) -> None:
        async with AsyncSession(teams) as session, session.begin():
            row = {"team_id": 2, "person_id": person, "status": MembershipStatus.ACTIVE}
            await session.execute(insert(Membership), [row])
            if teams.dialect.name == "postgresql":  # SQLite lets the second one begin when the first is done
                await both_joined.wait()
            await recount(session, [2])

    await asyncio.gather(join(1), join(2))
    async with AsyncSession(teams) as session:
        assert (await numbers(session))[2] == (3, 2)
        assert await skills_of(session, 2) == {"veterinarian": 2, "haircut": 2}
