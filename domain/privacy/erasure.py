"""Erasure: what is stored about a person is emptied; the row and all that is on record stay, and name it by its key.

Not searched: prose that others wrote, and the consents of minors whose guardian the person was.
"""

import enum
from typing import Any

from sqlalchemy import ColumnElement, delete, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from domain import memberships
from domain.acts import Act, check_version
from domain.refusals import InvalidInput, NotFound, WrongState
from domain.sign_in import sessions
from domain.sign_in.accounts import GONE
from models import (
    Account,
    AccountStatus,
    ApiToken,
    Availability,
    Grant,
    Membership,
    Person,
    PersonLanguage,
    PersonSkill,
    PersonStatus,
    Session,
    SignInCode,
    Team,
    WechatIdentity,
    WorkbookImportEntry,
    now,
)

NAME = "已注销"
"""What stands for the name of an erased person."""

EMPTY: dict[str, Any] = {
    **dict.fromkeys(("name", "name_masked"), NAME),
    **dict.fromkeys(("pinyin", "search"), ""),
    **dict.fromkeys(("gender", "birth_year", "birth_date_sealed", "ethnicity_sealed", "political_status")),
    **dict.fromkeys(("phone_sealed", "phone_masked", "phone_hash", "division_id", "skill_note")),
    **dict.fromkeys(("guardian_consent_at", "guardian_sealed", "registered_by_id")),
    **dict.fromkeys(("shares_phone", "shares_birth_year", "shares_political_status"), False),
}
"""What an erased person's row holds. Who registered it may be the account of a family that stays."""

NO_LEADER: dict[str, Any] = dict.fromkeys(("leader_id", "leader_name", "leader_name_masked"))
NO_CONTACT: dict[str, Any] = dict.fromkeys(("contact_phone_sealed", "contact_phone_masked", "contact_phone_hash"))
NO_SIGN_IN: dict[str, Any] = dict.fromkeys(
    ("phone_sealed", "phone_masked", "phone_hash", "password_hash", "totp_sealed", "totp_confirmed_at",
     "totp_last_step", "signed_in_at")
)  # fmt: skip


class ErasureReason(enum.Enum):
    """Why a privacy officer erases. Source: Personal Information Protection Law, article 47."""

    REQUESTED = "REQUESTED"
    GUARDIAN_REQUESTED = "GUARDIAN_REQUESTED"
    DECEASED = "DECEASED"
    NOT_NEEDED = "NOT_NEEDED"
    UNLAWFUL = "UNLAWFUL"


async def erase_oneself(session: AsyncSession, act: Act, person_id: int | None, expected_version: int) -> Person:
    """Erase one of the people of the viewer's phone. Raises InvalidInput, NotFound, Conflict."""
    key = act.viewer.person_id if person_id is None else person_id
    if key is None:
        raise InvalidInput("personId", "choose_person")
    if key not in act.viewer.person_ids:
        raise NotFound("person")
    return await _erase(session, act, key, expected_version, "OWN")


async def erase(
    session: AsyncSession, act: Act, person_id: int | None, reason: ErasureReason, expected_version: int
) -> Person:
    """Erase somebody, as a privacy officer. Raises NotFound, Conflict, WrongState."""
    return await _erase(session, act, person_id, expected_version, reason.value)


async def _erase(session: AsyncSession, act: Act, person_id: int | None, expected_version: int, reason: str) -> Person:
    person = await act.find(session, Person, person_id)
    if person.status in GONE:
        raise WrongState(person.status)
    await check_version(session, person, expected_version)
    merged = select(Person).where(Person.merged_into_id == person.id, Person.status != PersonStatus.ERASED)
    act.has_erased = True
    people = [person, *await session.scalars(merged.order_by(Person.id).with_for_update())]
    for one in people:
        await _erase_from_teams(session, act, one)
        await _erase_phone(session, act, one, [each.id for each in people])
        await memberships.end_all(session, act, one.id)
        for table in (PersonLanguage, PersonSkill, Availability):
            await session.execute(delete(table).where(table.person_id == one.id))
        await session.execute(update(Session).where(Session.person_id == one.id).values(person_id=None))
        await _erase_from_imports(session, one)
        before, one.status = one.status, PersonStatus.ERASED
        _empty(one, EMPTY)
        await act.record(
            session, one, "person.erased", from_status=before.value, to_status=one.status.value, reason=reason
        )
    return person


