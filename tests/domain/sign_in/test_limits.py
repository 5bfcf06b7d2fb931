"""What is bounded is counted in the database: once for each time, whoever counts and however many do so at once."""

import datetime as dt
from collections import Counter

import pytest
from sqlalchemy import select

from domain.refusals import LimitReached
from domain.sign_in.limits import Limit, count, network_of
from models import Attempt
from models.sealed import Keyring
from tests.domain.sign_in.conftest import Begin, Clock, many

THREE = Limit("three", 3, dt.timedelta(minutes=10))
FROM_NETWORK = Limit("network", 1, dt.timedelta(minutes=10), network_of)


async def counted(begin: Begin, keyring: Keyring, subject: str, limit: Limit = THREE) -> bool:
    """Count one more and keep it; tell whether that was within the bound."""
    async with begin() as session:
        try:
            await count(session, keyring, limit, subject)
        except LimitReached as refused:
            assert (refused.limit, refused.bound) == (limit.name, limit.bound)
            return False
    return True


async def test_three_times_are_three_times(begin: Begin, keyring: Keyring) -> None:
    assert [await counted(begin, keyring, "a") for _ in range(5)] == [True, True, True, False, False]
    assert await counted(begin, keyring, "b")


async def test_of_fifty_at_once_three_get_through(begin: Begin, keyring: Keyring) -> None:
    assert Counter(await many(50, lambda _: counted(begin, keyring, "a"))) == {True: 3, False: 47}


async def test_a_window_ends_and_refusals_do_not_lengthen_it(begin: Begin, keyring: Keyring, clock: Clock) -> None:
    for minutes, is_within in ((0, True), (0, True), (0, True), (9, False), (0.99, False), (0.01, True)):
        clock.turn(minutes=minutes)
        assert await counted(begin, keyring, "a") is is_within
    assert [await counted(begin, keyring, "a") for _ in range(3)] == [True, True, False]


async def test_a_count_goes_with_its_transaction(begin: Begin, keyring: Keyring) -> None:
    for _ in range(5):
        with pytest.raises(ZeroDivisionError):
            async with begin() as session:
                await count(session, keyring, THREE, "a")
                raise ZeroDivisionError
    assert await counted(begin, keyring, "a")


async def test_subjects_are_stored_as_keyed_hashes(begin: Begin, keyring: Keyring) -> None:
    await counted(begin, keyring, "12500000001")
    async with begin() as session:
        (stored,) = await session.scalars(select(Attempt.subject))
    assert stored == f"three:{keyring.lookup_hash('12500000001')}"


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("203.0.113.7", "203.0.113.7"),
        ("::ffff:203.0.113.7", "203.0.113.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("", ""),
        ("testclient", "testclient"),
    ],
)
def test_a_subscriber_is_an_address_of_ipv4_or_64_bits_of_ipv6(address: str, network: str) -> None:
    assert network_of(address) == network


async def test_addresses_of_one_subscriber_count_together(begin: Begin, keyring: Keyring) -> None:
    addresses = ["2001:db8::1", "2001:db8::2", "2001:db8:0:1::1", "::ffff:192.0.2.1", "192.0.2.1", "192.0.2.2"]
    within = [await counted(begin, keyring, address, FROM_NETWORK) for address in addresses]
    assert within == [True, False, True, True, False, True]
