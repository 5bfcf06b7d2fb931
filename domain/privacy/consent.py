"""Consent: a person says for each field whether others, who see the person, see it too; and may withdraw that."""

from collections.abc import Mapping

from sqlalchemy.ext.asyncio import AsyncSession

from domain.acts import Act
from domain.refusals import InvalidInput, NotFound, WrongState
from domain.sign_in.accounts import GONE
from models import Person

FIELDS: Mapping[str, str] = {
    "PHONE": "shares_phone",
    "BIRTH_YEAR": "shares_birth_year",
    "POLITICAL_STATUS": "shares_political_status",
}
"""The code of what is shared and the column that says whether."""


async def set_consent(
    session: AsyncSession, act: Act, person_id: int | None, given: Mapping[str, bool | None]
) -> Person:
    """Set what the person itself says of each code; what is None stays. Nobody else may, and no version is asked: it is
    never too late to withdraw. Raises NotFound, InvalidInput, WrongState."""
    if person_id not in act.viewer.person_ids:
        raise NotFound("person")
    person = await act.find(session, Person, person_id)
    if person.status in GONE:
        raise WrongState(person.status)
    said = {code: shares for code, shares in given.items() if shares is not None}
    if not said:
        raise InvalidInput("phone", "nothing_said")
    for code, shares in said.items():
        setattr(person, FIELDS[code], shares)
        await act.record(session, person, "consent.given" if shares else "consent.withdrawn", field=code)
    return person
