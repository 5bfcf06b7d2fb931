"""Statistics from sums that triggers keep: the sums are those of the teams after any write, and the answers those that
counting team by team gives, for everybody who may ask."""

import asyncio
import random
import secrets
from collections import Counter
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete, func, insert, select, text, update
from sqlalchemy.ext.asyncio import AsyncSession

from domain.imports import import_workbook
from domain.scope import PUBLIC, Viewer
from domain.tallies import drift, recount
from models import Division, Membership, Team, TeamPlatform, TeamSkill, TeamStatus, TeamTally, TeamType
from models.base import new_key
from tests.schema import cast, rows
from tests.schema.conftest import Api
from tests.schema.tagged import Question

pytestmark = pytest.mark.asyncio(loop_scope="session")

VIEWERS = {name: viewer for name, viewer in vars(cast).items() if isinstance(viewer, Viewer)} | {"PUBLIC": PUBLIC}
DIMENSIONS = {
    "LEVEL": "level",
    "TYPE": "type",
    "STATUS": "status",
    "TOWNSHIP": "township { code }",
    "VILLAGE": "village { code }",
    "DIVISION_KIND": "divisionKind",
}
GROUPINGS = [group for size in range(4) for group in combinations(DIMENSIONS, size)]
APPLICANTS = [None, *(viewer.account_id for viewer in VIEWERS.values() if viewer.account_id)]


def question(grouping: tuple[str, ...], where: str = "") -> str:
    fields = " ".join(DIMENSIONS[name] for name in grouping)
    return f"{{ teamStats(groupBy: [{', '.join(grouping)}]{where}) {{ {fields} teamCount memberCount }} }}"


ONE_BY_ONE = ", where: { and: [{}] }"
"""A filter that keeps every team: nothing but sums is ruled out by it."""


async def compare(api: Api, groupings: list[tuple[str, ...]]) -> int:
    """Ask for the statistics from sums and team by team; return how many groups there were."""
    groups = 0
    for name, viewer in VIEWERS.items():
        for grouping in groupings:
            answer = await api(question(grouping), viewer=viewer)
            assert answer == await api(question(grouping, ONE_BY_ONE), viewer=viewer), (name, grouping)
            groups += len(answer["data"]["teamStats"])
    return groups


async def change(connection: Any, dice: random.Random, teams: list[Any], places: list[Any]) -> str:
    """Write to one or several teams at random; return what was done."""
    kind = dice.choices(("update", "move", "count", "insert", "several", "delete"), (5, 4, 4, 5, 3, 3))[0]
    team, place = dice.choice(teams), dice.choice(places)
    here = update(Team).where(Team.id == team.id)
    if kind == "update":
        values = {"status": dice.choice(list(TeamStatus)), "applicant_id": dice.choice(APPLICANTS)}
        await connection.execute(here.values(values | {"type": dice.choice(list(TeamType))}))
    elif kind == "move":
        await connection.execute(here.values(division_id=place.id, level=place.level))
    elif kind == "count":
        await connection.execute(here.values(member_count=(members := dice.randrange(30)), party_member_count=members))
    elif kind == "insert":
        found = [dict(row) for row in rows.rows()[Team]]
        made = dice.choices(found, k=dice.choice((1, 1, 3)))
        fresh = [{**row, "id": (key := new_key()), "code": f"N-{key}", "name": f"新{key}"} for row in made]
        status = {"status": dice.choice(list(TeamStatus)), "applicant_id": dice.choice(APPLICANTS)}
        await connection.execute(insert(Team), [row | status for row in fresh])
    elif kind == "several":
        await connection.execute(
            update(Team)
            .where(Team.type == dice.choice(list(TeamType)), Team.division_id <= place.id)
            .values(status=dice.choice(list(TeamStatus)), member_count=Team.member_count + 1)
        )
    elif team.code.startswith("N-"):
        await connection.execute(delete(Team).where(Team.id == team.id))
    else:
        return "nothing"
    return kind


async def write(api: Api, dice: random.Random) -> str:
    """Change something and keep it, or take it back, the whole of it or to a savepoint."""
    assert api.engine is not None
    async with api.engine.connect() as connection:
        teams = (await connection.execute(select(Team.id, Team.code))).all()
        places = (await connection.execute(select(Division.id, Division.level))).all()
        done = await change(connection, dice, teams, places)
        if dice.random() < 0.2:
            inner = await connection.begin_nested()
            await change(connection, dice, teams, places)
            await inner.rollback()
        if dice.random() < 0.2:
            await connection.rollback()
            return "taken back"
        await connection.commit()
    return done


async def drifted(api: Api) -> int:
    assert api.engine is not None
    async with AsyncSession(api.engine) as session:
        return await drift(session)


async def walk(api: Api, seed: int, rounds: int) -> Counter[str]:
    dice, done = random.Random(seed), Counter[str]()
    for number in range(rounds):
        done[await write(api, dice)] += 1
        assert await drifted(api) == 0, (seed, number)
        if number % 20 == 19:
            done["groups"] += await compare(api, dice.sample(GROUPINGS, 3))
    return done


