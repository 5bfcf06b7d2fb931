"""How people come into teams and leave them: by application or invitation, never by one person alone."""

from collections.abc import Mapping

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from domain.acts import Act, check_version
from domain.counters import recount
from domain.reach import OPEN
from domain.refusals import InvalidInput, LimitReached, NotAllowed, NotFound, WrongState
from domain.scope import reach_of
from domain.times import today
from models import Membership, MembershipRole, MembershipStatus, Person, PersonStatus, Team, TeamStatus
from models.base import new_key

MOST_TEAMS = 5
"""Active teams of a person. Assumed."""

INVITED, APPLIED, ACTIVE = MembershipStatus.INVITED, MembershipStatus.APPLIED, MembershipStatus.ACTIVE

MOVES: Mapping[tuple[MembershipStatus, str], MembershipStatus] = {
    (APPLIED, "approve"): ACTIVE,
    (APPLIED, "decline"): MembershipStatus.DECLINED,
    (APPLIED, "leave"): MembershipStatus.LEFT,
    (INVITED, "accept"): ACTIVE,
    (INVITED, "decline"): MembershipStatus.DECLINED,
    (ACTIVE, "leave"): MembershipStatus.LEFT,
    (ACTIVE, "remove"): MembershipStatus.REMOVED,
    (ACTIVE, "changeRole"): ACTIVE,
}
"""Every other move is refused."""

JOINABLE = (PersonStatus.PENDING, PersonStatus.VERIFIED)


def move(status: MembershipStatus, action: str) -> MembershipStatus:
    """Return the status after the action. Raises WrongState, naming the actions that are possible."""
    if (status, action) not in MOVES:
        raise WrongState(status, [name for state, name in MOVES if state is status])
    return MOVES[status, action]


async def apply(session: AsyncSession, act: Act, team_id: int | None, person_id: int | None) -> Membership:
    """Ask to join a team, for oneself or another person of one's phone. Raises NotFound, WrongState, LimitReached."""
    person = await _own_person(session, act, person_id)
    return await _propose(session, act, team_id, person, APPLIED, "membership.applied")


async def invite(session: AsyncSession, act: Act, team_id: int | None, person_id: int | None) -> Membership:
    """Ask a person, whom the viewer can see, to join a team that it manages. Raises NotFound, WrongState."""
    person = await act.find(session, Person, person_id)
    managed = reach_of(act.viewer).manages_team(Team.__table__)
    if await session.scalar(select(Team.id).where(Team.id == team_id, managed)) is None:
        raise NotFound("team")
    return await _propose(session, act, team_id, person, INVITED, "membership.invited")


async def approve(session: AsyncSession, act: Act, membership_id: int | None, expected_version: int) -> Membership:
    """Take an applicant in. Raises NotFound, Conflict, WrongState, NotAllowed, LimitReached."""
    membership = await _managed(session, act, membership_id)
    after = move(membership.status, "approve")
    await check_version(session, membership, expected_version)
    if membership.proposed_by_id == act.viewer.account_id or membership.person_id in act.viewer.person_ids:
        raise NotAllowed("reviewer_is_applicant")
    return await _join(session, act, membership, after, "membership.approved")


async def accept(session: AsyncSession, act: Act, membership_id: int | None) -> Membership:
    """Accept an invitation. Raises NotFound, WrongState, LimitReached."""
    membership = await _own(session, act, membership_id)
    after = move(membership.status, "accept")
    return await _join(session, act, membership, after, "membership.accepted")


async def decline(session: AsyncSession, act: Act, membership_id: int | None) -> Membership:
    """Decline an application to one's team, or an invitation to oneself. Raises NotFound, WrongState."""
    membership = await act.find(session, Membership, membership_id)
    after = move(membership.status, "decline")
    if membership.status is APPLIED:
        await _managed(session, act, membership_id)
    elif membership.person_id not in act.viewer.person_ids:
        raise NotFound("membership")
    return await _change(session, act, membership, after, "membership.declined")


async def leave(session: AsyncSession, act: Act, membership_id: int | None) -> Membership:
    """Leave a team, or take an application back. Raises NotFound, WrongState."""
    membership = await _own(session, act, membership_id)
    return await _end(session, act, membership, move(membership.status, "leave"), "membership.left")


async def remove(session: AsyncSession, act: Act, membership_id: int | None, expected_version: int) -> Membership:
    """Take a member out of a team that the viewer manages. Raises NotFound, Conflict, WrongState."""
    membership = await _managed(session, act, membership_id)
    after = move(membership.status, "remove")
    await check_version(session, membership, expected_version)
    return await _end(session, act, membership, after, "membership.removed")


async def end_all(session: AsyncSession, act: Act, person_id: int) -> None:
    """Take somebody who is erased out of every team, and back from every application and invitation."""
    open_ = select(Membership).where(Membership.person_id == person_id, Membership.status.in_(OPEN))
    for membership in await session.scalars(open_.order_by(Membership.id).with_for_update()):
        if membership.status is INVITED:
            await _change(session, act, membership, move(INVITED, "decline"), "membership.declined")
        else:
            await _end(session, act, membership, move(membership.status, "leave"), "membership.left")


