"""Passwords of coordinators: argon2, in threads of their own and a few at a time, and as slow for unknown phones."""

import asyncio
import unicodedata
from base64 import b64encode
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import TypeVar

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from argon2.low_level import ARGON2_VERSION
from sqlalchemy.ext.asyncio import AsyncSession

from domain.events import Actor, record
from domain.refusals import InvalidInput
from domain.sign_in import sessions
from models import Account

T = TypeVar("T")

SHORTEST, LONGEST = 10, 200

HASHER = PasswordHasher()

THREADS = ThreadPoolExecutor(2, thread_name_prefix="password")
"""Each takes 64 MiB and a core for a moment: more at a time would only wait for each other."""


def check_new(password: str) -> None:
    """Raises InvalidInput for a password that is too short, too long or known to everybody."""
    plain = _plain(password)
    if not SHORTEST <= len(plain) <= LONGEST or len(set(plain)) < 4:
        raise InvalidInput("password", "password_short")
    if plain.lower() in _common() or len({(ord(b) - ord(a)) % 10 for a, b in pairwise(plain)}) == 1:
        raise InvalidInput("password", "password_common")


async def hashed(password: str) -> str:
    """Return what is stored of a new password. Raises InvalidInput."""
    check_new(password)
    return await _aside(lambda: HASHER.hash(_plain(password)))


async def matches(stored: str | None, password: str) -> bool:
    """Tell whether it is the password. Takes as long when there is none."""
    return await _aside(lambda: _matches(stored, _plain(password)))


async def renewed(stored: str, password: str) -> str:
    """Return the hash of a password that matched: a fresh one when the stored one was made with older parameters."""
    if not HASHER.check_needs_rehash(stored):
        return stored
    return await _aside(lambda: HASHER.hash(_plain(password)))


async def replace(
    session: AsyncSession, account: Account, stored: str, actor: Actor, *, here: int | None = None
) -> list[str]:
    """Store a new password and end every session but the one it is set `here`: whoever had the old one is out. Return
    the hashes of their tokens."""
    account.password_hash = stored
    account.version += 1
    ended = await sessions.end(session, account.id, None, but=here, actor=actor)
    await record(
        session,
        entity="account",
        entity_id=account.id,
        type="account.password_set",
        actor=actor,
        payload={"version": account.version},
    )
    return ended


@cache
def _common() -> frozenset[str]:
    """Return passwords that lists of stolen ones begin with, and those that this registry suggests."""
    return frozenset(Path(__file__).with_name("common_passwords.txt").read_text().split())


def _plain(password: str) -> str:
    """Return the password as any keyboard gives it: full-width letters are the same letters."""
    return unicodedata.normalize("NFKC", password)


def _matches(stored: str | None, password: str) -> bool:
    try:
        fits = HASHER.verify(stored or _nobodys(), password[:LONGEST])
    except (VerificationError, InvalidHashError):
        return False
    return fits and stored is not None and len(password) <= LONGEST


def _nobodys() -> str:
    """Return a hash that no password has, and that takes as long to compare as a real one."""
    salt, digest = (b64encode(bytes(length)).decode().rstrip("=") for length in (HASHER.salt_len, HASHER.hash_len))
    costs = f"m={HASHER.memory_cost},t={HASHER.time_cost},p={HASHER.parallelism}"
    return f"$argon2id$v={ARGON2_VERSION}${costs}${salt}${digest}"


async def _aside(work: Callable[[], T]) -> T:
    return await asyncio.get_running_loop().run_in_executor(THREADS, work)