async def test_sums_are_those_of_the_teams_after_any_write_and_everybody_is_told_the_same(own: Api) -> None:
    assert await drifted(own) == 0
    done = await walk(own, secrets.randbelow(10**9), 60)
    assert min(done[kind] for kind in ("update", "insert", "taken back", "groups")) > 0, done


@pytest.mark.proof
async def test_sums_are_those_of_the_teams_after_two_thousand_writes(own: Api) -> None:
    done = await walk(own, seed := secrets.randbelow(10**9), 2000)
    print(f"\n{own.engine.dialect.name if own.engine else ''}, seed {seed}: {dict(done)}")
    assert min(done[kind] for kind in ("update", "move", "count", "insert", "several", "delete", "taken back")) > 100


async def test_every_grouping_by_two_is_answered_alike_from_sums_and_team_by_team(own: Api) -> None:
    assert own.engine is not None
    async with own.engine.begin() as connection:  # a draft of somebody's own, in a place of another's
        drafts = update(Team).where(Team.status == "DRAFT")
        await connection.execute(drafts.values(applicant_id=cast.NEIGHBOR.account_id))
        await connection.execute(update(Team).where(Team.id == 504).values(status=TeamStatus.DISSOLVED))
    assert await compare(own, [grouping for grouping in GROUPINGS if len(grouping) < 3]) > 1000


@pytest.mark.parametrize("name", VIEWERS)
async def test_statistics_without_a_filter_read_sums_and_no_other_team_than_those_of_ones_own(
    api: Api, name: str
) -> None:
    def tables(text: str) -> frozenset[str]:
        planned = Question(text, {}, VIEWERS[name]).planned(api)
        assert planned is not None
        return planned[0].tables

    viewer = VIEWERS[name]
    beside = viewer.is_signed_in and not viewer.sees_county
    assert tables(question(("LEVEL", "TYPE", "STATUS"))) - {"team_platform"} == (
        {"team_tally", "team"} if beside else {"team_tally"}
    )
    assert "team_tally" not in tables(question(("LEVEL",), ONE_BY_ONE))
    assert "team_tally" not in tables("{ teamStats(groupBy: [LEVEL, PLATFORM]) { level platform teamCount } }")


async def test_no_teams_are_no_groups_and_one_zero(own: Api) -> None:
    assert own.engine is not None
    async with own.engine.begin() as connection:
        for model in (Membership, TeamPlatform, TeamSkill):
            await connection.execute(delete(model))
        await connection.execute(update(Team).values(parent_id=None))
        await connection.execute(delete(Team))
    assert await drifted(own) == 0
    assert (await own(question(("LEVEL",))))["data"] == {"teamStats": []}
    assert (await own(question(())))["data"] == {"teamStats": [{"teamCount": 0, "memberCount": 0}]}


async def test_an_emptied_table_leaves_no_sums(own: Api) -> None:
    assert own.engine is not None
    if own.engine.dialect.name == "sqlite":
        pytest.skip("SQLite's way to empty a table is to delete its rows")
    async with own.engine.begin() as connection:
        await connection.execute(text("truncate team cascade"))
    assert await drifted(own) == 0


async def test_an_import_is_summed(own: Api) -> None:
    assert own.engine is not None
    sample = Path(__file__).parents[1] / "samples" / "03_mixed_words.xlsx"
    async with AsyncSession(own.engine) as session, session.begin():
        before = await session.scalar(select(func.count()).select_from(Team))
        await import_workbook(session, rows.KEYRING, sample)
        assert await session.scalar(select(func.count()).select_from(Team)) != before
    assert await drifted(own) == 0


async def test_writers_to_teams_of_one_kind_do_not_wait_for_each_other(own: Api) -> None:
    assert own.engine is not None
    if own.engine.dialect.name == "sqlite":
        pytest.skip("SQLite has one writer at a time")
    counted = update(Team).values(member_count=Team.member_count + 1)
    async with own.engine.connect() as one, own.engine.connect() as other, asyncio.timeout(10):
        await one.execute(counted.where(Team.id == 500))
        await other.execute(counted.where(Team.id == 511))
        await other.commit()
        await one.commit()
        first, second = (await one.execute(select(Team.division_id, Team.type).where(Team.id.in_((500, 511))))).all()
    assert first.division_id == second.division_id
    assert await drifted(own) == 0


async def test_sums_that_went_astray_are_told_and_made_anew(own: Api) -> None:
    assert own.engine is not None
    async with own.engine.begin() as connection:
        one = select(TeamTally.id).order_by(TeamTally.id).limit(1).scalar_subquery()
        await connection.execute(update(TeamTally).where(TeamTally.id == one).values(team_count=77))
        await connection.execute(insert(TeamTally).values(**astray()))
    assert await drifted(own) == 2
    async with AsyncSession(own.engine) as session, session.begin():
        await recount(session)
    assert await drifted(own) == 0


def astray() -> dict[str, Any]:
    """Return sums of a kind that no team is of."""
    row = {"division_id": 1, "level": "VILLAGE", "type": "PROFESSIONAL", "status": "DRAFT"}
    return row | {"team_count": 1, "member_count": 1}
