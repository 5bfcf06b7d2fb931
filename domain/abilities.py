"""What people can do and when they are free: the whole list at once, and certificates that somebody else has seen."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from domain import texts
from domain.acts import Act, check_version
from domain.counters import recount
from domain.people import described, teams_of
from domain.refusals import InvalidInput, NotAllowed, NotFound
from domain.scope import reach_of
from models import Availability, HalfDay, Person, PersonSkill, Season, Skill, now
from models.base import new_key

MOST_SKILLS = 30


@dataclass(frozen=True)
class Ability:
    """A skill as its owner states it; level 1 (learning) to 4 (teaches others)."""

    skill_id: int | None
    level: int = 2
    certificate_number: str | None = None
    issued_on: dt.date | None = None
    expires_on: dt.date | None = None

    def check(self) -> None:
        """Raises InvalidInput."""
        if not 1 <= self.level <= 4:
            raise InvalidInput("level", "level")
        if self.issued_on and self.expires_on and self.expires_on < self.issued_on:
            raise InvalidInput("expiresOn", "expires_first")
        if self.certificate_number:
            texts.name("certificateNumber", self.certificate_number)

    @property
    def certificate(self) -> tuple[str | None, dt.date | None, dt.date | None]:
        return self.certificate_number or None, self.issued_on, self.expires_on


async def set_skills(
    session: AsyncSession, act: Act, person_id: int | None, abilities: Sequence[Ability], expected_version: int
) -> Person:
    """Let a person have these skills and no others. A certificate that changes has to be verified anew. Raises
    NotFound, Conflict, InvalidInput, WrongState."""
    person = await described(session, act, person_id)
    await check_version(session, person, expected_version)
    wanted = {ability.skill_id: ability for ability in abilities}
    if len(wanted) < len(abilities) or len(abilities) > MOST_SKILLS:
        raise InvalidInput("skills", "skills_twice")
    for ability in abilities:
        ability.check()
    found = set(await session.scalars(select(Skill.id).where(Skill.id.in_([key for key in wanted if key]))))
    if found != set(wanted):
        raise NotFound("skill")
    rows = await session.scalars(select(PersonSkill).where(PersonSkill.person_id == person.id).with_for_update())
    for row in rows.all():
        kept = wanted.pop(row.skill_id, None)
        if kept is None:
            await session.delete(row)
            continue
        if kept.certificate != (row.certificate_number, row.issued_on, row.expires_on):
            row.verified_at = row.verified_by_id = None
        row.level = kept.level
        row.certificate_number, row.issued_on, row.expires_on = kept.certificate
    for key, ability in wanted.items():
        number, issued, expires = ability.certificate
        session.add(
            PersonSkill(
                id=new_key(), person_id=person.id, skill_id=key, level=ability.level,
                certificate_number=number, issued_on=issued, expires_on=expires,
            )
        )  # fmt: skip
    await act.record(session, person, "person.skills_set", skill_ids=sorted(found))
    await session.flush()
    await recount(session, await teams_of(session, person.id))
    return person


async def set_availability(
    session: AsyncSession,
    act: Act,
    person_id: int | None,
    half_days: Sequence[tuple[HalfDay, Season]],
    expected_version: int,
) -> Person:
    """Let a person be free on these half-days and no others. Raises NotFound, Conflict, WrongState."""
    person = await described(session, act, person_id)
    await check_version(session, person, expected_version)
    wanted = set(half_days)
    rows = await session.scalars(select(Availability).where(Availability.person_id == person.id))
    for row in rows.all():
        if (row.half_day, row.season) in wanted:
            wanted.remove((row.half_day, row.season))
        else:
            await session.delete(row)
    await session.flush()
    for half_day, season in sorted(wanted, key=lambda item: (list(HalfDay).index(item[0]), item[1].value)):
        session.add(Availability(id=new_key(), person_id=person.id, half_day=half_day, season=season))
    await act.record(session, person, "person.availability_set", half_days=sorted({day.value for day, _ in half_days}))
    return person


async def certify(session: AsyncSession, act: Act, person_skill_id: int | None) -> PersonSkill:
    """Say that one has seen the certificate of somebody of one's place. Raises NotFound, NotAllowed for one's own,
    InvalidInput when there is none."""
    ability = await act.find(session, PersonSkill, person_skill_id)
    person = await act.find(session, Person, ability.person_id, reach_of(act.viewer).reviews(Person.division_id))
    if person.id in act.viewer.person_ids:
        raise NotAllowed("own_certificate")
    if ability.certificate_number is None:
        raise InvalidInput("personSkillId", "certificate_missing")
    ability.verified_at, ability.verified_by_id = now(), act.viewer.person_id
    await act.record(session, person, "person.skill_certified", skill_id=ability.skill_id)
    return ability
