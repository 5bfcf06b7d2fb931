"""What the registry holds already, as far as an import needs to know."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field, fields
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from domain.imports.places import Place, Places
from domain.imports.roster import KnownTeam
from models import (
    AliasConfidence,
    Availability,
    Division,
    DivisionAlias,
    Gender,
    HalfDay,
    Membership,
    MembershipRole,
    MembershipStatus,
    Person,
    PersonLanguage,
    PersonSkill,
    PersonStatus,
    Platform,
    PoliticalStatus,
    Skill,
    SpokenLanguage,
    Team,
    TeamPlatform,
)

HOLDS: tuple[tuple[Any, Any, str], ...] = (
    (PersonSkill, PersonSkill.skill_id, "skill_ids"),
    (PersonLanguage, PersonLanguage.language, "languages"),
    (Availability, Availability.half_day, "half_days"),
)
"""The lists that belong to a person."""

MEMBERSHIP = (Membership.id, Membership.status, Membership.role, Membership.joined_on, Membership.version)

AT_ONCE = 5_000
"""Keys in one statement; both databases take some 32,000."""


@dataclass(frozen=True)
class KnownMember:
    """Somebody who is, or once was, in a team: a membership that ended is not begun again by an import."""

    team_id: int
    person_id: int
    name: str
    phone_masked: str | None = None
    id: int = 0
    """Of the membership."""
    status: MembershipStatus = MembershipStatus.ACTIVE
    role: MembershipRole = MembershipRole.MEMBER
    joined_on: dt.date | None = None
    version: int = 1


@dataclass(frozen=True)
class KnownPerson:
    """What is stored about somebody, as far as a row can say something else."""

    id: int
    version: int
    gender: Gender | None
    political_status: PoliticalStatus | None
    ethnicity_sealed: str | None
    skill_note: str | None
    phone_hash: str | None
    division_id: int | None
    skill_ids: set[int] = field(default_factory=set)
    languages: set[SpokenLanguage] = field(default_factory=set)
    half_days: set[HalfDay] = field(default_factory=set)


@dataclass(frozen=True)
class Registry:
    places: Places
    skills: dict[str, int]
    skill_codes: dict[str, int]
    teams: list[KnownTeam]


async def load_registry(session: AsyncSession) -> Registry:
    """Return places, skills (by name and by code) and teams."""
    division = select(Division.id, Division.name, Division.level, Division.township_id)
    places = [Place(*row) for row in await session.execute(division)]
    alias = select(DivisionAlias.alias, DivisionAlias.division_id)
    alias = alias.where(DivisionAlias.confidence != AliasConfidence.LOW, DivisionAlias.source != "official")
    skills = (await session.execute(select(Skill.id, Skill.name, Skill.code))).all()
    teams = await session.execute(select(*(getattr(Team, column.name) for column in fields(KnownTeam))))
    return Registry(
        Places(places, [(row.alias, row.division_id) for row in await session.execute(alias)]),
        {row.name: row.id for row in skills},
        {row.code: row.id for row in skills},
        [KnownTeam(*row) for row in teams],
    )


async def find_people(session: AsyncSession, hashes: Iterable[str]) -> dict[tuple[str, str], int]:
    """Return people by hash of their phone and name; one that was merged is the person merged into."""
    found: dict[tuple[str, str], int] = {}
    keys = sorted(set(hashes))
    for start in range(0, len(keys), AT_ONCE):
        statement = (
            select(Person.phone_hash, Person.name, func.coalesce(Person.merged_into_id, Person.id))
            .where(Person.phone_hash.in_(keys[start : start + AT_ONCE]), Person.status != PersonStatus.ERASED)
            .order_by(Person.id)
        )
        for phone_hash, name, person_id in await session.execute(statement):
            found.setdefault((phone_hash or "", name), person_id)
    return found


async def find_members(session: AsyncSession, team_ids: Iterable[int]) -> list[KnownMember]:
    """Return who is known in these teams."""
    found: list[KnownMember] = []
    keys = sorted(set(team_ids))
    for start in range(0, len(keys), AT_ONCE):
        statement = (
            select(Membership.team_id, Person.id, Person.name, Person.phone_masked, *MEMBERSHIP)
            .join(Person, Person.id == Membership.person_id)
            .where(Membership.team_id.in_(keys[start : start + AT_ONCE]))
            .order_by(Person.id)
        )
        found += [KnownMember(*row) for row in await session.execute(statement)]
    return found


async def find_details(session: AsyncSession, person_ids: Iterable[int]) -> dict[int, KnownPerson]:
    """Return what is stored about these people."""
    found: dict[int, KnownPerson] = {}
    keys = sorted(set(person_ids))
    for start in range(0, len(keys), AT_ONCE):
        some = keys[start : start + AT_ONCE]
        columns = [getattr(Person, column.name) for column in fields(KnownPerson)[:8]]
        found |= {
            row.id: KnownPerson(*row) for row in await session.execute(select(*columns).where(Person.id.in_(some)))
        }
        for model, column, name in HOLDS:
            held = select(model.person_id, column).where(model.person_id.in_(some))
            for person_id, value in await session.execute(held):
                getattr(found[person_id], name).add(value)
    return found


async def find_platforms(session: AsyncSession, team_ids: Iterable[int]) -> dict[int, set[Platform]]:
    """Return the platforms of these teams."""
    found: dict[int, set[Platform]] = defaultdict(set)
    keys = sorted(set(team_ids))
    for start in range(0, len(keys), AT_ONCE):
        held = select(TeamPlatform.team_id, TeamPlatform.platform)
        for team_id, platform in await session.execute(
            held.where(TeamPlatform.team_id.in_(keys[start : start + AT_ONCE]))
        ):
            found[team_id].add(platform)
    return found


async def teams_of(session: AsyncSession, person_ids: Iterable[int]) -> set[int]:
    """Return the teams in which these people are active."""
    found: set[int] = set()
    keys = sorted(set(person_ids))
    for start in range(0, len(keys), AT_ONCE):
        of_them = Membership.person_id.in_(keys[start : start + AT_ONCE])
        active = Membership.status == MembershipStatus.ACTIVE
        found |= set(await session.scalars(select(Membership.team_id).where(of_them, active)))
    return found
