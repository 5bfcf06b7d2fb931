"""What the registry holds and a whole list no longer names: told first, and ended only when somebody says so."""

from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from domain import memberships, teams
from domain.acts import Act
from domain.imports.report import Named
from domain.viewers import Viewer
from models import Division, Membership, MembershipStatus, Person, Role, Team
from models.sealed import Keyring

OPERATOR = Viewer(frozenset({Role.DISPATCHER}), channel="CLI")
"""Who sits at the server's terminal decides about the whole county."""

AREA = func.coalesce(Division.township_id, Division.id).label("area")

ENDING = {state for state, action in teams.MOVES if action == "dissolve"}


@dataclass(frozen=True)
class Missing:
    """Teams that no row names, and members whom no row of their team names: keys, versions and what they are called."""

    teams: list[tuple[int, int, str]]
    members: list[tuple[int, int, str]]


async def find_missing(session: AsyncSession, named: Named) -> Missing:
    """Look in the townships from which the file names teams, and in the teams of which it names members."""
    found = select(Team.id, Team.version, Team.code, Team.name, AREA).join(Team.division)
    gone = [
        (row.id, row.version, f"{row.code} {row.name}")
        for row in await session.execute(found.where(Team.status.in_(ENDING)).order_by(Team.code))
        if row.area in named.townships and row.id not in named.teams
    ]
    listed = {team_id for team_id, _ in named.members} - {key for key, _, _ in gone}
    active = select(Membership.id, Membership.version, Membership.team_id, Person.id, Team.name, Person.name_masked)
    active = active.join(Membership.person).join(Membership.team).where(Membership.status == MembershipStatus.ACTIVE)
    left = [
        (key, version, f"{team} {person}")
        for key, version, team_id, person_id, team, person in await session.execute(active.order_by(Membership.id))
        if team_id in listed and (team_id, person_id) not in named.members
    ]
    return Missing(gone, left)


async def retire(session: AsyncSession, keyring: Keyring, missing: Missing) -> None:
    """Dissolve the teams and take the members out of theirs, each with its event. Raises Conflict when somebody was
    faster."""
    act = Act(OPERATOR, keyring)
    for key, version, _ in missing.members:
        await memberships.remove(session, act, key, version)
    for key, version, _ in missing.teams:
        await teams.review(session, act, key, "dissolve", version)
