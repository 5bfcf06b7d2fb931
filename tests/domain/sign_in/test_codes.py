"""A one-time code is good once, for five minutes and for five tries, however the tries are packed."""

import re
import statistics
import time
from collections import Counter
from collections.abc import Awaitable, Callable

import pytest
from sqlalchemy import event, select
from sqlalchemy.ext.asyncio import AsyncEngine

from domain.refusals import InvalidInput, LimitReached
from domain.sign_in import codes, limits
from domain.sign_in.codes import count_request, count_try, make_code, phone_number, use
from models import SignInCode
from models.sealed import Keyring
from tests.domain.sign_in.conftest import OTHER, PHONE, Begin, Clock, many

Ask, Try = Callable[..., Awaitable[str]], Callable[..., Awaitable[bool]]


@pytest.fixture
def request_code(begin: Begin, keyring: Keyring) -> Ask:
    async def requested(phone: str = PHONE, address: str = "192.0.2.1") -> str:
        async with begin() as session:
            await count_request(session, keyring, phone, address)
            return await make_code(session, keyring, phone)

    return requested


@pytest.fixture
def try_code(begin: Begin, keyring: Keyring) -> Try:
    """Tries a code as signing in does: the try is committed, then compared."""

    async def tried(code: str, phone: str = PHONE, address: str = "192.0.2.1") -> bool:
        async with begin() as session:
            taken = await count_try(session, keyring, phone, address)
        try:
            async with begin() as session:
                await use(session, keyring, taken, code)
        except InvalidInput as refused:
            assert (refused.field, refused.reason) == ("code", "code")
            return False
        return True

    return tried


def wrong(code: str) -> str:
    return f"{(int(code) + 1) % 10**6:06d}"


@pytest.mark.parametrize(
    "text",
    ["12500000001", " 125-0000-0001 ", "+86 125 0000 0001", "008612500000001", "１２５００００００01", "(125)00000001"],
)
def test_a_phone_is_eleven_digits_however_it_is_written(text: str) -> None:
    assert phone_number(text) == PHONE


