"""What the registry holds already, as far as an import needs to know."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from domain.imports.places import Place, Places
from domain.imports.roster import KnownTeam
from models import AliasConfidence, Division, DivisionAlias, Membership, Person, PersonStatus, Skill, Team

AT_ONCE = 5_000
"""Keys in one statement; both databases take some 32,000."""


@dataclass(frozen=True)
class KnownMember:
    """Somebody who is, or once was, in a team: a membership that ended is not begun again by an import."""

    team_id: int
    person_id: int
    name: str
    has_phone: bool


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
    teams = await session.execute(select(Team.id, Team.code, Team.name, Team.division_id))
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
            select(Membership.team_id, Person.id, Person.name, Person.phone_hash.is_not(None))
            .join(Person, Person.id == Membership.person_id)
            .where(Membership.team_id.in_(keys[start : start + AT_ONCE]))
            .order_by(Person.id)
        )
        for team_id, person_id, name, has_phone in await session.execute(statement):
            found.append(KnownMember(team_id, person_id, name, bool(has_phone)))
    return found
