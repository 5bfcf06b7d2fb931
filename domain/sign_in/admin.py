"""The first administrator, and what an operator may do about accounts at the server's own terminal."""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from domain.events import Actor, record
from domain.refusals import WrongState
from domain.sign_in import sessions, totp
from domain.sign_in.accounts import account_of
from domain.sign_in.codes import phone_number
from models import Account, Grant, Role, now
from models.base import new_key
from models.sealed import Keyring

OPERATOR = Actor("OPERATOR", "CLI")
"""Who sits at the server's terminal."""


async def create_admin(session: AsyncSession, keyring: Keyring, phone: str, *, another: bool = False) -> str:
    """Make the phone's account an administrator and return the address of its second factor, for an authenticator.
    Raises InvalidInput for no phone, WrongState when there is an administrator and `another` was not said."""
    active = select(Grant.id).where(Grant.role == Role.ADMIN, Grant.revoked_at.is_(None)).limit(1)
    if not another and await session.scalar(active) is not None:
        raise WrongState("ADMIN_EXISTS")
    account = await account_of(session, keyring, phone_number(phone))
    made = Grant(id=new_key(), account_id=account.id, role=Role.ADMIN, valid_from=now())
    session.add(made)
    account.totp_confirmed_at = None  # a lost authenticator is replaced here
    address = await totp.enroll(session, keyring, account)
    account.totp_confirmed_at = now()
    await session.flush()
    await record(session, entity="account", entity_id=account.id, type="account.second_factor", actor=OPERATOR)
    await record(
        session,
        entity=Grant.__tablename__,
        entity_id=made.id,
        type="grant.given",
        actor=OPERATOR,
        payload={"role": Role.ADMIN.value, "account_id": account.id, "version": 1},
    )
    return address


async def sign_out(session: AsyncSession, keyring: Keyring, phone: str) -> int:
    """End every session of the phone's account; return how many. Raises InvalidInput."""
    hashed = keyring.lookup_hash(phone_number(phone))
    key = await session.scalar(select(Account.id).where(Account.phone_hash == hashed))
    return 0 if key is None else len(await sessions.end(session, key, None))


async def listed(session: AsyncSession) -> list[tuple[str, str, list[str]]]:
    """Return every account that was granted something: masked phone, state, and its roles now."""
    moment = now()
    valid = (Grant.revoked_at.is_(None)) & ((Grant.valid_until.is_(None)) | (Grant.valid_until > moment))
    rows = await session.execute(
        select(Account.id, Account.phone_masked, Account.status, Grant.role)
        .join(Grant, Grant.account_id == Account.id)
        .where(valid)
        .order_by(Account.id, Grant.role)
    )
    found: dict[int, tuple[str, str, list[str]]] = {}
    for key, phone, status, role in rows:
        found.setdefault(key, (phone or "-", status.value, []))[2].append(role.value)
    return list(found.values())
