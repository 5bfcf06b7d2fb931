"""A code of the second factor is taken once, near its time, by one of those who give it at once."""

from collections import Counter
from collections.abc import Awaitable, Callable

import pyotp
import pytest
from sqlalchemy import update

from domain.refusals import InvalidInput, WrongState
from domain.sign_in import totp
from models import Account, Session
from models.base import new_key
from models.sealed import Keyring
from tests.domain.sign_in.conftest import Begin, Clock, many, row

Making = Callable[..., Awaitable[int]]


class Authenticator:
    """A device with the secret, and the session in which its codes are given."""

    def __init__(self, begin: Begin, keyring: Keyring, account_id: int, session_id: int, address: str) -> None:
        self.begin, self.keyring, self.account_id, self.session_id = begin, keyring, account_id, session_id
        self.maker = pyotp.parse_uri(address)
        assert isinstance(self.maker, pyotp.TOTP)

    def code(self, clock: Clock, steps: int = 0) -> str:
        return self.maker.at(int(clock.moment.timestamp()) + steps * 30)  # type: ignore[union-attr]

    async def gives(self, code: str) -> bool:
        try:
            async with self.begin() as session:
                account = await session.get_one(Account, self.account_id, with_for_update=True)
                await totp.confirm(session, self.keyring, account, self.session_id, code)
        except InvalidInput as refused:
            assert (refused.field, refused.reason) == ("code", "code")
            return False
        return True


@pytest.fixture
async def device(begin: Begin, keyring: Keyring, account: Making, clock: Clock) -> Authenticator:
    key, made = await account(), new_key()
    async with begin() as session:
        session.add(Session(id=made, account_id=key, token_hash="1", channel="WEB", expires_at=clock.moment))
        address = await totp.enroll(session, keyring, await session.get_one(Account, key))
    return Authenticator(begin, keyring, key, made, address)


async def test_the_secret_is_stored_sealed_and_the_address_names_no_phone(
    begin: Begin, keyring: Keyring, device: Authenticator
) -> None:
    stored = await row(begin, device.account_id)
    assert stored.totp_sealed is not None
    assert keyring.open(stored.totp_sealed) == device.maker.secret
    assert len(device.maker.secret) == 32  # 160 bits
    assert (device.maker.name, device.maker.issuer) == ("125****0001", "Horqin Volunteers")
    assert stored.totp_confirmed_at is None


async def test_the_first_code_switches_it_on_and_marks_the_session(
    begin: Begin, device: Authenticator, clock: Clock
) -> None:
    assert await device.gives(device.code(clock))
    assert (await row(begin, device.account_id)).totp_confirmed_at == clock.moment
    async with begin() as session:
        assert (await session.get_one(Session, device.session_id)).second_factor_at == clock.moment


@pytest.mark.parametrize("given", ["", "000000", "验证码", "٠٠٠٠٠٠", "0" * 1000, "\ud800"])
async def test_a_wrong_code_changes_nothing(begin: Begin, device: Authenticator, given: str, clock: Clock) -> None:
    while given in [device.code(clock, steps) for steps in (-1, 0, 1)]:
        clock.turn(seconds=30)
    assert not await device.gives(given)
    stored = await row(begin, device.account_id)
    assert (stored.totp_confirmed_at, stored.totp_last_step) == (None, None)
    async with begin() as session:
        assert (await session.get_one(Session, device.session_id)).second_factor_at is None


@pytest.mark.parametrize(("steps", "is_taken"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)])
async def test_a_clock_may_be_off_by_one_step(device: Authenticator, clock: Clock, steps: int, is_taken: bool) -> None:
    assert await device.gives(device.code(clock, steps)) is is_taken


async def test_no_code_is_taken_twice_and_none_from_before_it(device: Authenticator, clock: Clock) -> None:
    code, before, after = device.code(clock), device.code(clock, -1), device.code(clock, 1)
    assert [await device.gives(given) for given in (code, code, before, after, code)] == [
        True, False, False, True, False,
    ]  # fmt: skip


async def test_of_ten_at_once_one_code_is_taken_once(device: Authenticator, clock: Clock) -> None:
    code = device.code(clock)
    assert Counter(await many(10, lambda _: device.gives(code))) == {True: 1, False: 9}


async def test_full_width_digits_with_a_space_are_the_same_code(device: Authenticator, clock: Clock) -> None:
    code = "".join(chr(ord(digit) + 0xFEE0) for digit in device.code(clock))
    assert await device.gives(f" {code[:3]} {code[3:]}")


async def test_an_account_without_a_secret_takes_no_code(begin: Begin, device: Authenticator, clock: Clock) -> None:
    async with begin() as session:
        await session.execute(update(Account).values(totp_sealed=None))
    assert not await device.gives(device.code(clock))


async def test_a_second_factor_in_use_is_not_replaced_an_unconfirmed_one_is(
    begin: Begin, keyring: Keyring, device: Authenticator, clock: Clock
) -> None:
    async with begin() as session:
        again = await totp.enroll(session, keyring, await session.get_one(Account, device.account_id))
    newer = Authenticator(begin, keyring, device.account_id, device.session_id, again)
    assert newer.maker.secret != device.maker.secret
    assert not await device.gives(device.code(clock))
    assert await newer.gives(newer.code(clock))
    with pytest.raises(WrongState, match="SECOND_FACTOR_SET"):
        async with begin() as session:
            await totp.enroll(session, keyring, await session.get_one(Account, device.account_id))
    clock.turn(seconds=60)
    assert await newer.gives(newer.code(clock))
