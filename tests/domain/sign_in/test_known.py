"""Who asks is read in one statement: only what holds now, only of the account behind the token."""

import datetime as dt
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from sqlalchemy import update

from domain.county import load_county
from domain.sign_in import known, sessions, tokens
from domain.viewers import Held, SignedIn
from models import (
    Account,
    AccountStatus,
    ApiToken,
    ApiTokenScope,
    DivisionLevel,
    Grant,
    Membership,
    MembershipRole,
    MembershipStatus,
    PersonStatus,
    Platform,
    Role,
    Session,
    Team,
    TeamType,
    TokenScope,
    Unit,
    UnitKind,
    division_key,
    last_key_below,
)
from models.base import new_key
from models.reading import Reader
from tests.domain.sign_in.conftest import OTHER, Begin, Clock

Making = Callable[..., Awaitable[int]]
WEEK = dt.timedelta(days=7)
TOKEN = sessions.token_hash("a token of this test")
TOWN, VILLAGE = "150599101", "150599201200"


@pytest.fixture
async def opened(begin: Begin, account: Making, clock: Clock) -> tuple[int, int]:
    """An account with a session; their keys."""
    key, made = await account(), new_key()
    async with begin() as session:
        end = clock.moment + dt.timedelta(days=30)
        row = Session(id=made, account_id=key, token_hash=TOKEN, channel="WECHAT", expires_at=end, seen_at=clock.moment)
        session.add(row)
    return key, made


@pytest.fixture
async def team(begin: Begin, county: Any) -> Making:
    """Makes a team in the village."""
    async with begin() as session:
        await load_county(session, county)

    async def made() -> int:
        async with begin() as session:
            found = Team(id=new_key(), level=DivisionLevel.VILLAGE, type=TeamType.SOCIAL_ORG)
            found.code = found.name = found.pinyin = found.search = f"T{found.id}"
            found.division_id = division_key(VILLAGE)
            session.add(found)
            return found.id

    return made


async def test_an_account_that_holds_nothing(reader: Reader, opened: tuple[int, int]) -> None:
    key, made = opened
    assert await known.by_session(reader, TOKEN, WEEK) == (SignedIn(key, made, channel="WECHAT"), False)


async def test_everything_that_an_account_holds(
    begin: Begin, reader: Reader, opened: tuple[int, int], person: Making, team: Making, clock: Clock
) -> None:
    key, made = opened
    people = [await person(), await person(status=PersonStatus.PENDING)]
    suspended, merged, stranger = [
        await person(status=PersonStatus.SUSPENDED), await person(status=PersonStatus.MERGED), await person(OTHER),
    ]  # fmt: skip
    by_role = {role: await team() for role in MembershipRole}
    others = [await team() for _ in range(5)]
    async with begin() as session:
        unit = Unit(
            id=new_key(),
            name="电信公司",
            kind=UnitKind.ENTERPRISE,
            pinyin="dian",
            search="",
            division_id=division_key(TOWN),
        )
        session.add(unit)
        for role, at in by_role.items():
            session.add(member(people[1], at, role))
        session.add(member(people[0], others[0], MembershipRole.LEADER, MembershipStatus.INVITED))
        session.add(member(people[0], others[1], MembershipRole.LEADER, MembershipStatus.LEFT))
        for at, somebody in zip(others[2:], (suspended, merged, stranger), strict=True):
            session.add(member(somebody, at, MembershipRole.LEADER))
        await session.flush()
        for role, scope in (
            (Role.OFFICE_COORDINATOR, {"division_id": division_key(TOWN)}),
            (Role.PLATFORM_LEAD, {"platform": Platform.SPORTS}),
            (Role.TEAM_LEADER, {"team_id": others[0]}),
            (Role.UNIT_CONTACT, {"unit_id": unit.id}),
            (Role.DISPATCHER, {"valid_until": clock.moment + dt.timedelta(milliseconds=1)}),
        ):
            session.add(Grant(account_id=key, role=role, **{"valid_from": clock.moment, **scope}))
        chosen = {"person_id": people[0], "second_factor_at": clock.moment}
        await session.execute(update(Session).values(chosen))
    found = await known.by_session(reader, TOKEN, WEEK)
    assert found is not None
    who, is_stale = found
    assert not is_stale
    assert (who.account_id, who.session_id, who.person_id, who.has_second_factor) == (key, made, people[0], True)
    assert sorted(who.person_ids) == sorted([*people, suspended])
    assert sorted(who.led) == sorted([by_role[MembershipRole.LEADER], by_role[MembershipRole.DEPUTY]])
    assert sorted(who.recorded) == sorted([by_role[MembershipRole.CONTACT], by_role[MembershipRole.RECORDER]])
    assert set(who.grants) == {
        Held(Role.OFFICE_COORDINATOR, range=(division_key(TOWN), last_key_below(TOWN))),
        Held(Role.PLATFORM_LEAD, platform=Platform.SPORTS),
        Held(Role.TEAM_LEADER, team_id=others[0]),
        Held(Role.UNIT_CONTACT, unit_id=unit.id),
        Held(Role.DISPATCHER),
    }


def member(
    person_id: int, team_id: int, role: MembershipRole, status: MembershipStatus = MembershipStatus.ACTIVE
) -> Membership:
    return Membership(person_id=person_id, team_id=team_id, role=role, status=status)


