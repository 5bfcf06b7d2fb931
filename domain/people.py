"""How people are registered, verified and described: by themselves, or by the coordinator of their place."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from domain import texts
from domain.acts import Act, check_version
from domain.counters import recount
from domain.county import named
from domain.refusals import InvalidInput, NotAllowed, NotFound, WrongState
from domain.scope import reach_of, visible
from domain.sign_in.codes import phone_number
from domain.times import today
from models import (
    Account,
    Division,
    Membership,
    MembershipStatus,
    Person,
    PersonLanguage,
    PersonStatus,
    SpokenLanguage,
    now,
)
from models.base import new_key
from models.text import mask_name, mask_phone

ADULT, YOUNGEST, OLDEST = 18, 14, 120
"""Years. Under 14: not registrable online; 14 to 17: a guardian's consent is recorded."""

PENDING, VERIFIED, SUSPENDED = PersonStatus.PENDING, PersonStatus.VERIFIED, PersonStatus.SUSPENDED

MOVES: Mapping[tuple[PersonStatus, str], PersonStatus] = {
    (PENDING, "verify"): VERIFIED,
    (PENDING, "suspend"): SUSPENDED,
    (VERIFIED, "suspend"): SUSPENDED,
    (SUSPENDED, "resume"): PENDING,
}
"""Every other move is refused. Who was suspended is verified anew."""

TYPES = {"verify": "person.verified", "suspend": "person.suspended", "resume": "person.resumed"}


@dataclass(frozen=True)
class Guardian:
    """Who consents for somebody under 18."""

    name: str
    phone: str


@dataclass(frozen=True)
class PersonText:
    """What is written about a person; what is not among the values stays."""

    values: Mapping[str, Any]
    languages: Sequence[SpokenLanguage] | None = None

    def columns(self, act: Act) -> dict[str, Any]:
        """Return the columns, personal values sealed. Raises InvalidInput."""
        columns: dict[str, Any] = {}
        for field, value in self.values.items():
            match field:
                case "name":
                    name = texts.name("name", value or "")
                    columns |= {**named(name), "name_masked": mask_name(name)}
                case "phone":
                    columns |= phone_columns(act, value)
                case "birth_date":
                    columns |= {"birth_date_sealed": value and act.keyring.seal(value.isoformat())}
                    columns |= {"birth_year": value and value.year}
                case "ethnicity":
                    ethnicity = texts.name("ethnicity", value) if value else None
                    columns["ethnicity_sealed"] = ethnicity and act.keyring.seal(ethnicity)
                case "skill_note":
                    columns[field] = texts.prose("skillNote", value)
                case "gender" | "political_status":
                    columns[field] = value
        return columns


def phone_columns(act: Act, phone: str | None) -> dict[str, Any]:
    """Return a phone as it is stored: sealed, masked, and hashed for exact look-up. Raises InvalidInput."""
    number = phone_number(phone) if phone else None
    return {
        "phone_sealed": number and act.keyring.seal(number),
        "phone_masked": number and mask_phone(number),
        "phone_hash": number and act.keyring.lookup_hash(number),
    }


def age(born: dt.date, day: dt.date) -> int:
    """Return the full years between two days."""
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


def check_age(born: dt.date | None, guardian: Guardian | None) -> None:
    """Raises InvalidInput for who is too young to be registered online, or young and without a guardian."""
    if born is None:
        raise InvalidInput("birthDate", "birth_date_missing")
    years = age(born, today())
    if not 0 <= years <= OLDEST:
        raise InvalidInput("birthDate", "birth_date")
    if years < YOUNGEST:
        raise InvalidInput("birthDate", "too_young")
    if years < ADULT and guardian is None:
        raise InvalidInput("guardian", "guardian_missing")


async def register(
    session: AsyncSession,
    act: Act,
    division_id: int | None,
    text: PersonText,
    guardian: Guardian | None,
    *,
    oneself: bool,
) -> Person:
    """Register `oneself` (or a member of the family) under the account's own phone, or somebody of the coordinator's
    place under any phone or none. Raises NotFound, InvalidInput, NotAllowed."""
    check_age(text.values.get("birth_date"), guardian)
    division = await act.find(session, Division, division_id)
    columns = text.columns(act)
    if oneself:
        account = await session.get_one(Account, act.viewer.account_id, with_for_update=True)
        columns |= {name: getattr(account, name) for name in ("phone_sealed", "phone_masked", "phone_hash")}
    else:
        administers = reach_of(act.viewer).administers(Division.id)
        if await session.scalar(select(Division.id).where(Division.id == division.id, administers)) is None:
            raise NotFound("division")
    await _check_new(session, act, columns, oneself)
    person = Person(
        id=new_key(),
        division_id=division.id,
        status=PENDING,
        registered_by_id=act.viewer.account_id,
        **columns,
        **_consent(act, guardian),
    )
    session.add(person)
    await act.record(session, person, "person.registered", to_status=PENDING.value, division_id=division.id)
    await _set_languages(session, person, text.languages)
    return person


