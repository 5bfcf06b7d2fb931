"""How teams come to be, are reviewed, rest and end. The reviewer is never the applicant."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from domain import texts
from domain.acts import Act, check_version
from domain.counters import recount
from domain.county import named
from domain.reach import OPEN
from domain.refusals import InvalidInput, NotAllowed, NotFound, WrongState
from domain.scope import reach_of
from domain.times import today
from models import (
    Division,
    DivisionLevel,
    Membership,
    MembershipStatus,
    Platform,
    Team,
    TeamPlatform,
    TeamStatus,
    TeamType,
)
from models.base import new_key

DRAFT, SUBMITTED, ACTIVE = TeamStatus.DRAFT, TeamStatus.SUBMITTED, TeamStatus.ACTIVE
RETURNED, SUSPENDED, DORMANT = TeamStatus.RETURNED, TeamStatus.SUSPENDED, TeamStatus.DORMANT

MOVES: Mapping[tuple[TeamStatus, str], TeamStatus] = {
    (DRAFT, "submit"): SUBMITTED,
    (RETURNED, "submit"): SUBMITTED,
    (SUBMITTED, "approve"): ACTIVE,
    (SUBMITTED, "return"): RETURNED,
    (SUBMITTED, "reject"): TeamStatus.REJECTED,
    (ACTIVE, "suspend"): SUSPENDED,
    (SUSPENDED, "resume"): ACTIVE,
    (DORMANT, "resume"): ACTIVE,
    (ACTIVE, "dissolve"): TeamStatus.DISSOLVED,
    (SUSPENDED, "dissolve"): TeamStatus.DISSOLVED,
    (DORMANT, "dissolve"): TeamStatus.DISSOLVED,
}
"""Every other move is refused."""

TYPES = {
    "submit": "team.submitted",
    "approve": "team.approved",
    "return": "team.returned",
    "reject": "team.rejected",
    "suspend": "team.suspended",
    "resume": "team.resumed",
    "dissolve": "team.dissolved",
}
"""The events of the moves."""

OPEN_TO_APPLICANT = (DRAFT, RETURNED)
"""The states in which who asks for a team may still write on it."""


def move(status: TeamStatus, action: str) -> TeamStatus:
    """Return the status after the action. Raises WrongState, naming the actions that are possible."""
    if (status, action) not in MOVES:
        raise WrongState(status, [name for state, name in MOVES if state is status])
    return MOVES[status, action]


@dataclass(frozen=True)
class TeamText:
    """What people write about a team; what is not among the values stays."""

    values: Mapping[str, Any]
    platforms: tuple[Platform, ...] | None = None

    def checked(self) -> dict[str, Any]:
        """Return the columns. Raises InvalidInput."""
        columns: dict[str, Any] = {}
        for field, value in self.values.items():
            match field:
                case "name":
                    columns |= named(texts.name("name", value or ""))
                case "name_mn":
                    columns[field] = texts.name("nameMn", value) if value else None
                case "intro":
                    columns[field] = texts.prose("intro", value)
                case "founded_on":
                    if value is not None and value > today():
                        raise InvalidInput("foundedOn", "future")
                    columns[field] = value
        return columns


async def create(session: AsyncSession, act: Act, division_id: int | None, type: TeamType, text: TeamText) -> Team:
    """Begin a team: a draft of the viewer's, until it is submitted. Raises NotFound, InvalidInput."""
    columns = text.checked()
    division = await act.find(session, Division, division_id)
    await _one_at_a_time(session)
    await _check_name(session, division.id, columns["name"], 0)
    team = Team(
        id=new_key(),
        code=await _next_code(session, act.team_prefix),
        level=division.level,
        division_id=division.id,
        type=type,
        status=DRAFT,
        applicant_id=act.viewer.account_id,
        **columns,
    )
    session.add(team)
    await act.record(session, team, "team.drafted", to_status=DRAFT.value, division_id=division.id)
    await _set_platforms(session, team, text.platforms)
    return team


