"""The places of people that triggers keep: after any write those that homes and teams say, and everybody sees whom the
oracle says."""

import asyncio
import random
import secrets
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete, insert, select, text, update
from sqlalchemy.ext.asyncio import AsyncSession

import models
from domain.imports import import_workbook
from domain.person_places import drift, recount
from domain.reach import OPEN
from models import Division, Membership, MembershipStatus, Person, PersonPlace, Team, TeamPlatform
from models.base import new_key
from tests.schema import rows
from tests.schema.conftest import Api
from tests.schema.oracle import Oracle
from tests.schema.oracle_rows import VIEWERS

pytestmark = pytest.mark.asyncio(loop_scope="session")

PEOPLE = "{ people(first: 100%s) { totalCount nodes { id name phone } } }"
ORDERS = [f"{key}_{way}" for key in ("NAME", "BIRTH_YEAR", "CREATED_AT") for way in ("ASC", "DESC")]
COORDINATORS = [name for name, viewer in VIEWERS.items() if viewer.ranges]
VILLAGE, TOWNSHIP, BANNER = 152222102200, 152222102000, 152222000000


async def drifted(api: Api) -> int:
    assert api.engine is not None
    async with AsyncSession(api.engine) as session:
        return await drift(session)


async def oracle_of(api: Api, name: str) -> Oracle:
    """Return what a viewer may know of the database as it is now."""
    assert api.engine is not None
    tables: dict[Any, list[dict[str, Any]]] = {}
    async with api.engine.connect() as connection:
        for model in (Division, Team, TeamPlatform, Person, Membership):
            found = (await connection.execute(text(f"select * from {model.__tablename__}"))).mappings()
            tables[model] = [dict(row) for row in found]
    return Oracle(tables, VIEWERS[name])


async def compare(api: Api, names: list[str]) -> int:
    """Hold the people that viewers are told of against the oracle; return how many there were."""
    people = 0
    for name in names:
        oracle = await oracle_of(api, name)
        told = (await api(PEOPLE % "", viewer=VIEWERS[name]))["data"]["people"]
        assert {int(one["id"][7:]) for one in told["nodes"]} == oracle.person_ids, name
        assert (told["totalCount"], len(told["nodes"])) == (len(oracle.person_ids),) * 2
        sealed = {key for key, row in oracle.people.items() if row["phone_sealed"]}
        assert {int(one["id"][7:]) for one in told["nodes"] if one["phone"]} == oracle.phone_ids & sealed, name
        people += len(told["nodes"])
    return people


async def change(connection: Any, dice: random.Random) -> str:
    """Write at random to one or several people, memberships or teams; return what was done."""
    kinds = ("home", "name", "status", "join", "swap", "end", "person", "gone", "move", "several")
    kind = dice.choices(kinds, (4, 2, 6, 6, 2, 3, 2, 1, 4, 2))[0]
    people, teams, members, places = [
        list(await connection.scalars(select(model.id).order_by(model.id)))
        for model in (Person, Team, Membership, Division)
    ]
    person, team = update(Person).where(Person.id == dice.choice(people)), dice.choice(teams)
    membership, status = Membership.id == dice.choice(members), dice.choice(list(MembershipStatus))
    match kind:
        case "home":
            await connection.execute(person.values(division_id=dice.choice([None, *places])))
        case "name":
            await connection.execute(person.values(name=(name := f"王{dice.randrange(10**6)}"), pinyin=f"wang {name}"))
        case "status":
            await connection.execute(update(Membership).where(membership).values(status=ended(status)))
        case "join":
            row = {"id": new_key(), "team_id": team, "person_id": dice.choice(people), "role": "MEMBER"}
            await connection.execute(insert(Membership).values(**row, status=ended(status)))
        case "swap":
            values = {"team_id": team, "person_id": dice.choice(people), "status": MembershipStatus.APPLIED}
            await connection.execute(update(Membership).where(membership).values(values))
        case "end":
            await connection.execute(delete(Membership).where(membership))
        case "person":
            row = next(row for row in rows.rows()[Person] if row["division_id"])
            await connection.execute(insert(Person).values(row | {"id": new_key(), "division_id": dice.choice(places)}))
        case "gone":
            made = select(Person.id).where(Person.id > 10**6, Person.id.not_in(select(Membership.person_id)))
            await connection.execute(delete(Person).where(Person.id.in_(made)))
        case "move":
            await connection.execute(moved(team, dice.choice(places)))
        case "several":
            open_ = update(Membership).where(Membership.team_id <= team, Membership.status != MembershipStatus.ACTIVE)
            await connection.execute(open_.values(status=MembershipStatus.INVITED))
    return kind


