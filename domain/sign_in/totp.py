"""The second factor: six digits of an authenticator (RFC 6238), each taken once."""

import hmac

import pyotp
from sqlalchemy import or_, update
from sqlalchemy.ext.asyncio import AsyncSession

from domain.refusals import InvalidInput, WrongState
from domain.sign_in.codes import digits
from models import Account, Session, now
from models.sealed import Keyring

STEP, DRIFT = 30, 1
"""Seconds of a step, and how many steps the device's clock may be off."""

ISSUER = "Horqin Volunteers"


async def enroll(session: AsyncSession, keyring: Keyring, account: Account) -> str:
    """Return the address that an authenticator reads, with a new secret. Raises WrongState when one is in use."""
    if account.totp_confirmed_at is not None:
        raise WrongState("SECOND_FACTOR_SET")
    secret = pyotp.random_base32()
    account.totp_sealed, account.totp_last_step = keyring.seal(secret), None
    return pyotp.TOTP(secret).provisioning_uri(name=account.phone_masked or str(account.id), issuer_name=ISSUER)


async def confirm(session: AsyncSession, keyring: Keyring, account: Account, session_id: int, code: str) -> None:
    """Take a code: the first one switches the second factor on, each one lets this session's weighty roles hold.
    Raises InvalidInput for a wrong or used one."""
    await take(session, keyring, account, code)
    moment = now()
    if account.totp_confirmed_at is None:
        account.totp_confirmed_at = moment
    await session.execute(update(Session).where(Session.id == session_id).values(second_factor_at=moment))


async def take(session: AsyncSession, keyring: Keyring, account: Account, code: str) -> None:
    """Raises InvalidInput unless the code is right and was not taken before, by this or another process."""
    step = None if account.totp_sealed is None else _step_of(keyring.open(account.totp_sealed), code)
    if step is None:
        raise InvalidInput("code", "code")
    newer = or_(Account.totp_last_step.is_(None), Account.totp_last_step < step)
    taken = update(Account).where(Account.id == account.id, newer).values(totp_last_step=step)
    found = await session.execute(taken.returning(Account.id), execution_options={"synchronize_session": False})
    if found.first() is None:
        raise InvalidInput("code", "code")


def _step_of(secret: str, code: str) -> int | None:
    """Return the time step to which a code belongs, None for none near now."""
    maker, current, given = pyotp.TOTP(secret), int(now().timestamp()) // STEP, digits(code).encode()
    steps = [
        step
        for step in range(current - DRIFT, current + DRIFT + 1)
        if hmac.compare_digest(maker.at(step * STEP).encode(), given)
    ]
    return steps[0] if steps else None
