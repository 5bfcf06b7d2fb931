"""A dashboard's token is shown once, kept as a hash, and ends within a year."""

import datetime as dt
import re
from collections.abc import Awaitable, Callable

import pytest
from sqlalchemy import select

from domain.acts import Act
from domain.refusals import InvalidInput, NotFound
from domain.sign_in import tokens
from domain.sign_in.sessions import token_hash
from domain.viewers import Held, SignedIn, viewer_of
from models import ApiToken, ApiTokenScope, Event, Role, TokenScope
from models.sealed import Keyring
from tests.domain.sign_in.conftest import OTHER, Begin, Clock

DAY = dt.timedelta(days=1)
BOTH = [TokenScope.TEAMS, TokenScope.AGGREGATES, TokenScope.TEAMS]


@pytest.fixture
async def act(account: Callable[..., Awaitable[int]], keyring: Keyring) -> Act:
    """An administrator's."""
    known = SignedIn(await account(), has_second_factor=True, grants=(Held(Role.ADMIN),))
    return Act(viewer_of(known), keyring)


async def test_a_token_is_shown_once_and_stored_as_its_hash(begin: Begin, act: Act, clock: Clock) -> None:
    async with begin() as session:
        token, made = await tokens.create(session, act, " 县大屏 ", BOTH, clock.moment + DAY)
    assert re.fullmatch(r"hv_[0-9a-f]{8}_[A-Za-z0-9_-]{43}", token)
    async with begin() as session:
        stored = await session.get_one(ApiToken, made.id)
        scopes = set(await session.scalars(select(ApiTokenScope.scope).where(ApiTokenScope.token_id == made.id)))
        events = (await session.execute(select(Event.type, Event.entity_id).where(Event.entity == "api_token"))).all()
    assert (stored.name, stored.prefix, stored.token_hash) == ("县大屏", token[:11], token_hash(token))
    assert (stored.account_id, stored.expires_at) == (act.viewer.account_id, clock.moment + DAY)
    assert (stored.last_used_at, stored.revoked_at) == (None, None)
    assert scopes == {TokenScope.AGGREGATES, TokenScope.TEAMS}
    assert events == [("token.created", made.id)]


@pytest.mark.parametrize(
    ("name", "days", "field"),
    [
        ("看板", 0, "expiresAt"),
        ("看板", -1, "expiresAt"),
        ("看板", 366.01, "expiresAt"),
        ("", 1, "name"),
        ("  ", 1, "name"),
        ("x" * 61, 1, "name"),
        ("a\0b", 1, "name"),
        ("a\u202eb", 1, "name"),
        ("a\nb", 1, "name"),
    ],
)
async def test_a_token_without_a_name_or_an_end_is_refused(
    begin: Begin, act: Act, clock: Clock, name: str, days: float, field: str
) -> None:
    with pytest.raises(InvalidInput) as refused:
        async with begin() as session:
            await tokens.create(session, act, name, [], clock.moment + days * DAY)
    assert refused.value.field == field
    async with begin() as session:
        assert list(await session.scalars(select(ApiToken.id))) == []


async def test_a_token_of_a_whole_year_is_taken(begin: Begin, act: Act, clock: Clock) -> None:
    async with begin() as session:
        _, made = await tokens.create(session, act, "x" * 60, [], clock.moment + 366 * DAY)
    assert (made.expires_at - clock.moment).days == 366


async def test_a_revoked_token_is_not_revoked_again(begin: Begin, act: Act, clock: Clock) -> None:
    async with begin() as session:
        _, made = await tokens.create(session, act, "看板", [], clock.moment + DAY)
    async with begin() as session:
        assert (await tokens.revoke(session, act, made.id)).revoked_at == clock.moment
    for key in (made.id, 7, None):
        with pytest.raises(NotFound, match="api_token"):
            async with begin() as session:
                await tokens.revoke(session, act, key)
    async with begin() as session:
        types = await session.scalars(select(Event.type).where(Event.entity_id == made.id).order_by(Event.number))
        assert list(types) == ["token.created", "token.revoked"]


async def test_a_stranger_finds_no_token_to_revoke(
    begin: Begin, act: Act, keyring: Keyring, account: Callable[..., Awaitable[int]], clock: Clock
) -> None:
    async with begin() as session:
        _, made = await tokens.create(session, act, "看板", [], clock.moment + DAY)
    stranger = Act(viewer_of(SignedIn(await account(OTHER))), keyring)
    with pytest.raises(NotFound, match="api_token"):
        async with begin() as session:
            await tokens.revoke(session, stranger, made.id)
    async with begin() as session:
        assert (await session.get_one(ApiToken, made.id)).revoked_at is None
