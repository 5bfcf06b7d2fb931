"""A session is a random token of which only the hash is kept, with an end, and every step of it is on record."""

import datetime as dt
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from sqlalchemy import select, update

from domain.acts import Act
from domain.events import Actor
from domain.refusals import InvalidInput, NotFound
from domain.sign_in import sessions
from domain.sign_in.codes import count_try, make_code
from domain.viewers import SignedIn, viewer_of
from models import Account, AccountStatus, PersonStatus, Session
from models.sealed import Keyring
from tests.domain.sign_in.conftest import OTHER, PHONE, Begin, Clock

Making = Callable[..., Awaitable[int]]
MONTH = dt.timedelta(days=30)


@pytest.fixture
def opened(begin: Begin) -> Callable[..., Awaitable[tuple[str, Session]]]:
    async def made(account_id: int, **more: Any) -> tuple[str, Session]:
        async with begin() as session:
            account = await session.get_one(Account, account_id)
            given = {"channel": "WEB", "device": "a phone", "life": MONTH} | more
            return await sessions.open_session(session, account, **given)

    return made


async def stored(begin: Begin, key: int) -> Session:
    async with begin() as session:
        return await session.get_one(Session, key)


async def test_a_token_is_random_and_only_its_hash_is_stored(
    begin: Begin, account: Making, opened: Any, clock: Clock
) -> None:
    key = await account()
    token, made = await opened(key)
    again, _ = await opened(key)
    kept = await stored(begin, made.id)
    assert len(token) == len(again) == 43  # 32 bytes
    assert token != again
    assert kept.token_hash == sessions.token_hash(token)
    assert (kept.account_id, kept.channel, kept.device, kept.person_id) == (key, "WEB", "a phone", None)
    assert (kept.expires_at, kept.second_factor_at, kept.revoked_at) == (clock.moment + MONTH, None, None)


async def test_a_long_device_is_cut_and_an_empty_one_is_none(begin: Begin, account: Making, opened: Any) -> None:
    key = await account()
    devices = [(await stored(begin, (await opened(key, device=device))[1].id)).device for device in ("x" * 500, "")]
    assert devices == ["x" * 120, None]


async def test_the_only_person_of_a_phone_is_chosen_of_two_nobody(
    begin: Begin, account: Making, person: Making, opened: Any
) -> None:
    key, first = await account(), await person()
    await person(status=PersonStatus.MERGED)
    await person(OTHER)
    assert (await opened(key))[1].person_id == first
    await person()
    assert (await opened(key))[1].person_id is None


async def test_a_locked_account_opens_no_session(begin: Begin, account: Making, opened: Any) -> None:
    key = await account()
    async with begin() as session:
        await session.execute(update(Account).values(status=AccountStatus.LOCKED))
    with pytest.raises(InvalidInput, match="account_locked"):
        await opened(key)
    async with begin() as session:
        assert list(await session.scalars(select(Session.id))) == []


async def test_coming_and_going_are_on_record_with_the_tries_that_it_took(
    begin: Begin, keyring: Keyring, account: Making, opened: Any, events: Any
) -> None:
    key = await account()
    async with begin() as session:
        await make_code(session, keyring, PHONE)
        for _ in range(3):
            await count_try(session, keyring, PHONE, "192.0.2.1")
    first, second = (await opened(key))[1].id, (await opened(key, channel="WECHAT"))[1].id
    async with begin() as session:
        await sessions.end(session, key, [first])
        await sessions.end(session, key, None, actor=Actor("OPERATOR", "CLI"))
    assert await events(key) == [
        ("account.created", "RESIDENT", "WEB", "{}"),
        ("account.signed_in", "RESIDENT", "WEB", f'{{"code_tries":3,"second_factor":false,"session_id":{first}}}'),
        ("account.signed_in", "RESIDENT", "WECHAT", f'{{"code_tries":0,"second_factor":false,"session_id":{second}}}'),
        ("account.signed_out", "RESIDENT", "WEB", f'{{"second_factor":false,"session_id":{first}}}'),
        ("account.signed_out", "OPERATOR", "CLI", f'{{"second_factor":false,"session_id":{second}}}'),
    ]


async def test_one_all_but_one_and_all_sessions_end(begin: Begin, account: Making, opened: Any) -> None:
    key = await account()
    made = [(await opened(key))[1] for _ in range(4)]
    hashes = [one.token_hash for one in made]
    async with begin() as session:
        assert await sessions.end(session, key, [made[1].id]) == [hashes[1]]
        assert await sessions.end(session, key, None, but=made[0].id) == hashes[2:]
        assert await sessions.end(session, key, None) == hashes[:1]
        assert await sessions.end(session, key, None) == []
    assert None not in [(await stored(begin, one.id)).revoked_at for one in made]


async def test_a_session_of_another_account_or_one_that_ended_is_not_found(
    begin: Begin, account: Making, opened: Any
) -> None:
    mine, theirs = await account(), await account(OTHER)
    other, ended = (await opened(theirs))[1].id, (await opened(mine))[1].id
    async with begin() as session:
        await sessions.end(session, mine, [ended])
    for key in (other, ended, 7):
        with pytest.raises(NotFound, match="session"):
            async with begin() as session:
                await sessions.end(session, mine, [key])
    assert (await stored(begin, other)).revoked_at is None


async def test_one_acts_for_people_of_the_own_phone_only(
    begin: Begin, keyring: Keyring, account: Making, person: Making, opened: Any, events: Any
) -> None:
    key, people, stranger = await account(), [await person(), await person()], await person(OTHER)
    made = (await opened(key))[1].id
    act = Act(viewer_of(SignedIn(key, made, person_ids=tuple(people))), keyring)
    for chosen in (stranger, 7, None):
        with pytest.raises(NotFound, match="person"):
            async with begin() as session:
                await sessions.act_for(session, act, chosen)
    async with begin() as session:
        await sessions.act_for(session, act, people[1])
    assert (await stored(begin, made)).person_id == people[1]
    assert (await events(key))[-1] == (
        "account.person_chosen",
        "VOLUNTEER",
        "WEB",
        f'{{"person_id":{people[1]},"second_factor":false,"session_id":{made}}}',
    )


async def test_last_use_is_written_once_in_five_minutes(
    begin: Begin, account: Making, opened: Any, clock: Clock
) -> None:
    made = (await opened(await account()))[1].id
    async with begin() as session:
        await session.execute(update(Session).values(seen_at=clock.moment))
    began, seen = clock.moment, []
    for minutes in (4.99, 0.02, 4.98, 0.03):
        clock.turn(minutes=minutes)
        async with begin() as session:
            await sessions.touch(session, made)
        seen.append(round(((await stored(begin, made)).seen_at - began).total_seconds()))
    assert seen == [0, 301, 301, 601]
