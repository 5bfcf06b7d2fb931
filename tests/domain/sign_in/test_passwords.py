"""A password is slow to guess, as slow for a phone without one, and the loop goes on while it is compared."""

import asyncio
import datetime as dt
import statistics
import threading
import time
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from argon2 import PasswordHasher
from argon2.exceptions import VerifyMismatchError
from sqlalchemy import select

from domain.events import Actor
from domain.refusals import InvalidInput
from domain.sign_in import passwords, sessions
from models import Account, Session
from tests.domain.sign_in.conftest import Begin, row

GOOD = "草原上的一匹骏马跑得快"


@pytest.fixture
def cheap(monkeypatch: pytest.MonkeyPatch) -> PasswordHasher:
    """Parameters that take no time."""
    hasher = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    monkeypatch.setattr(passwords, "HASHER", hasher)
    return hasher


@pytest.mark.parametrize("password", [GOOD, "correct horse battery", "aB3$aB3$aB", "x" * 100 + "abc" * 33 + "y"])
def test_a_password_that_may_be_set(password: str) -> None:
    passwords.check_new(password)


@pytest.mark.parametrize(
    ("password", "reason"),
    [
        ("", "password_short"),
        ("草原上的一匹骏马跑", "password_short"),
        ("abcabcabcabcabc", "password_short"),
        ("abcd" * 50 + "e", "password_short"),
        ("password123", "password_common"),
        ("ＰＡＳＳＷＯＲＤ１２３", "password_common"),
        ("1234567890123", "password_common"),
        ("9876543210", "password_common"),
        ("abcdefghijklm", "password_common"),
        ("KeYouZhongQi", "password_common"),
    ],
)
def test_a_password_that_may_not_be_set(password: str, reason: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        passwords.check_new(password)
    assert (refused.value.field, refused.value.reason) == ("password", reason)


@pytest.mark.usefixtures("cheap")
async def test_only_the_password_itself_matches() -> None:
    stored = await passwords.hashed(GOOD)
    assert GOOD not in stored
    assert stored != await passwords.hashed(GOOD)
    given = (GOOD, GOOD + " ", GOOD[:-1], "", "x" * 10_000)
    assert [await passwords.matches(stored, password) for password in given] == [True, False, False, False, False]


@pytest.mark.usefixtures("cheap")
async def test_letters_of_full_width_are_the_same_letters() -> None:
    assert await passwords.matches(await passwords.hashed("long enough 1"), "ｌｏｎｇ ｅｎｏｕｇｈ １")


@pytest.mark.usefixtures("cheap")
async def test_what_comes_after_the_longest_password_is_not_ignored() -> None:
    longest = "abcde" * 40
    stored = await passwords.hashed(longest)
    assert [await passwords.matches(stored, longest + more) for more in ("", "x")] == [True, False]


@pytest.mark.usefixtures("cheap")
@pytest.mark.parametrize("stored", [None, "", "no hash at all"])
async def test_nothing_matches_where_no_password_was_set(stored: str | None) -> None:
    assert not await passwords.matches(stored, GOOD)


def test_nobodys_hash_is_compared_with_the_parameters_of_a_real_one() -> None:
    assert not passwords.HASHER.check_needs_rehash(passwords._nobodys())
    with pytest.raises(VerifyMismatchError):
        passwords.HASHER.verify(passwords._nobodys(), GOOD)


async def test_a_phone_without_a_password_takes_as_long(monkeypatch: pytest.MonkeyPatch) -> None:
    """Medians over 100 pairs, taken in turn."""
    monkeypatch.setattr(passwords, "HASHER", PasswordHasher(time_cost=1, memory_cost=4096, parallelism=1))
    hashes, seconds = (await passwords.hashed(GOOD), None), ([], [])  # type: Any, tuple[list[float], list[float]]
    for number in range(200):
        began = time.perf_counter()
        assert not await passwords.matches(hashes[number % 2], "a wrong password")
        seconds[number % 2].append(time.perf_counter() - began)
    assert 1 / 1.2 < statistics.median(seconds[0]) / statistics.median(seconds[1]) < 1.2


async def test_the_loop_goes_on_while_at_most_two_are_compared(monkeypatch: pytest.MonkeyPatch) -> None:
    class Slow(PasswordHasher):
        """Waits until the loop says so: run in the loop itself, it would wait for ever."""

        running = most = 0
        came, goes_on, lock = threading.Semaphore(0), threading.Event(), threading.Lock()

        def verify(self, *_: Any) -> bool:  # type: ignore[override]
            with self.lock:
                Slow.running += 1
                Slow.most = max(Slow.most, Slow.running)
            self.came.release()
            assert self.goes_on.wait(20)
            with self.lock:
                Slow.running -= 1
            return True

    monkeypatch.setattr(passwords, "HASHER", Slow())
    comparing = [asyncio.create_task(passwords.matches("x", GOOD)) for _ in range(6)]
    for _ in range(2):
        assert await asyncio.to_thread(Slow.came.acquire, timeout=20)
    assert not await asyncio.to_thread(Slow.came.acquire, timeout=0.1)
    Slow.goes_on.set()
    assert await asyncio.gather(*comparing) == [True] * 6
    assert Slow.most == 2


async def test_a_hash_with_older_parameters_is_made_anew(
    monkeypatch: pytest.MonkeyPatch, cheap: PasswordHasher
) -> None:
    stored = await passwords.hashed(GOOD)
    assert await passwords.renewed(stored, GOOD) == stored
    monkeypatch.setattr(passwords, "HASHER", PasswordHasher(time_cost=2, memory_cost=8, parallelism=1))
    fresh = await passwords.renewed(stored, GOOD)
    assert "t=2" in fresh
    assert await passwords.matches(fresh, GOOD)


async def test_a_new_password_ends_the_sessions_elsewhere(
    begin: Begin, account: Callable[..., Awaitable[int]], events: Any
) -> None:
    key, tokens = await account(), []
    for _ in range(3):
        async with begin() as session:
            found = await session.get_one(Account, key)
            more = {"channel": "WEB", "device": "", "life": dt.timedelta(days=1)}
            tokens.append(await sessions.open_session(session, found, **more))
    async with begin() as session:
        found = await session.get_one(Account, key, with_for_update=True)
        actor = Actor("DISPATCHER", "WEB", key)
        ended = await passwords.replace(session, found, "a hash", actor, here=tokens[1][1].id)
    assert ended == [tokens[0][1].token_hash, tokens[2][1].token_hash]
    async with begin() as session:
        open_ = select(Session.id).where(Session.revoked_at.is_(None))
        assert list(await session.scalars(open_)) == [tokens[1][1].id]
    changed = await row(begin, key)
    assert (changed.password_hash, changed.version) == ("a hash", 2)
    assert (await events(key))[-1] == ("account.password_set", "DISPATCHER", "WEB", '{"version":2}')
