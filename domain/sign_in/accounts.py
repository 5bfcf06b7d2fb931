"""The account behind a phone, made at its first sign-in."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession

from domain.events import Actor, record
from domain.refusals import InvalidInput
from models import Account, AccountStatus, Person, PersonStatus, Role, now
from models.base import new_key
from models.sealed import Keyring
from models.text import mask_phone

GONE = (PersonStatus.MERGED, PersonStatus.ERASED)


async def account_of(session: AsyncSession, keyring: Keyring, phone: str, actor: Actor | None = None) -> Account:
    """Return the account of a phone, locked; a new one when the phone has none, by itself unless there is an actor."""
    insert: Any = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    hashed = keyring.lookup_hash(phone)
    made = await session.scalar(
        insert(Account)
        .values(
            id=new_key(),
            phone_hash=hashed,
            phone_sealed=keyring.seal(phone),
            phone_masked=mask_phone(phone),
            status=AccountStatus.ACTIVE,
            version=1,
            created_at=now(),
            updated_at=now(),
        )
        .on_conflict_do_nothing(index_elements=[Account.phone_hash])
        .returning(Account.id)
    )
    account = (await session.scalars(select(Account).where(Account.phone_hash == hashed).with_for_update())).one()
    if made is not None:
        await record(
            session,
            entity="account",
            entity_id=account.id,
            type="account.created",
            actor=actor or Actor(Role.RESIDENT.value, "WEB", account.id),
        )
    return account


def check_open(account: Account) -> None:
    """Raises InvalidInput for an account that may not sign in."""
    if account.status is not AccountStatus.ACTIVE:
        raise InvalidInput("phone", "account_locked")


async def people_of(session: AsyncSession, account: Account) -> list[int]:
    """Return the people for whom the account acts: those registered under its phone."""
    if account.phone_hash is None:
        return []
    mine = select(Person.id).where(Person.phone_hash == account.phone_hash, Person.status.not_in(GONE))
    return list(await session.scalars(mine.order_by(Person.id)))
