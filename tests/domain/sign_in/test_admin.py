"""An operator makes the first administrator, once, and helps who lost a phone or an authenticator."""

import datetime as dt
from collections.abc import Awaitable, Callable
from typing import Any

import pyotp
import pytest
from sqlalchemy import func, select, update

from domain.refusals import InvalidInput, NotFound, WrongState
from domain.sign_in import admin, totp
from domain.sign_in.sessions import open_session
from models import Account, AccountStatus, Event, Grant, Session, now
from models.sealed import Keyring
from tests.domain.sign_in.conftest import OTHER, PHONE, Begin, row

Making = Callable[..., Awaitable[int]]
Made = Callable[..., Awaitable[str]]


@pytest.fixture
def made(begin: Begin, keyring: Keyring) -> Made:
    async def create(phone: str = PHONE, another: bool = False) -> str:
        async with begin() as session:
            return await admin.create_admin(session, keyring, phone, another=another)

    return create


async def sign_in(begin: Begin, account_id: int) -> None:
    async with begin() as session:
        account = await session.get_one(Account, account_id)
        await open_session(session, account, channel="WEB", device="", life=dt.timedelta(days=1))


async def roles(begin: Begin) -> list[tuple[str, str, list[str]]]:
    async with begin() as session:
        return await admin.listed(session)


async def test_the_first_administrator_holds_the_role_and_a_second_factor(
    begin: Begin, keyring: Keyring, made: Made, events: Any
) -> None:
    address = await made()
    assert await roles(begin) == [("125****0001", "ACTIVE", ["ADMIN"])]
    async with begin() as session:
        (account,) = await session.scalars(select(Account))
        await totp.take(session, keyring, account, pyotp.parse_uri(address).now())  # type: ignore[union-attr]
        granted = (
            await session.execute(select(Event.type, Event.actor_role).where(Event.entity == "role_grant"))
        ).all()
    assert account.totp_confirmed_at is not None
    assert granted == [("grant.given", "OPERATOR")]
    assert await events(account.id) == [
        ("account.created", "OPERATOR", "CLI", "{}"),
        ("account.second_factor_replaced", "OPERATOR", "CLI", '{"version":2}'),
    ]


async def test_a_second_one_has_to_be_meant(begin: Begin, made: Made) -> None:
    await made()
    for phone in (PHONE, OTHER):
        with pytest.raises(WrongState, match="ADMIN_EXISTS"):
            await made(phone)
    assert len(await roles(begin)) == 1
    await made(OTHER, another=True)
    assert [phone for phone, _, _ in await roles(begin)] == ["125****0001", "125****0002"]


@pytest.mark.parametrize("values", [{"revoked_at": -1}, {"valid_until": -1}, {"valid_from": 60}, {"status": "LOCKED"}])
async def test_one_who_cannot_act_is_no_administrator(begin: Begin, made: Made, values: dict[str, Any]) -> None:
    await made()
    times = {name: now() + dt.timedelta(seconds=v) for name, v in values.items() if isinstance(v, int)}
    async with begin() as session:
        if times:
            await session.execute(update(Grant).values(times))
        else:
            await session.execute(update(Account).values(status=AccountStatus.LOCKED))
    await made(OTHER)
    assert ("125****0002", "ACTIVE", ["ADMIN"]) in await roles(begin)


async def test_twice_for_one_phone_is_one_grant_and_a_new_second_factor(begin: Begin, made: Made) -> None:
    first = await made()
    assert await made(another=True) != first
    async with begin() as session:
        assert await session.scalar(select(func.count()).select_from(Grant)) == 1


@pytest.mark.parametrize("phone", ["", "1234", "22500000001"])
async def test_no_phone_changes_nothing(begin: Begin, made: Made, phone: str) -> None:
    with pytest.raises(InvalidInput, match="phone"):
        await made(phone)
    assert await roles(begin) == []


async def test_a_locked_account_becomes_no_administrator(begin: Begin, made: Made, account: Making) -> None:
    await account()
    async with begin() as session:
        await session.execute(update(Account).values(status=AccountStatus.LOCKED))
    with pytest.raises(InvalidInput, match="account_locked"):
        await made()
    assert await roles(begin) == []


async def test_a_new_second_factor_ends_the_old_one_and_every_session(
    begin: Begin, keyring: Keyring, made: Made, account: Making, events: Any
) -> None:
    old, key = pyotp.parse_uri(await made()), await account()
    await sign_in(begin, key)
    async with begin() as session:
        new = pyotp.parse_uri(await admin.replace_second_factor(session, keyring, PHONE))
    with pytest.raises(InvalidInput, match="code"):
        async with begin() as session:
            code = old.now()  # type: ignore[union-attr]
            assert code != new.now()  # type: ignore[union-attr]
            await totp.take(session, keyring, await session.get_one(Account, key), code)
    async with begin() as session:
        assert list(await session.scalars(select(Session.id).where(Session.revoked_at.is_(None)))) == []
    assert [(type, role) for type, role, _, _ in await events(key)][-2:] == [
        ("account.signed_out", "OPERATOR"),
        ("account.second_factor_replaced", "OPERATOR"),
    ]


async def test_a_password_is_set_and_every_session_ends(
    begin: Begin, keyring: Keyring, account: Making, events: Any
) -> None:
    key = await account()
    for _ in range(2):
        await sign_in(begin, key)
    async with begin() as session:
        assert await admin.set_password(session, keyring, PHONE, "a hash") == 2
    assert (await row(begin, key)).password_hash == "a hash"
    assert (await events(key))[-1] == ("account.password_set", "OPERATOR", "CLI", '{"version":2}')


async def test_who_has_no_account_is_not_found(begin: Begin, keyring: Keyring, account: Making) -> None:
    await account()
    async with begin() as session:
        with pytest.raises(NotFound, match="account"):
            await admin.replace_second_factor(session, keyring, OTHER)
        with pytest.raises(NotFound, match="account"):
            await admin.set_password(session, keyring, OTHER, "a hash")
        assert await admin.sign_out(session, keyring, OTHER) == 0


async def test_signing_out_by_the_operator_is_on_record_as_such(
    begin: Begin, keyring: Keyring, account: Making, events: Any
) -> None:
    key = await account()
    await sign_in(begin, key)
    async with begin() as session:
        assert await admin.sign_out(session, keyring, PHONE) == 1
    assert (await events(key))[-1][:3] == ("account.signed_out", "OPERATOR", "CLI")
