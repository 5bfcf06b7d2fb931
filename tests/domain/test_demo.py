"""Demo data fill an empty registry with the same invented rows each time, and never touch one that is not empty."""

import hashlib
import itertools
from pathlib import Path
from typing import Any

from sqlalchemy import ColumnElement, func, insert, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from domain.counters import recount
from domain.county import default_folder, load_county, named
from domain.demo import KEPT, NOTE, Demo, is_empty, load_demo
from domain.demo.names import FAMILY, FIRST, GIVEN, LAST
from models import (
    Base,
    Division,
    DivisionLevel,
    Gender,
    Membership,
    MembershipRole,
    MembershipStatus,
    NetworkNode,
    NetworkTier,
    Person,
    PoliticalStatus,
    Team,
    TeamSkill,
    TeamType,
)
from models.database import database_url, writing_engine
from models.sealed import Keyring
from web.migrate import upgrade

ARTICLE = {"b3c5e5046078", "e0b192ba7942", "f8b3c4945c2c", "1a51612d0216", "992ad8944892"}
"""The people of the article, as the beginnings of SHA-256 sums: their names are not for this repository."""

ACTIVE = Membership.status == MembershipStatus.ACTIVE


async def load(session: AsyncSession, keyring: Keyring, **options: Any) -> Demo:
    """Load a demo of 40 teams and 300 people, unless the options say otherwise."""
    return await load_demo(session, keyring, **{"teams": 40, "people": 300} | options)


async def how_many(session: AsyncSession, model: Any, *where: ColumnElement[bool]) -> int:
    return await session.scalar(select(func.count()).select_from(model).where(*where)) or 0


async def rows_of(session: AsyncSession, *, sealed: bool = True) -> dict[str, list[str]]:
    """Return all rows of all tables but the stamps, without the values that differ each time unless they are asked
    for."""
    found = {}
    for table in Base.metadata.sorted_tables:
        if table.name == "change_stamp":
            continue
        columns = [column for column in table.c if sealed or not column.name.endswith("_sealed")]
        if not sealed and table.name == "unit":
            columns = [table.c.id, table.c.name]  # the county's own units carry the time of their loading
        found[table.name] = sorted(map(repr, await session.execute(select(*columns))))
    return found


async def test_as_many_rows_come_in_as_were_asked_for(session: AsyncSession, keyring: Keyring) -> None:
    assert await is_empty(session)
    told: list[tuple[int, int]] = []
    demo = await load(session, keyring, progress=lambda done, total, what: told.append((done, total)))
    expected = {"unit": 32, "network_node": 1301, "person": 300, "team": 40}
    assert expected.items() <= demo.rows.items()
    for table in Base.metadata.sorted_tables:
        if table.name in demo.rows:
            county = 2 if table.name == "unit" else 0
            assert await how_many(session, table) == demo.rows[table.name] + county
    assert (demo.is_loaded, demo.note) == (True, NOTE)
    assert told[-1] == (sum(demo.rows.values()),) * 2
    assert told == sorted(told)
    levels = await session.execute(select(Team.level, func.count()).group_by(Team.level))
    assert dict(levels.all()) == {
        DivisionLevel.BANNER: 2,
        DivisionLevel.TOWNSHIP: 7,
        DivisionLevel.VILLAGE: 31,
    }
    tiers = await session.execute(select(NetworkNode.tier, func.count()).group_by(NetworkNode.tier))
    assert dict(tiers.all()) == {
        NetworkTier.CENTER: 1,
        NetworkTier.OFFICE: 16,
        NetworkTier.STATION: 216,
        NetworkTier.POINT: 534,
        NetworkTier.HOUSEHOLD: 534,
    }


async def test_a_second_call_changes_nothing_and_says_so(session: AsyncSession, keyring: Keyring) -> None:
    await load(session, keyring)
    before = await rows_of(session)
    assert await load(session, keyring) == Demo(False, {}, KEPT)
    assert await rows_of(session) == before


async def test_nothing_comes_in_beside_somebody_real(session: AsyncSession, keyring: Keyring) -> None:
    await session.execute(insert(Person), [{**named("真人"), "name_masked": "真**"}])
    assert not await is_empty(session)
    assert await load(session, keyring) == Demo(False, {}, KEPT)
    assert (await how_many(session, Person), await how_many(session, Division)) == (1, 0)


async def test_divisions_alone_leave_a_registry_empty(session: AsyncSession, keyring: Keyring) -> None:
    await load_county(session, default_folder())
    assert await is_empty(session)
    assert (await load(session, keyring)).is_loaded


async def test_the_same_rows_come_each_time_and_on_each_database(
    session: AsyncSession, keyring: Keyring, tmp_path: Path
) -> None:
    await load(session, keyring)
    engine = writing_engine(database_url(f"sqlite:///{tmp_path / 'other.db'}"))
    await upgrade(engine)
    async with AsyncSession(engine) as other:
        await load(other, keyring)
        assert await rows_of(session, sealed=False) == await rows_of(other, sealed=False)
    await engine.dispose()


