"""Who gives which role to whom, and where it holds. Nobody raises oneself."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from domain.acts import Act, check_version
from domain.refusals import InvalidInput, NotAllowed, NotFound, WrongState
from domain.scope import reach_of
from domain.sign_in.accounts import account_of
from domain.sign_in.codes import phone_number
from models import Account, AccountStatus, Division, DivisionLevel, Grant, Platform, Role, Team, Unit, now
from models.base import new_key

SCOPES: Mapping[Role, str | None] = {
    Role.TEAM_LEADER: "team",
    Role.RECORDER: "team",
    Role.UNIT_CONTACT: "unit",
    Role.STATION_COORDINATOR: "division",
    Role.OFFICE_COORDINATOR: "division",
    Role.PLATFORM_LEAD: "platform",
    Role.DISPATCHER: None,
    Role.SUPERVISOR: None,
    Role.DIRECTOR: None,
    Role.AUDITOR: None,
    Role.PRIVACY_OFFICER: None,
    Role.ADMIN: None,
}
"""What each role that can be granted holds for. The others follow from what an account is."""

LEVELS = {Role.STATION_COORDINATOR: DivisionLevel.VILLAGE, Role.OFFICE_COORDINATOR: DivisionLevel.TOWNSHIP}

OF_OFFICE = frozenset({Role.STATION_COORDINATOR, Role.TEAM_LEADER, Role.RECORDER})
"""What a township's coordinator grants inside its township."""


@dataclass(frozen=True)
class Where:
    """Where a role is to hold."""

    division_id: int | None = None
    platform: Platform | None = None
    team_id: int | None = None
    unit_id: int | None = None

    @property
    def kinds(self) -> set[str]:
        given = {"division": self.division_id, "platform": self.platform, "team": self.team_id, "unit": self.unit_id}
        return {kind for kind, value in given.items() if value is not None}


async def give(
    session: AsyncSession, act: Act, phone: str, role: Role, where: Where, valid_until: dt.datetime | None
) -> Grant:
    """Give the account of a phone a role; the account is made if there is none. Raises NotFound, InvalidInput,
    NotAllowed."""
    if role not in SCOPES:
        raise InvalidInput("role", "role_not_granted")
    kind = SCOPES[role]
    if where.kinds != ({kind} if kind else set()):
        raise InvalidInput("role", f"role_for_{kind}" if kind else "role_for_all")
    if valid_until is not None and valid_until <= now():
        raise InvalidInput("validUntil", "past")
    await _check_reach(session, act, role, where)
    account = await account_of(session, act.keyring, phone_number(phone), act.actor)
    if account.id == act.viewer.account_id:
        raise NotAllowed("own_role")
    if account.status is not AccountStatus.ACTIVE:
        raise WrongState(account.status)
    await _check_new(session, account, role, where)
    grant = Grant(
        id=new_key(),
        account_id=account.id,
        role=role,
        division_id=where.division_id,
        platform=where.platform,
        team_id=where.team_id,
        unit_id=where.unit_id,
        valid_from=now(),
        valid_until=valid_until,
        granted_by_id=act.viewer.account_id,
    )
    session.add(grant)
    await act.record(session, grant, "grant.given", role=role.value, account_id=account.id)
    return grant


async def revoke(session: AsyncSession, act: Act, grant_id: int | None, expected_version: int) -> Grant:
    """Take a role back. Raises NotFound, Conflict, NotAllowed, WrongState when it was taken back before."""
    grant = await act.find(session, Grant, grant_id)
    await _check_reach(session, act, grant.role, Where(grant.division_id, grant.platform, grant.team_id, grant.unit_id))
    if grant.revoked_at is not None:
        raise WrongState("REVOKED")
    await check_version(session, grant, expected_version)
    if grant.account_id == act.viewer.account_id and grant.role is Role.ADMIN:
        raise NotAllowed("own_role")
    grant.revoked_at, grant.revoked_by_id = now(), act.viewer.account_id
    await act.record(session, grant, "grant.revoked", role=grant.role.value, account_id=grant.account_id)
    return grant


async def _check_reach(session: AsyncSession, act: Act, role: Role, where: Where) -> None:
    """The administrator grants everything, a township's coordinator some roles inside its township. Raises NotFound
    for a place, team or unit that is not there for the viewer, NotAllowed for another role."""
    is_admin = act.viewer.has(Role.ADMIN)
    if not is_admin and role not in OF_OFFICE:
        raise NotAllowed("role_of_admin")
    reach = reach_of(act.viewer)
    if where.division_id is not None:
        division = await act.find(session, Division, where.division_id)
        if division.level is not LEVELS[role]:
            raise InvalidInput("divisionId", f"role_at_{LEVELS[role].value.lower()}")
        inside = select(Division.id).where(Division.id == division.id, reach.reviews(Division.id))
        if not is_admin and await session.scalar(inside) is None:
            raise NotFound("division")
    if where.team_id is not None:
        team = await act.find(session, Team, where.team_id)
        inside = select(Team.id).where(Team.id == team.id, reach.reviews(Team.division_id))
        if not is_admin and await session.scalar(inside) is None:
            raise NotFound("team")
    if where.unit_id is not None:
        await act.find(session, Unit, where.unit_id)


async def _check_new(session: AsyncSession, account: Account, role: Role, where: Where) -> None:
    same = select(Grant.id).where(
        Grant.account_id == account.id,
        Grant.role == role,
        Grant.revoked_at.is_(None),
        Grant.valid_until.is_(None),
        Grant.division_id.is_not_distinct_from(where.division_id),
        Grant.platform.is_not_distinct_from(where.platform),
        Grant.team_id.is_not_distinct_from(where.team_id),
        Grant.unit_id.is_not_distinct_from(where.unit_id),
    )
    if await session.scalar(same) is not None:
        raise InvalidInput("role", "role_held")