async def edit(session: AsyncSession, act: Act, team_id: int | None, text: TeamText, expected_version: int) -> Team:
    """Write on a team: the applicant on a draft, who manages the team later. Raises NotFound, Conflict, InvalidInput,
    WrongState."""
    team = await act.find(session, Team, team_id)
    if team.status in OPEN_TO_APPLICANT:
        await _check_applicant(session, act, team)
    elif team.status in (ACTIVE, SUSPENDED, DORMANT):
        await act.find(session, Team, team_id, reach_of(act.viewer).manages_team(Team.__table__))
    else:
        raise WrongState(team.status)
    await check_version(session, team, expected_version)
    columns = text.checked()
    if columns.get("name", team.name) != team.name:
        await _one_at_a_time(session)
        await _check_name(session, team.division_id, columns["name"], team.id)
    changed = [name for name, value in columns.items() if getattr(team, name) != value]
    for name in changed:
        setattr(team, name, columns[name])
    await _set_platforms(session, team, text.platforms)
    fields = sorted(set(changed) - {"pinyin", "search"}) + (["platforms"] if text.platforms is not None else [])
    await act.record(session, team, "team.edited", fields=fields)
    return team


async def submit(session: AsyncSession, act: Act, team_id: int | None, expected_version: int) -> Team:
    """Ask for the review of one's draft. Raises NotFound, Conflict, WrongState."""
    team = await act.find(session, Team, team_id)
    await _check_applicant(session, act, team)
    return await _moved(session, act, team, "submit", expected_version, None)


async def review(
    session: AsyncSession, act: Act, team_id: int | None, action: str, expected_version: int, note: str | None = None
) -> Team:
    """Approve, return, reject, suspend, resume or dissolve a team of one's place. Raises NotFound, Conflict,
    WrongState, NotAllowed for the applicant."""
    team = await act.find(session, Team, team_id, reach_of(act.viewer).reviews(Team.division_id))
    if team.status is SUBMITTED and team.applicant_id == act.viewer.account_id:
        raise NotAllowed("reviewer_is_applicant")
    moved = await _moved(session, act, team, action, expected_version, note)
    if action == "dissolve":
        await _let_everybody_go(session, act, team)
    return moved


async def _moved(
    session: AsyncSession, act: Act, team: Team, action: str, expected_version: int, note: str | None
) -> Team:
    after = move(team.status, action)
    await check_version(session, team, expected_version)
    before, team.status, team.review_note = team.status, after, texts.prose("note", note)
    await act.record(session, team, TYPES[action], from_status=before.value, to_status=after.value)
    return team


async def _let_everybody_go(session: AsyncSession, act: Act, team: Team) -> None:
    """End the open memberships of a team that was dissolved, each with its event."""
    still = select(Membership).where(Membership.team_id == team.id, Membership.status.in_(OPEN))
    for membership in (await session.scalars(still.order_by(Membership.id).with_for_update())).all():
        before, membership.status, membership.left_on = membership.status, MembershipStatus.LEFT, today()
        await act.record(
            session, membership, "membership.ended", from_status=before.value, to_status=MembershipStatus.LEFT.value
        )
    team.leader_id = None
    await session.flush()
    await recount(session, [team.id])


async def _check_applicant(session: AsyncSession, act: Act, team: Team) -> None:
    """Raises NotFound for who neither began the team nor decides about its place."""
    if team.applicant_id != act.viewer.account_id:
        administers = reach_of(act.viewer).administers(Team.division_id)
        if await session.scalar(select(Team.id).where(Team.id == team.id, administers)) is None:
            raise NotFound("team")


async def _one_at_a_time(session: AsyncSession) -> None:
    """Wait until nobody else gives teams names and codes."""
    banner = select(Division.id).where(Division.level == DivisionLevel.BANNER).order_by(Division.id)
    await session.execute(banner.with_for_update())


async def _check_name(session: AsyncSession, division_id: int, name: str, own: int) -> None:
    same = select(Team.id).where(Team.division_id == division_id, Team.name == name, Team.id != own)
    if await session.scalar(same) is not None:
        raise InvalidInput("name", "name_taken")


async def _next_code(session: AsyncSession, prefix: str) -> str:
    ours = select(Team.code).where(Team.code.startswith(f"{prefix}-", autoescape=True))
    last = await session.scalar(ours.order_by(func.length(Team.code).desc(), Team.code.desc()).limit(1))
    number = (last or "").rpartition("-")[2]
    return f"{prefix}-{int(number) + 1 if number.isdecimal() else 1:04d}"


async def _set_platforms(session: AsyncSession, team: Team, platforms: tuple[Platform, ...] | None) -> None:
    if platforms is None:
        return
    await session.flush()
    rows = {
        row.platform: row for row in await session.scalars(select(TeamPlatform).where(TeamPlatform.team_id == team.id))
    }
    for platform in rows.keys() - set(platforms):
        await session.delete(rows[platform])
    session.add_all(
        [TeamPlatform(team_id=team.id, platform=one) for one in Platform if one in set(platforms) - rows.keys()]
    )
