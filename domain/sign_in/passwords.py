"""Passwords of coordinators: argon2, in threads of their own and a few at a time, and as slow for unknown phones."""

import asyncio
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from domain.refusals import InvalidInput

SHORTEST, LONGEST = 10, 200
AT_ONCE = asyncio.Semaphore(2)
"""Each takes 64 MiB and a core for a moment: more at a time would only wait for each other."""

COMMON = frozenset(
    {"1234567890", "0123456789", "password123", "qwertyuiop", "1111111111", "woaini1314", "a123456789", "admin12345"}
)

HASHER = PasswordHasher()


def check_new(password: str) -> None:
    """Raises InvalidInput for a password that is too short, too long or known to everybody."""
    if not SHORTEST <= len(password) <= LONGEST or len(set(password)) < 4:
        raise InvalidInput("password", "password_short")
    if password.lower() in COMMON:
        raise InvalidInput("password", "password_common")


async def hashed(password: str) -> str:
    """Return what is stored of a new password. Raises InvalidInput."""
    check_new(password)
    async with AT_ONCE:
        return await asyncio.to_thread(HASHER.hash, password)


async def matches(stored: str | None, password: str) -> bool:
    """Tell whether it is the password. Takes as long when there is none."""
    async with AT_ONCE:
        return await asyncio.to_thread(_matches, stored, password[:LONGEST])


def is_outdated(stored: str) -> bool:
    """Tell whether a hash was made with weaker parameters than today's."""
    return HASHER.check_needs_rehash(stored)


def _matches(stored: str | None, password: str) -> bool:
    try:
        return HASHER.verify(stored or _nobodys(), password) and stored is not None
    except (VerificationError, InvalidHashError):
        return False


@cache
def _nobodys() -> str:
    return HASHER.hash("the password of nobody")