async def edit(
    session: AsyncSession, act: Act, person_id: int | None, text: PersonText, expected_version: int
) -> Person:
    """Write on oneself, or on somebody of one's place. Raises NotFound, Conflict, InvalidInput, WrongState."""
    person = await described(session, act, person_id)
    await check_version(session, person, expected_version)
    columns = text.columns(act)
    if "phone" in text.values and person.id in act.viewer.person_ids:
        raise InvalidInput("phone", "own_phone")
    changed = sorted(name for name in text.values if name != "phone")
    for name, value in columns.items():
        setattr(person, name, value)
    await _set_languages(session, person, text.languages)
    fields = changed + (["phone"] if "phone" in text.values else []) + (["languages"] if text.languages else [])
    await act.record(session, person, "person.edited", fields=fields)
    if "political_status" in columns:
        await session.flush()
        await recount(session, await teams_of(session, person.id))
    return person


async def review(session: AsyncSession, act: Act, person_id: int | None, action: str, expected_version: int) -> Person:
    """Verify, suspend or resume somebody of one's place. Raises NotFound, Conflict, WrongState, NotAllowed."""
    person = await act.find(session, Person, person_id, reach_of(act.viewer).administers(Person.division_id))
    if (person.status, action) not in MOVES:
        raise WrongState(person.status, [name for state, name in MOVES if state is person.status])
    await check_version(session, person, expected_version)
    if person.id in act.viewer.person_ids or (action == "verify" and person.registered_by_id == act.viewer.account_id):
        raise NotAllowed("reviewer_is_applicant")
    before, person.status = person.status, MOVES[person.status, action]
    await act.record(session, person, TYPES[action], from_status=before.value, to_status=person.status.value)
    return person


async def teams_of(session: AsyncSession, person_id: int) -> list[int]:
    """Return the teams that a person is an active member of."""
    active = Membership.status == MembershipStatus.ACTIVE
    return list(await session.scalars(select(Membership.team_id).where(Membership.person_id == person_id, active)))


async def described(session: AsyncSession, act: Act, person_id: int | None) -> Person:
    """Return a person whom the viewer may describe: oneself, or one of its place. Raises NotFound, WrongState."""
    reach = reach_of(act.viewer)
    mine = reach.own(Person.id) | reach.administers(Person.division_id)
    person = await act.find(session, Person, person_id, mine)
    if person.status in (PersonStatus.MERGED, PersonStatus.ERASED):
        raise WrongState(person.status)
    return person


async def _check_new(session: AsyncSession, act: Act, columns: Mapping[str, Any], oneself: bool) -> None:
    """Raises InvalidInput when the same name and phone is registered already, as far as the viewer may know that."""
    if not columns.get("phone_hash"):
        return
    same = select(Person.id).where(Person.phone_hash == columns["phone_hash"], Person.name == columns["name"])
    known = same if oneself else same.where(visible(Person, act.viewer))
    if await session.scalar(known.limit(1)) is not None:
        raise InvalidInput("name", "person_known")


def _consent(act: Act, guardian: Guardian | None) -> dict[str, Any]:
    if guardian is None:
        return {}
    name, phone = texts.name("guardian", guardian.name), phone_number(guardian.phone)
    sealed = act.keyring.seal(orjson.dumps({"name": name, "phone": phone}).decode())
    return {"guardian_sealed": sealed, "guardian_consent_at": now()}


async def _set_languages(session: AsyncSession, person: Person, languages: Sequence[SpokenLanguage] | None) -> None:
    if languages is None:
        return
    await session.flush()
    rows = {
        row.language: row
        for row in await session.scalars(select(PersonLanguage).where(PersonLanguage.person_id == person.id))
    }
    for language in rows.keys() - set(languages):
        await session.delete(rows[language])
    session.add_all(
        [
            PersonLanguage(person_id=person.id, language=one)
            for one in SpokenLanguage
            if one in set(languages) - rows.keys()
        ]
    )
