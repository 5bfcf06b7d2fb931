"""One-time codes: six digits sent to a phone, good for five minutes and five tries however those are packed."""

import datetime as dt
import hmac
import re
import secrets
import unicodedata

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from domain.refusals import InvalidInput
from domain.sign_in.limits import (
    CODES_A_DAY,
    CODES_A_MINUTE,
    CODES_FROM_ADDRESS,
    CODES_OF_ALL,
    TRIES_FROM_ADDRESS,
    TRIES_OF_PHONE,
    count,
)
from models import SignInCode, now
from models.base import new_key
from models.sealed import Keyring

LIFE, TRIES = dt.timedelta(minutes=5), 5

PHONE = re.compile(r"1[0-9]{10}")
SEPARATORS = re.compile(r"[-()]|^(?:\+|00)86")


def digits(text: str) -> str:
    """Return what was typed, with full-width digits as plain ones and without spaces; always text that has bytes."""
    return "".join(unicodedata.normalize("NFKC", text).split()).encode(errors="replace").decode()


def phone_number(text: str) -> str:
    """Return the 11 digits of a phone. Raises InvalidInput."""
    found = SEPARATORS.sub("", digits(text))
    if not PHONE.fullmatch(found):
        raise InvalidInput("phone", "phone")
    return found


async def count_request(session: AsyncSession, keyring: Keyring, phone: str, address: str) -> None:
    """Count a request for a code, in a transaction of its own. Raises LimitReached. The limits of a phone hold
    whether or not it has an account, so they tell nothing about it."""
    await count(session, keyring, CODES_FROM_ADDRESS, address)
    await count(session, keyring, CODES_A_MINUTE, phone)
    await count(session, keyring, CODES_A_DAY, phone)
    await count(session, keyring, CODES_OF_ALL, "all")


async def make_code(session: AsyncSession, keyring: Keyring, phone: str) -> str:
    """Return a new code for the phone, to be sent once this transaction is committed; older ones end."""
    hashed = keyring.lookup_hash(phone)
    older = update(SignInCode).where(SignInCode.phone_hash == hashed, SignInCode.used_at.is_(None))
    await session.execute(older.values(used_at=now()), execution_options={"synchronize_session": False})
    code, key = f"{secrets.randbelow(10**6):06d}", new_key()
    session.add(SignInCode(id=key, phone_hash=hashed, code_hash=_hash(keyring, key, code), expires_at=now() + LIFE))
    return code


async def count_try(session: AsyncSession, keyring: Keyring, phone: str, address: str) -> tuple[int, str] | None:
    """Take one of the tries of the phone's code, in a transaction of its own that ends before anything is compared:
    tries at the same time each take one. Returns the code's key and hash, or None when there is nothing to try."""
    await count(session, keyring, TRIES_FROM_ADDRESS, address)
    await count(session, keyring, TRIES_OF_PHONE, phone)
    latest = (
        select(SignInCode.id)
        .where(
            SignInCode.phone_hash == keyring.lookup_hash(phone),
            SignInCode.used_at.is_(None),
            SignInCode.expires_at > now(),
        )
        .order_by(SignInCode.id.desc())
        .limit(1)
    )
    taken = update(SignInCode).where(SignInCode.id.in_(latest.scalar_subquery()), SignInCode.tries < TRIES)
    row = (
        await session.execute(
            taken.values(tries=SignInCode.tries + 1).returning(SignInCode.id, SignInCode.code_hash),
            execution_options={"synchronize_session": False},
        )
    ).first()
    return None if row is None else (row[0], row[1])


async def use(session: AsyncSession, keyring: Keyring, tried: tuple[int, str] | None, code: str) -> None:
    """Use the code up. Raises InvalidInput for a wrong one, one that is spent, and none at all alike."""
    key, hashed = tried or (0, "")
    if not hmac.compare_digest(_hash(keyring, key, digits(code)), hashed):
        raise InvalidInput("code", "code")
    used = update(SignInCode).where(SignInCode.id == key, SignInCode.used_at.is_(None)).values(used_at=now())
    taken = await session.execute(used.returning(SignInCode.id), execution_options={"synchronize_session": False})
    if taken.first() is None:
        raise InvalidInput("code", "code")


def _hash(keyring: Keyring, key: int, code: str) -> str:
    return keyring.lookup_hash(f"code:{key}:{code}")