@pytest.mark.parametrize(
    "text",
    ["", "1250000000", "125000000011", "22500000001", "1250000000x", "+1 12500000001x", "١٢٥٠٠٠٠٠٠٠١", "1\0"],
)
def test_what_is_no_phone_is_refused(text: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        phone_number(text)
    assert (refused.value.field, refused.value.reason) == ("phone", "phone")


async def test_a_code_is_six_digits_and_stored_as_a_keyed_hash(
    begin: Begin, keyring: Keyring, request_code: Ask
) -> None:
    code = await request_code()
    assert re.fullmatch(r"[0-9]{6}", code)
    async with begin() as session:
        (stored,) = await session.scalars(select(SignInCode))
    assert stored.phone_hash == keyring.lookup_hash(PHONE)
    assert stored.code_hash == keyring.lookup_hash(f"code:{stored.id}:{code}")


async def test_a_code_is_good_once(request_code: Ask, try_code: Try) -> None:
    code = await request_code()
    assert [await try_code(code) for _ in range(2)] == [True, False]


async def test_full_width_digits_are_digits(request_code: Ask, try_code: Try) -> None:
    code = await request_code()
    assert await try_code(" ".join(chr(ord(digit) + 0xFEE0) for digit in code))


@pytest.mark.parametrize("given", ["", "x", "验证码", "００００", "0" * 1000, "\ud800"])
async def test_what_is_no_code_is_a_wrong_code(request_code: Ask, try_code: Try, given: str) -> None:
    await request_code()
    assert not await try_code(given)


async def test_a_code_is_good_for_its_phone_only(request_code: Ask, try_code: Try) -> None:
    code = await request_code()
    await request_code(OTHER)
    assert not await try_code(code, OTHER)
    assert await try_code(code)


@pytest.mark.parametrize(("seconds", "is_good"), [(299.9, True), (300, False)])
async def test_a_code_is_good_for_five_minutes(
    request_code: Ask, try_code: Try, clock: Clock, seconds: float, is_good: bool
) -> None:
    code = await request_code()
    clock.turn(seconds=seconds)
    assert await try_code(code) is is_good


async def test_only_the_latest_code_is_good(request_code: Ask, try_code: Try, clock: Clock) -> None:
    first = await request_code()
    clock.turn(seconds=61)
    second = await request_code()
    assert first == second or not await try_code(first)
    assert await try_code(second)
    assert first == second or not await try_code(first)


async def test_the_fifth_try_may_be_the_right_one(request_code: Ask, try_code: Try) -> None:
    code = await request_code()
    assert [await try_code(wrong(code)) for _ in range(4)] == [False] * 4
    assert await try_code(code)


@pytest.fixture
def no_other_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave only what stands with the code itself."""
    for name in ("TRIES_OF_PHONE", "TRIES_FROM_ADDRESS"):
        limit = getattr(codes, name)
        monkeypatch.setattr(codes, name, limits.Limit(limit.name, 10**6, limit.window))


@pytest.mark.usefixtures("no_other_limit")
async def test_of_fifty_wrong_tries_at_once_five_count_and_the_right_code_comes_too_late(
    begin: Begin, request_code: Ask, try_code: Try
) -> None:
    code = await request_code()
    assert await many(50, lambda number: try_code(wrong(code), address=f"192.0.2.{number}")) == [False] * 50
    async with begin() as session:
        assert list(await session.scalars(select(SignInCode.tries))) == [5]
    assert not await try_code(code)


@pytest.mark.usefixtures("no_other_limit")
async def test_without_the_bound_the_right_code_would_still_be_good(
    monkeypatch: pytest.MonkeyPatch, request_code: Ask, try_code: Try
) -> None:
    """What the test before this one would miss if the bound were gone."""
    monkeypatch.setattr(codes, "TRIES", 100)
    code = await request_code()
    await many(50, lambda number: try_code(wrong(code), address=f"192.0.2.{number}"))
    assert await try_code(code)


@pytest.mark.usefixtures("no_other_limit")
async def test_the_right_code_given_five_times_at_once_is_used_once(request_code: Ask, try_code: Try) -> None:
    code = await request_code()
    assert Counter(await many(5, lambda _: try_code(code))) == {True: 1, False: 4}


async def test_a_phone_gets_one_message_a_minute_and_five_a_day(request_code: Ask, clock: Clock) -> None:
    refused = []
    for minutes in (0, 0.5, 0.5, 5, 5, 60, 60, 60 * 24):
        clock.turn(minutes=minutes)
        try:
            await request_code()
            refused.append(None)
        except LimitReached as reached:
            refused.append(reached.limit)
    assert refused == [None, "code_minute", None, None, None, None, "code_day", None]


@pytest.mark.parametrize(("limit", "name"), [("CODES_FROM_ADDRESS", "code_address"), ("CODES_OF_ALL", "code_all")])
async def test_an_address_and_all_of_them_get_so_many_messages(
    monkeypatch: pytest.MonkeyPatch, request_code: Ask, limit: str, name: str
) -> None:
    monkeypatch.setattr(codes, limit, limits.Limit(name, 3, limits.HOUR))
    for number in range(3):
        await request_code(f"1250000001{number}")
    with pytest.raises(LimitReached) as refused:
        await request_code("12500000013")
    assert (refused.value.limit, refused.value.bound) == (name, 3)


async def test_so_many_tries_come_from_an_address(monkeypatch: pytest.MonkeyPatch, try_code: Try) -> None:
    monkeypatch.setattr(codes, "TRIES_FROM_ADDRESS", limits.Limit("try_address", 3, limits.HOUR))
    for number in range(3):
        assert not await try_code("000000", f"1250000001{number}")
    with pytest.raises(LimitReached):
        await try_code("000000", "12500000013")
    assert not await try_code("000000", "12500000013", address="192.0.2.2")


async def test_a_phone_with_an_account_runs_the_same_statements(
    engine: AsyncEngine, account: Callable[..., Awaitable[int]], request_code: Ask, try_code: Try
) -> None:
    await account(PHONE)
    ran: list[str] = []
    event.listen(engine.sync_engine, "before_cursor_execute", lambda *given: ran.append(given[2]))
    found = []
    for phone in (PHONE, OTHER):
        ran.clear()
        assert not await try_code(wrong(await request_code(phone)), phone)
        found.append(list(ran))
    assert found[0] == found[1]
    assert len(found[0]) > 6


@pytest.mark.parametrize("pairs", [200, pytest.param(400, marks=pytest.mark.proof)])
async def test_a_phone_with_an_account_takes_as_long(
    monkeypatch: pytest.MonkeyPatch,
    account: Callable[..., Awaitable[int]],
    request_code: Ask,
    try_code: Try,
    pairs: int,
) -> None:
    """Medians over pairs, taken in turn."""
    monkeypatch.setattr(codes, "CODES_OF_ALL", limits.Limit("code_all", 10**6, limits.HOUR))
    seconds: dict[bool, list[float]] = {True: [], False: []}
    for number in range(pairs):
        phones = {True: f"125000{number:05d}", False: f"125100{number:05d}"}
        await account(phones[True])
        for is_known in (True, False) if number % 2 else (False, True):
            phone, address = phones[is_known], f"10.{is_known:d}.{number}.1"
            began = time.perf_counter()
            code = await request_code(phone, address)
            assert not await try_code(wrong(code), phone, address)
            seconds[is_known].append(time.perf_counter() - began)
    known, unknown = (statistics.median(seconds[is_known]) for is_known in (True, False))
    assert 1 / 1.2 < known / unknown < 1.2