async def _erase_phone(session: AsyncSession, act: Act, person: Person, erased: list[int]) -> None:
    """Forget the phone where it is this person's alone: families share one."""
    if person.phone_hash is None:
        return
    account = await session.scalar(select(Account).where(Account.phone_hash == person.phone_hash).with_for_update())
    others = select(Person.id).where(Person.phone_hash == person.phone_hash, Person.id.not_in(erased))
    if await session.scalar(others.where(Person.status.not_in(GONE)).limit(1)) is not None:
        return
    contacts = select(Team).where(Team.contact_phone_hash == person.phone_hash).order_by(Team.id).with_for_update()
    for team in await session.scalars(contacts):
        _empty(team, NO_CONTACT)
        await act.record(session, team, "team.contact_changed")
    await session.execute(delete(SignInCode).where(SignInCode.phone_hash == person.phone_hash))
    if account is None:
        return
    valid = or_(Grant.valid_until.is_(None), Grant.valid_until > now())
    held = select(Grant.id).where(Grant.account_id == account.id, Grant.revoked_at.is_(None), valid)
    if await session.scalar(held.limit(1)) is None:
        await _erase_account(session, act, account)


async def _erase_account(session: AsyncSession, act: Act, account: Account) -> None:
    await sessions.end(session, account.id, None, actor=act.actor)
    await session.execute(update(Session).where(Session.account_id == account.id).values(device=None))
    tokens = update(ApiToken).where(ApiToken.account_id == account.id)
    await session.execute(tokens.where(ApiToken.revoked_at.is_(None)).values(revoked_at=now()))
    await session.execute(tokens.values(name=""))
    await session.execute(delete(WechatIdentity).where(WechatIdentity.account_id == account.id))
    before, account.status = account.status, AccountStatus.ERASED
    _empty(account, NO_SIGN_IN)
    await act.record(session, account, "account.erased", from_status=before.value, to_status=account.status.value)


async def _erase_from_teams(session: AsyncSession, act: Act, person: Person) -> None:
    """Empty the leader's name where it is this person's: the leader by key, or a contact's name as it was imported,
    of a member or beside this person's phone."""
    joined = select(Membership.team_id).where(Membership.person_id == person.id)
    is_named: list[ColumnElement[bool]] = [Team.id.in_(joined)]
    if person.phone_hash is not None:
        is_named.append(Team.contact_phone_hash == person.phone_hash)
    named = (Team.leader_name == person.name) & or_(*is_named)
    leads = select(Team).where(or_(Team.leader_id == person.id, named)).order_by(Team.id).with_for_update()
    for team in await session.scalars(leads):
        if team.contact_phone_hash is not None and team.contact_phone_hash == person.phone_hash:
            _empty(team, NO_CONTACT)
        _empty(team, NO_LEADER)
        await act.record(session, team, "team.leader_changed", person_id=None)


async def _erase_from_imports(session: AsyncSession, person: Person) -> None:
    """Forget what imports said of this name and masked phone, also of others who share one: a row has no person."""
    texts = [text for text in (person.name, person.phone_masked) if text]
    named = or_(WorkbookImportEntry.from_text.in_(texts), WorkbookImportEntry.to_text.in_(texts))
    emptied = update(WorkbookImportEntry).where(named).values(from_text=None, to_text=None)
    await session.execute(emptied, execution_options={"synchronize_session": False})


def _empty(row: Any, values: dict[str, Any]) -> None:
    for name, value in values.items():
        setattr(row, name, value)