async def change_role(
    session: AsyncSession, act: Act, membership_id: int | None, role: MembershipRole, expected_version: int
) -> Membership:
    """Give a member another role. A leader is named by a coordinator, and there is one. Raises NotFound, Conflict,
    WrongState, NotAllowed."""
    membership = await _managed(session, act, membership_id)
    move(membership.status, "changeRole")
    await check_version(session, membership, expected_version)
    team = await session.get_one(Team, membership.team_id, with_for_update=True)
    if MembershipRole.LEADER in (role, membership.role) and role is not membership.role:
        administers = select(Team.id).where(Team.id == team.id, reach_of(act.viewer).administers(Team.division_id))
        if await session.scalar(administers) is None:
            raise NotAllowed("leader_is_named_by_coordinator")
        await _name_leader(session, act, team, membership, role)
    before, membership.role = membership.role, role
    await act.record(session, membership, "membership.role_changed", from_role=before.value, to_role=role.value)
    return membership


async def _name_leader(
    session: AsyncSession, act: Act, team: Team, membership: Membership, role: MembershipRole
) -> None:
    others = select(Membership).where(
        Membership.team_id == team.id,
        Membership.status == ACTIVE,
        Membership.role == MembershipRole.LEADER,
        Membership.id != membership.id,
    )
    for other in await session.scalars(others.order_by(Membership.id).with_for_update()):
        other.role = MembershipRole.MEMBER
        await act.record(session, other, "membership.role_changed", from_role="LEADER", to_role="MEMBER")
    team.leader_id = membership.person_id if role is MembershipRole.LEADER else None
    await act.record(session, team, "team.leader_changed", person_id=team.leader_id)


async def _propose(
    session: AsyncSession, act: Act, team_id: int | None, person: Person, status: MembershipStatus, type: str
) -> Membership:
    # The person is locked already: nobody else makes a membership of theirs meanwhile.
    open_ = select(Membership.status).where(
        Membership.team_id == Team.id, Membership.person_id == person.id, Membership.status.in_(OPEN)
    )
    team, found = await act.find_with(session, Team, team_id, open_.limit(1).scalar_subquery())
    if team.status is not TeamStatus.ACTIVE:
        raise WrongState(team.status)
    if person.status not in JOINABLE:
        raise WrongState(person.status)
    if found is not None:
        raise WrongState(found, [name for state, name in MOVES if state is found])
    membership = Membership(
        id=new_key(), team_id=team.id, person_id=person.id, status=status, proposed_by_id=act.viewer.account_id
    )
    membership.role = MembershipRole.MEMBER
    session.add(membership)
    act.renews = False  # who only may come in holds nothing yet
    await act.record(session, membership, type, to_status=status.value, team_id=team.id, person_id=person.id)
    return membership


async def _join(
    session: AsyncSession, act: Act, membership: Membership, after: MembershipStatus, type: str
) -> Membership:
    await session.get_one(Person, membership.person_id, with_for_update=True)  # two teams may take one person at once
    count = select(func.count()).where(Membership.person_id == membership.person_id, Membership.status == ACTIVE)
    if (await session.scalar(count) or 0) >= MOST_TEAMS:
        raise LimitReached("teams", MOST_TEAMS)
    membership.joined_on = today()
    return await _change(session, act, membership, after, type)


async def _end(
    session: AsyncSession, act: Act, membership: Membership, after: MembershipStatus, type: str
) -> Membership:
    was_active, membership.left_on = membership.status is ACTIVE, today()
    await session.get_one(Person, membership.person_id, with_for_update=True)  # before the team, as who joins does
    team = await session.get_one(Team, membership.team_id, with_for_update=True)
    await _change(session, act, membership, after, type)
    if was_active and team.leader_id == membership.person_id:
        team.leader_id = None
        await act.record(session, team, "team.leader_changed", person_id=None)
    return membership


async def _change(
    session: AsyncSession, act: Act, membership: Membership, after: MembershipStatus, type: str
) -> Membership:
    before, membership.status = membership.status, after
    await act.record(session, membership, type, from_status=before.value, to_status=after.value)
    if ACTIVE in (before, after):
        await session.flush()
        await recount(session, [membership.team_id])
    return membership


async def _own_person(session: AsyncSession, act: Act, person_id: int | None) -> Person:
    key = act.viewer.person_id if person_id is None else person_id
    if key is None:
        raise InvalidInput("personId", "choose_person")
    if key not in act.viewer.person_ids:
        raise NotFound("person")
    return await act.find(session, Person, key)


async def _own(session: AsyncSession, act: Act, membership_id: int | None) -> Membership:
    return await act.find(session, Membership, membership_id, reach_of(act.viewer).own(Membership.person_id))


async def _managed(session: AsyncSession, act: Act, membership_id: int | None) -> Membership:
    team = Team.__table__
    managed = select(team.c.id).where(reach_of(act.viewer).manages_team(team))
    return await act.find(session, Membership, membership_id, Membership.team_id.in_(managed))
