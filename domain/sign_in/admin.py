"""The first administrator, and what an operator may do about accounts at the server's own terminal."""

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from domain.events import OPERATOR, record
from domain.refusals import NotFound, WrongState
from domain.sign_in import passwords, sessions, totp
from domain.sign_in.accounts import account_of, check_open
from domain.sign_in.codes import phone_number
from models import Account, AccountStatus, Grant, Role, now
from models.base import new_key
from models.sealed import Keyring


async def create_admin(session: AsyncSession, keyring: Keyring, phone: str, *, another: bool = False) -> str:
    """Make the phone's account an administrator and return the address of its second factor, for an authenticator.
    Raises InvalidInput for no phone or a locked account, WrongState when there is an administrator who can sign in
    and `another` was not said."""
    active = select(Grant.account_id).join(Account, Account.id == Grant.account_id)
    active = active.where(Grant.role == Role.ADMIN, _holds(), Account.status == AccountStatus.ACTIVE)
    admins = set(await session.scalars(active))
    if admins and not another:
        raise WrongState("ADMIN_EXISTS")
    account = await account_of(session, keyring, phone_number(phone), OPERATOR)
    check_open(account)
    if account.id not in admins:
        made = Grant(id=new_key(), account_id=account.id, role=Role.ADMIN, valid_from=now())
        session.add(made)
        await session.flush()
        await record(
            session,
            entity=Grant.__tablename__,
            entity_id=made.id,
            type="grant.given",
            actor=OPERATOR,
            payload={"role": Role.ADMIN.value, "account_id": account.id, "version": 1},
        )
    return await _new_second_factor(session, keyring, account)


async def replace_second_factor(session: AsyncSession, keyring: Keyring, phone: str) -> str:
    """Return the address of a new second factor, for who lost the authenticator; every session ends. Raises
    InvalidInput, NotFound."""
    return await _new_second_factor(session, keyring, await _account(session, keyring, phone))


async def _new_second_factor(session: AsyncSession, keyring: Keyring, account: Account) -> str:
    account.totp_confirmed_at = None
    address = await totp.enroll(session, keyring, account)
    account.totp_confirmed_at = now()  # else whoever holds the phone could bring an authenticator of their own
    account.version += 1
    await sessions.end(session, account.id, None, actor=OPERATOR)
    await record(
        session,
        entity="account",
        entity_id=account.id,
        type="account.second_factor_replaced",
        actor=OPERATOR,
        payload={"version": account.version},
    )
    return address


async def set_password(session: AsyncSession, keyring: Keyring, phone: str, stored: str) -> int:
    """Store the hash of a new password and end every session; return how many. Raises InvalidInput, NotFound."""
    account = await _account(session, keyring, phone)
    return len(await passwords.replace(session, account, stored, OPERATOR))


async def sign_out(session: AsyncSession, keyring: Keyring, phone: str) -> int:
    """End every session of the phone's account; return how many. Raises InvalidInput."""
    hashed = keyring.lookup_hash(phone_number(phone))
    key = await session.scalar(select(Account.id).where(Account.phone_hash == hashed))
    return 0 if key is None else len(await sessions.end(session, key, None, actor=OPERATOR))


async def listed(session: AsyncSession) -> list[tuple[str, str, list[str]]]:
    """Return every account that was granted something: masked phone, state, and its roles now."""
    rows = await session.execute(
        select(Account.id, Account.phone_masked, Account.status, Grant.role)
        .join(Grant, Grant.account_id == Account.id)
        .where(_holds())
        .order_by(Account.id, Grant.role)
    )
    found: dict[int, tuple[str, str, list[str]]] = {}
    for key, phone, status, role in rows:
        found.setdefault(key, (phone or "-", status.value, []))[2].append(role.value)
    return list(found.values())


async def _account(session: AsyncSession, keyring: Keyring, phone: str) -> Account:
    hashed = keyring.lookup_hash(phone_number(phone))
    account = await session.scalar(select(Account).where(Account.phone_hash == hashed).with_for_update())
    if account is None:
        raise NotFound("account")
    return account


def _holds() -> ColumnElement[bool]:
    moment = now()
    ends = or_(Grant.valid_until.is_(None), Grant.valid_until > moment)
    return and_(Grant.revoked_at.is_(None), Grant.valid_from <= moment, ends)