async def test_another_county_gets_a_demo_of_its_own(session: AsyncSession, keyring: Keyring, county: Path) -> None:
    demo = await load(session, keyring, county_folder=county)
    assert (demo.rows["team"], demo.rows["person"], demo.rows["network_node"]) == (40, 300, 6 + 2 * 20)
    codes = (await session.scalars(select(Team.code).order_by(Team.code))).all()
    assert (codes[0], codes[-1]) == ("SYQ-0001", "SYQ-0040")
    assert await how_many(session, Team, Team.name.contains("科右中旗")) == 0


async def test_every_team_has_one_leader_who_is_a_member(session: AsyncSession, keyring: Keyring) -> None:
    await load(session, keyring)
    leads = (
        select(Team.id, Team.leader_id, Team.leader_name, Team.leader_name_masked, Team.contact_phone_hash)
        .where(Team.leader_id.is_not(None))
        .order_by(Team.id)
    )
    belongs = (
        select(Membership.team_id, Person.id, Person.name, Person.name_masked, Person.phone_hash)
        .join(Membership.person)
        .where(ACTIVE, Membership.role == MembershipRole.LEADER)
        .order_by(Membership.team_id)
    )
    leaders = (await session.execute(leads)).all()
    assert [row[0] for row in leaders] == list(range(1, 41))
    assert leaders == (await session.execute(belongs)).all()


async def test_the_numbers_of_teams_are_those_of_their_members(session: AsyncSession, keyring: Keyring) -> None:
    await load(session, keyring)
    active = select(func.count()).where(ACTIVE, Membership.team_id == Team.id).scalar_subquery()
    assert await how_many(session, Team, Team.member_count != active) == 0
    assert await session.scalar(select(func.sum(Team.member_count))) == await how_many(session, Membership, ACTIVE)
    before = await rows_of(session)
    await recount(session)
    assert await rows_of(session) == before
    assert await how_many(session, TeamSkill) > 0


async def test_teams_stand_below_one_of_their_type_in_the_place_above(session: AsyncSession, keyring: Keyring) -> None:
    await load(session, keyring, teams=400, people=400)
    above, place = aliased(Team), aliased(Division)
    pairs = select(Team.type, above.type, above.division_id, place.parent_id)
    pairs = pairs.join(above, Team.parent_id == above.id).join(place, Team.division_id == place.id)
    rows = (await session.execute(pairs)).all()
    assert {kind for kind, *_ in rows} == set(TeamType)
    assert [row for row in rows if row[0] is not row[1] or row[2] != row[3]] == []
    assert await how_many(session, Team, Team.parent_id.is_not(None), Team.level == DivisionLevel.BANNER) == 0


async def test_phones_are_of_a_range_that_is_not_given_out_and_are_sealed(
    session: AsyncSession, keyring: Keyring
) -> None:
    await load(session, keyring)
    people = (await session.scalars(select(Person).where(Person.phone_sealed.is_not(None)))).all()
    phones = [keyring.open(person.phone_sealed or "") for person in people]
    assert {(phone[:3], len(phone), phone.isdecimal()) for phone in phones} == {("125", 11, True)}
    assert len(set(phones)) < len(phones) < 300  # families share one, some people have none
    for person, phone in zip(people, phones, strict=True):
        assert (person.phone_hash, person.phone_masked) == (
            keyring.lookup_hash(phone),
            f"125****{phone[-4:]}",
        )


async def test_nobody_is_below_the_age_at_which_one_may_register_alone(session: AsyncSession, keyring: Keyring) -> None:
    await load(session, keyring, people=1000)
    people = (await session.scalars(select(Person))).all()
    born = sorted(person.birth_year or 0 for person in people)
    assert (born[0] >= 1947, born[-1]) == (True, 2011)
    minors = [person for person in people if (person.birth_year or 0) > 2008]
    assert [person.guardian_consent_at is None for person in minors] == [False] * len(minors)
    assert {person.political_status for person in minors} <= {PoliticalStatus.YOUTH_LEAGUE, PoliticalStatus.NON_PARTY}
    assert [
        person.birth_year
        for person in people
        if keyring.open(person.birth_date_sealed or "")[:4] != str(person.birth_year)
    ] == []


def test_no_name_can_be_that_of_somebody_in_the_article() -> None:
    mongolian = (first + last for gender in Gender for first, last in itertools.product(FIRST, LAST[gender]))
    chinese = (
        family + first + last for gender in Gender for family, first, last in itertools.product(FAMILY, *GIVEN[gender])
    )
    names = set(itertools.chain(mongolian, chinese))
    assert len(names) == 40 * (19 + 18) + 30 * 2 * 16 * 16
    sums = {hashlib.sha256(name.encode()).hexdigest()[:12] for name in names}
    assert sums & ARTICLE == set()
