"""One sealed value of one person, opened by itself, for a purpose that is named and on record."""

import enum
from collections.abc import Mapping

import orjson
from sqlalchemy.ext.asyncio import AsyncSession

from domain.acts import Act
from domain.events import record
from domain.refusals import NotAllowed
from domain.sign_in.limits import DAY, Limit, count
from models import Person, Role

REVEALS_A_DAY = Limit("reveal_day", 50, DAY)
"""Of other people, by one account. Assumed."""

REVEALERS = (Role.PRIVACY_OFFICER, Role.DISPATCHER)


class Secret(enum.Enum):
    """Values that no list and no ordinary field shows."""

    BIRTH_DATE = "BIRTH_DATE"
    ETHNICITY = "ETHNICITY"
    GUARDIAN = "GUARDIAN"


class Purpose(enum.Enum):
    SAFETY = "SAFETY"
    INSURANCE = "INSURANCE"
    CORRECTION = "CORRECTION"
    LEGAL_REQUEST = "LEGAL_REQUEST"


COLUMNS: Mapping[Secret, str] = {
    Secret.BIRTH_DATE: "birth_date_sealed",
    Secret.ETHNICITY: "ethnicity_sealed",
    Secret.GUARDIAN: "guardian_sealed",
}


async def reveal(
    session: AsyncSession, act: Act, person_id: int | None, secret: Secret, purpose: Purpose
) -> str | None:
    """Return the value, None where there is none. Raises NotFound, NotAllowed, and LimitReached, after which the caller
    commits all the same."""
    person = await act.find(session, Person, person_id)
    if person.id not in act.viewer.person_ids:
        if not act.viewer.has(*REVEALERS):
            raise NotAllowed("reveal_role")
        await count(session, act.keyring, REVEALS_A_DAY, str(act.viewer.account_id))
    sealed: str | None = getattr(person, COLUMNS[secret])
    await record(
        session,
        entity="person",
        entity_id=person.id,
        type="pii.revealed",
        actor=act.actor,
        payload={"field": secret.value, "purpose": purpose.value, "is_known": sealed is not None},
    )
    if sealed is None:
        return None
    value = act.keyring.open(sealed)
    return guardian_text(value) if secret is Secret.GUARDIAN else value


def guardian_text(value: str) -> str:
    """Return name and phone of a guardian in one line."""
    known = orjson.loads(value)
    return f"{known['name']} {known['phone']}"
