"""An account is a phone: made at its first sign-in, once, and acting for the people of that phone."""

from collections.abc import Awaitable, Callable

import pytest
from sqlalchemy import select

from domain.events import Actor
from domain.refusals import InvalidInput
from domain.sign_in.accounts import account_of, check_open, people_of
from models import Account, AccountStatus, PersonStatus
from models.sealed import Keyring
from tests.domain.sign_in.conftest import OTHER, PHONE, Begin, many, row

Making = Callable[..., Awaitable[int]]


async def test_a_phone_is_stored_sealed_masked_and_hashed(begin: Begin, keyring: Keyring, account: Making) -> None:
    made = await row(begin, await account())
    assert (made.phone_masked, made.phone_hash) == ("125****0001", keyring.lookup_hash(PHONE))
    assert made.phone_sealed is not None
    assert keyring.open(made.phone_sealed) == PHONE
    assert (made.status, made.version) == (AccountStatus.ACTIVE, 1)


async def test_of_twenty_at_once_all_get_the_same_account(
    begin: Begin, keyring: Keyring, account: Making, events: Callable[[int], Awaitable[object]]
) -> None:
    keys = await many(20, lambda _: account())
    async with begin() as session:
        assert list(await session.scalars(select(Account.id))) == list(set(keys))
    assert await events(keys[0]) == [("account.created", "RESIDENT", "WEB", "{}")]


async def test_who_made_an_account_for_somebody_stands_in_its_event(
    begin: Begin, keyring: Keyring, events: Callable[[int], Awaitable[object]]
) -> None:
    async with begin() as session:
        made = await account_of(session, keyring, PHONE, Actor("OPERATOR", "CLI"))
    assert await events(made.id) == [("account.created", "OPERATOR", "CLI", "{}")]


@pytest.mark.parametrize("status", [AccountStatus.LOCKED, AccountStatus.ERASED])
def test_only_an_active_account_is_open(status: AccountStatus) -> None:
    check_open(Account(status=AccountStatus.ACTIVE))
    with pytest.raises(InvalidInput, match="account_locked"):
        check_open(Account(status=status))


async def test_its_people_are_those_of_its_phone(
    begin: Begin, keyring: Keyring, account: Making, person: Making
) -> None:
    key = await account()
    mine = [await person(status=status) for status in PersonStatus]
    for stranger in (OTHER, None):
        await person(stranger)
    async with begin() as session:
        found = await people_of(session, await session.get_one(Account, key))
    gone = (PersonStatus.MERGED, PersonStatus.ERASED)
    assert found == [one for one, status in zip(mine, PersonStatus, strict=True) if status not in gone]


async def test_an_erased_account_has_no_people(begin: Begin, person: Making) -> None:
    await person(None)
    async with begin() as session:
        assert await people_of(session, Account(phone_hash=None)) == []