@pytest.mark.parametrize(
    ("minutes_from", "minutes_until", "is_revoked"), [(1, None, False), (-9, 0, False), (-9, None, True)]
)
async def test_a_grant_that_does_not_hold_now(
    begin: Begin,
    reader: Reader,
    opened: tuple[int, int],
    clock: Clock,
    minutes_from: int,
    minutes_until: int | None,
    is_revoked: bool,
) -> None:
    def then(minutes: int) -> dt.datetime:
        return clock.moment + dt.timedelta(minutes=minutes)

    until = None if minutes_until is None else then(minutes_until)
    async with begin() as session:
        given = Grant(account_id=opened[0], role=Role.ADMIN, valid_from=then(minutes_from), valid_until=until)
        given.revoked_at = then(-1) if is_revoked else None
        session.add(given)
    found = await known.by_session(reader, TOKEN, WEEK)
    assert found is not None
    assert found[0].grants == ()


async def test_the_grants_of_another_account_are_not_ones_own(
    begin: Begin, reader: Reader, opened: tuple[int, int], account: Making, clock: Clock
) -> None:
    other = await account(OTHER)
    async with begin() as session:
        session.add(Grant(account_id=other, role=Role.ADMIN, valid_from=clock.moment))
    found = await known.by_session(reader, TOKEN, WEEK)
    assert found is not None
    assert found[0].grants == ()


@pytest.mark.parametrize(
    ("table", "values", "is_known"),
    [
        (Session, {"expires_at": 1}, True),
        (Session, {"expires_at": 0}, False),
        (Session, {"seen_at": -7 * 86_400 + 1}, True),
        (Session, {"seen_at": -7 * 86_400}, False),
        (Session, {"revoked_at": -1}, False),
        (Session, {"token_hash": sessions.token_hash("another")}, False),
        (Account, {"status": AccountStatus.LOCKED}, False),
        (Account, {"status": AccountStatus.ERASED}, False),
    ],
)
async def test_a_session_is_known_until_it_ends(
    begin: Begin,
    reader: Reader,
    opened: tuple[int, int],
    clock: Clock,
    table: type[Session | Account],
    values: dict[str, Any],
    is_known: bool,
) -> None:
    times = {n: clock.moment + dt.timedelta(seconds=v) for n, v in values.items() if isinstance(v, int)}
    async with begin() as session:
        await session.execute(update(table).values(values | times))
    assert (await known.by_session(reader, TOKEN, WEEK) is not None) is is_known


@pytest.mark.parametrize(("minutes", "is_stale"), [(5, False), (5.01, True)])
async def test_use_is_worth_writing_down_after_five_minutes(
    reader: Reader, opened: tuple[int, int], clock: Clock, minutes: float, is_stale: bool
) -> None:
    clock.turn(minutes=minutes)
    found = await known.by_session(reader, TOKEN, WEEK)
    assert found is not None
    assert found[1] is is_stale


@pytest.fixture
async def dashboard(begin: Begin, account: Making, clock: Clock) -> tuple[int, int]:
    """A token that an administrator made; the keys of both."""
    key, made = await account(), new_key()
    async with begin() as session:
        session.add(Grant(account_id=key, role=Role.ADMIN, valid_from=clock.moment))
        token = ApiToken(id=made, account_id=key, name="看板", prefix="hv_1", token_hash=TOKEN)
        token.expires_at = clock.moment + dt.timedelta(days=1)
        session.add(token)
        await session.flush()
        session.add_all([ApiTokenScope(token_id=made, scope=scope) for scope in TokenScope])
    return key, made


async def test_a_token_is_known_with_its_scopes(reader: Reader, dashboard: tuple[int, int]) -> None:
    assert await known.by_token(reader, TOKEN) == (*dashboard, frozenset(TokenScope), True)


async def test_a_token_without_scopes_has_none(begin: Begin, reader: Reader, dashboard: tuple[int, int]) -> None:
    async with begin() as session:
        for scope in TokenScope:
            await session.delete(await session.get_one(ApiTokenScope, (dashboard[1], scope)))
    assert await known.by_token(reader, TOKEN) == (*dashboard, frozenset(), True)


@pytest.mark.parametrize(
    ("table", "values"),
    [
        (ApiToken, {"revoked_at": 0}),
        (ApiToken, {"expires_at": 0}),
        (ApiToken, {"token_hash": "0"}),
        (Account, {"status": AccountStatus.LOCKED}),
        (Grant, {"revoked_at": 0}),
        (Grant, {"valid_until": 0}),
        (Grant, {"role": Role.AUDITOR}),
    ],
)
async def test_a_token_ends_with_itself_its_account_and_its_makers_role(
    begin: Begin, reader: Reader, dashboard: tuple[int, int], clock: Clock, table: Any, values: dict[str, Any]
) -> None:
    async with begin() as session:
        times = {name: clock.moment for name, value in values.items() if value == 0}
        await session.execute(update(table).values(values | times))
    assert await known.by_token(reader, TOKEN) is None


async def test_a_tokens_use_is_written_down_once_a_minute(
    begin: Begin, reader: Reader, dashboard: tuple[int, int], clock: Clock
) -> None:
    stale, used = [], []
    for seconds in (0, 59, 2, 60, 1):
        clock.turn(seconds=seconds)
        found = await known.by_token(reader, TOKEN)
        assert found is not None
        stale.append(found[3])
        async with begin() as session:
            await tokens.touch(session, dashboard[1])
            used.append((await session.get_one(ApiToken, dashboard[1])).last_used_at == clock.moment)
    assert stale == used == [True, False, True, False, True]