def ended(status: MembershipStatus) -> MembershipStatus:
    """Return a status that any number of memberships of a person and team may have."""
    return MembershipStatus.APPLIED if status is MembershipStatus.ACTIVE else status


def moved(team: int, place: int) -> Any:
    level = select(Division.level).where(Division.id == place).scalar_subquery()
    return update(Team).where(Team.id == team).values(division_id=place, level=level)


async def write(api: Api, dice: random.Random) -> str:
    """Change something and keep it, or take it back, the whole of it or to a savepoint."""
    assert api.engine is not None
    async with api.engine.connect() as connection:
        done = await change(connection, dice)
        if dice.random() < 0.2:
            inner = await connection.begin_nested()
            await change(connection, dice)
            await inner.rollback()
        if dice.random() < 0.1:
            await connection.rollback()
            return "taken back"
        await connection.commit()
    return done


async def walk(api: Api, seed: int, rounds: int) -> Counter[str]:
    dice, done = random.Random(seed), Counter[str]()
    for number in range(rounds):
        done[kind := await write(api, dice)] += 1
        assert await drifted(api) == 0, (seed, number, kind)
        if number % 20 == 19:
            done["people"] += await compare(api, [*COORDINATORS, dice.choice(list(VIEWERS))])
    return done


async def test_places_are_those_of_homes_and_teams_after_any_write_and_everybody_sees_whom_it_may(own: Api) -> None:
    assert await drifted(own) == 0
    done = await walk(own, secrets.randbelow(10**9), 60)
    assert min(done[kind] for kind in ("home", "status", "join", "move", "people")) > 0, done


@pytest.mark.proof
async def test_places_are_those_of_homes_and_teams_after_two_thousand_writes(own: Api) -> None:
    done = await walk(own, seed := secrets.randbelow(10**9), 2000)
    print(f"\n{own.engine.dialect.name if own.engine else ''}, seed {seed}: {dict(done)}")
    assert min(done[kind] for kind in ("home", "name", "status", "join", "swap", "end", "person", "move")) > 50


@pytest.mark.parametrize("order", ORDERS)
async def test_a_coordinator_turns_the_pages_of_one_list_whatever_it_is_made_of(api: Api, order: str) -> None:
    query = """query ($after: String, $before: String, $first: Int, $last: Int) {
        people(first: $first, last: $last, after: $after, before: $before, orderBy: %s) {
            nodes { id } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }"""
    for name in COORDINATORS:
        viewer = VIEWERS[name]
        whole = (await api(PEOPLE % f", orderBy: {order}", viewer=viewer))["data"]["people"]["nodes"]
        seen, after = list[str](), None
        while True:
            page = await api(query % order, {"first": 4, "after": after}, viewer=viewer)
            seen += [one["id"] for one in page["data"]["people"]["nodes"]]
            after = page["data"]["people"]["pageInfo"]["endCursor"]
            if not page["data"]["people"]["pageInfo"]["hasNextPage"]:
                break
        assert seen == [one["id"] for one in whole], name
        back = (await api(query % order, {"last": 3, "before": after}, viewer=viewer))["data"]["people"]["nodes"]
        assert [one["id"] for one in back] == seen[-4:-1]


async def found(connection: Any, person: int) -> set[int]:
    return set(await connection.scalars(select(PersonPlace.division_id).where(PersonPlace.person_id == person)))


async def test_a_person_is_found_at_home_in_teams_and_in_all_that_these_lie_in(own: Api) -> None:
    assert own.engine is not None
    async with own.engine.begin() as connection:
        await connection.execute(delete(Membership))
        await connection.execute(update(Person).values(division_id=None))
        assert await found(connection, 1001) == set()
        await connection.execute(update(Person).where(Person.id == 1001).values(division_id=VILLAGE))
        assert await found(connection, 1001) == {VILLAGE, TOWNSHIP, BANNER}
        row = {"id": 1, "person_id": 1001, "team_id": 502, "role": "MEMBER"}  # 吐列毛杜镇
        await connection.execute(insert(Membership).values(**row, status="LEFT"))
        assert await found(connection, 1001) == {VILLAGE, TOWNSHIP, BANNER}
        for status in ("APPLIED", "INVITED", "ACTIVE"):
            await connection.execute(update(Membership).values(status=status))
            assert await found(connection, 1001) == {VILLAGE, TOWNSHIP, BANNER, 152222105000}
        await connection.execute(moved(502, BANNER))
        assert await found(connection, 1001) == {VILLAGE, TOWNSHIP, BANNER}
        await connection.execute(update(Person).values(division_id=None))
        assert await found(connection, 1001) == {BANNER}
        await connection.execute(update(Membership).values(status="REMOVED"))
        assert await found(connection, 1001) == set()


async def test_an_import_is_placed(own: Api) -> None:
    assert own.engine is not None
    sample = Path(__file__).parents[1] / "samples" / "03_mixed_words.xlsx"
    async with AsyncSession(own.engine) as session, session.begin():
        before = set(await session.scalars(select(PersonPlace.person_id)))
        await import_workbook(session, rows.KEYRING, sample)
        assert set(await session.scalars(select(PersonPlace.person_id))) > before
    assert await drifted(own) == 0


async def test_emptied_memberships_leave_people_at_home(own: Api) -> None:
    assert own.engine is not None
    if own.engine.dialect.name == "sqlite":
        pytest.skip("SQLite's way to empty a table is to delete its rows")
    async with own.engine.begin() as connection:
        await connection.execute(text("truncate membership cascade"))
    assert await drifted(own) == 0


async def one_waits_for_the_other(own: Api, first: Any, second: Any) -> None:
    """Carry out two statements in two transactions, the second before the first is committed."""
    assert own.engine is not None
    async with own.engine.connect() as one, own.engine.connect() as other, asyncio.timeout(10):
        await one.execute(first)
        waiting = asyncio.create_task(other.execute(second))
        await asyncio.sleep(0.2)
        assert not waiting.done()
        await one.commit()
        await waiting
        await other.commit()


async def test_two_who_write_about_one_person_each_count_what_the_other_leaves(own: Api) -> None:
    assert own.engine is not None
    if own.engine.dialect.name == "sqlite":
        pytest.skip("SQLite has one writer at a time")
    async with own.engine.begin() as connection:
        await connection.execute(delete(Membership))
        await connection.execute(update(Person).values(division_id=None))
        row = {"person_id": 1001, "role": "MEMBER"}
        await connection.execute(insert(Membership).values(id=1, team_id=501, status="ACTIVE", **row))
    joins = insert(Membership).values(id=2, team_id=501 + 11, status="APPLIED", **row)
    await one_waits_for_the_other(own, joins, update(Membership).where(Membership.id == 1).values(status="LEFT"))
    assert await drifted(own) == 0
    async with own.engine.connect() as connection:
        assert await found(connection, 1001) == {TOWNSHIP, BANNER}


async def test_who_joins_a_team_while_it_moves_is_found_where_it_went(own: Api) -> None:
    assert own.engine is not None
    if own.engine.dialect.name == "sqlite":
        pytest.skip("SQLite has one writer at a time")
    async with own.engine.begin() as connection:
        await connection.execute(delete(Membership))
        await connection.execute(update(Person).values(division_id=None))
    row = {"person_id": 1001, "role": "MEMBER", "status": "APPLIED"}
    for key, first in enumerate(("join", "move"), 1):
        joins = insert(Membership).values(id=key, team_id=502, **row)
        moves = moved(502, VILLAGE if first == "join" else TOWNSHIP)
        await one_waits_for_the_other(own, *((joins, moves) if first == "join" else (moves, joins)))
        assert await drifted(own) == 0
    async with own.engine.connect() as connection:
        assert await found(connection, 1001) == {TOWNSHIP, BANNER}


async def test_places_that_went_astray_are_told_and_made_anew(own: Api) -> None:
    assert own.engine is not None
    async with own.engine.begin() as connection:
        await connection.execute(
            delete(PersonPlace).where(PersonPlace.person_id == 1001, PersonPlace.division_id == BANNER)
        )
        await connection.execute(insert(PersonPlace).values(person_id=1001, division_id=7, pinyin="", name=""))
    assert await drifted(own) == 2
    async with AsyncSession(own.engine) as session, session.begin():
        await recount(session)
    assert await drifted(own) == 0


async def test_the_states_in_which_a_person_is_found_are_the_open_ones() -> None:
    written = (Path(__file__).parents[2] / "alembic" / "versions" / "0007_places_of_people.py").read_text()
    assert f'OPEN = "({", ".join(repr(one.value) for one in models.MembershipStatus if one in OPEN)})"' in written
