"""Coming into teams and leaving them, by real requests: what changes, what is refused, and what is on record."""

import asyncio
import uuid

import orjson
import pytest
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from domain.memberships import MOVES
from domain.scope import PUBLIC
from domain.viewers import Viewer
from models import Event, Membership, MembershipStatus, Team
from tests.schema.acting import do, events, mutation, stored
from tests.schema.cast import DISPATCHER, LEADER, NEIGHBOR, OFFICE, RECORDER, RESIDENT, STATION, volunteer
from tests.schema.conftest import Api

pytestmark = pytest.mark.asyncio(loop_scope="session")

SHOWN = "id status role version joinedOn team { code memberCount } person { name }"


def change(name: str, input_type: str) -> str:
    return mutation(name, input_type, "Membership", SHOWN, "Review" in input_type or "Change" in input_type)


APPLY = change("applyToTeam", "ApplyToTeamInput")
INVITE = change("inviteMember", "InviteMemberInput")
ACCEPT = change("acceptInvitation", "MembershipInput")
APPROVE = change("approveMembership", "ReviewMembershipInput")
DECLINE = change("declineMembership", "MembershipInput")
LEAVE = change("leaveTeam", "MembershipInput")
REMOVE = change("removeMember", "ReviewMembershipInput")
CHANGE_ROLE = change("changeMembershipRole", "ChangeMembershipRoleInput")

APPLICANT = volunteer(1020)
"""Lives in 赛音花嘎查 and belongs to no team that is used here."""


async def applied(api: Api, viewer: Viewer = APPLICANT, team: int = 504) -> str:
    made = await do(api, viewer, APPLY, teamId=f"Team_{team}")
    assert made["__typename"] == "Membership", made
    return str(made["id"])


async def test_an_application_is_approved_by_the_leader(own: Api) -> None:
    membership = await applied(own)
    before = await stored(own, select(Team.member_count).where(Team.id == 504))
    taken = await do(own, LEADER, APPROVE, membershipId=membership, expectedVersion=1)
    assert taken["status"] == "ACTIVE"
    assert taken["version"] == 2
    assert taken["team"] == {"code": "T-0004", "memberCount": before + 1}
    assert taken["person"] == {"name": "李那顺"}
    assert await events(own, "membership", membership) == [
        ("membership.applied", "VOLUNTEER", 11_020, None, "APPLIED"),
        ("membership.approved", "TEAM_LEADER", 11_008, "APPLIED", "ACTIVE"),
    ]


@pytest.mark.parametrize("viewer", [STATION, OFFICE, DISPATCHER])
async def test_the_coordinators_of_the_place_approve_too(own: Api, viewer: Viewer) -> None:
    membership = await applied(own)
    taken = await do(own, viewer, APPROVE, membershipId=membership, expectedVersion=1)
    assert taken["status"] == "ACTIVE"


async def test_for_a_neighbor_the_application_does_not_exist(own: Api) -> None:
    membership = await applied(own)
    for viewer in (NEIGHBOR, volunteer(1012, led=(506,))):
        for document in (APPROVE, REMOVE):
            refused = await do(own, viewer, document, membershipId=membership, expectedVersion=1)
            nothing = await do(own, viewer, document, membershipId="Membership_4", expectedVersion=1)
            assert refused == nothing == {"__typename": "NotFound", "problemCode": "NOT_FOUND"}
    assert (await events(own, "membership", membership))[1:] == []


async def test_who_lacks_the_role_is_told_so(own: Api) -> None:
    membership = await applied(own)
    for viewer, code in ((PUBLIC, "UNAUTHENTICATED"), (RESIDENT, "FORBIDDEN"), (RECORDER, "FORBIDDEN")):
        assert await do(own, viewer, APPROVE, membershipId=membership, expectedVersion=1) == code
    assert await stored(own, select(func.count()).select_from(Event)) == 1


async def test_nobody_approves_an_own_application(own: Api) -> None:
    both = volunteer(1020, led=(504,))
    membership = await applied(own, both)
    refused = await do(own, both, APPROVE, membershipId=membership, expectedVersion=1)
    assert refused == {"__typename": "NotAllowed", "problemCode": "NOT_ALLOWED"}


async def test_an_invitation_is_accepted_by_the_person_only(own: Api) -> None:
    invited = await do(own, OFFICE, INVITE, teamId="Team_504", personId="Person_1023")
    assert invited["status"] == "INVITED"
    person = volunteer(1023)
    assert (await do(own, APPLICANT, ACCEPT, membershipId=invited["id"]))["__typename"] == "NotFound"
    assert (await do(own, OFFICE, APPROVE, membershipId=invited["id"], expectedVersion=1)) == {
        "__typename": "WrongState",
        "problemCode": "WRONG_STATE",
        "state": "INVITED",
        "allowed": ["accept", "decline"],
    }
    assert (await do(own, person, ACCEPT, membershipId=invited["id"]))["status"] == "ACTIVE"


async def test_nobody_is_invited_whom_the_inviter_cannot_see(own: Api) -> None:
    hidden = await do(own, LEADER, INVITE, teamId="Team_504", personId="Person_1040")
    nobody = await do(own, LEADER, INVITE, teamId="Team_504", personId="Person_999999")
    assert hidden == nobody == {"__typename": "NotFound", "problemCode": "NOT_FOUND"}


async def test_both_sides_may_decline(own: Api) -> None:
    membership = await applied(own)
    assert (await do(own, APPLICANT, DECLINE, membershipId=membership))["__typename"] == "NotFound"
    assert (await do(own, LEADER, DECLINE, membershipId=membership))["status"] == "DECLINED"
    again = await applied(own)
    assert (await do(own, APPLICANT, LEAVE, membershipId=again))["status"] == "LEFT"


async def test_who_is_in_or_waiting_does_not_apply_again(own: Api) -> None:
    await applied(own)
    again = await do(own, APPLICANT, APPLY, teamId="Team_504")
    assert again == {
        "__typename": "WrongState",
        "problemCode": "WRONG_STATE",
        "state": "APPLIED",
        "allowed": ["approve", "decline", "leave"],
    }


async def test_five_teams_are_enough(own: Api) -> None:
    assert own.engine is not None
    async with AsyncSession(own.engine) as session, session.begin():
        for team in (500, 501, 502, 503, 505):
            session.add(Membership(team_id=team, person_id=1020, status=MembershipStatus.ACTIVE))
    membership = await applied(own)
    refused = await do(own, LEADER, APPROVE, membershipId=membership, expectedVersion=1)
    assert refused == {"__typename": "LimitReached", "problemCode": "LIMIT_REACHED"}


async def test_a_leader_who_leaves_leaves_the_team_without_one(own: Api) -> None:
    membership = await stored(own, select(Membership.id).where(Membership.team_id == 504, Membership.person_id == 1008))
    gone = await do(own, LEADER, LEAVE, membershipId=f"Membership_{membership}")
    assert gone["status"] == "LEFT"
    assert await stored(own, select(Team.leader_id).where(Team.id == 504)) is None
    assert [event[0] for event in await events(own, "team", "Team_504")] == ["team.leader_changed"]


async def test_a_coordinator_names_the_leader_and_there_is_one(own: Api) -> None:
    membership = await stored(own, select(Membership.id).where(Membership.team_id == 504, Membership.person_id == 1009))
    given = {"membershipId": f"Membership_{membership}", "role": "LEADER", "expectedVersion": 1}
    assert (await do(own, LEADER, CHANGE_ROLE, **given))["__typename"] == "NotAllowed"
    assert (await do(own, OFFICE, CHANGE_ROLE, **given))["role"] == "LEADER"
    leaders = select(func.count()).where(
        Membership.team_id == 504, Membership.role == "LEADER", Membership.status == "ACTIVE"
    )
    assert await stored(own, leaders) == 1
    assert await stored(own, select(Team.leader_id).where(Team.id == 504)) == 1009


async def test_the_second_writer_is_told_what_changed(own: Api) -> None:
    membership = await applied(own)
    await do(own, LEADER, APPROVE, membershipId=membership, expectedVersion=1)
    stale = await do(own, OFFICE, REMOVE, membershipId=membership, expectedVersion=1)
    assert stale == {
        "__typename": "Conflict",
        "problemCode": "CONFLICT",
        "version": 2,
        "changed": ["membership.approved"],
    }


async def test_every_other_move_is_refused(own: Api) -> None:
    for status in MembershipStatus:
        assert own.engine is not None
        async with AsyncSession(own.engine) as session, session.begin():
            row = Membership(team_id=504, person_id=1030 + list(MembershipStatus).index(status), status=status)
            session.add(row)
            await session.flush()
            key, person = f"Membership_{row.id}", volunteer(row.person_id)
        for action, document, viewer in (
            ("approve", APPROVE, LEADER),
            ("remove", REMOVE, LEADER),
            ("accept", ACCEPT, person),
            ("leave", LEAVE, person),
        ):
            if (status, action) not in MOVES:
                versioned = {} if viewer is person else {"expectedVersion": 1}
                refused = await do(own, viewer, document, membershipId=key, **versioned)
                assert (refused["__typename"], refused["state"]) == ("WrongState", status.value), (status, action)


async def test_the_same_operation_does_nothing_twice(own: Api) -> None:
    operation = str(uuid.uuid4())
    first = await do(own, APPLICANT, APPLY, teamId="Team_504", operation_id=operation)
    assert await do(own, APPLICANT, APPLY, teamId="Team_504", operation_id=operation) == first
    assert await do(own, APPLICANT, APPLY, teamId="Team_505", operation_id=operation) == "OPERATION_ID_REUSED"
    assert await stored(own, select(func.count()).select_from(Event)) == 1


async def test_two_hundred_identical_requests_have_one_effect(own: Api) -> None:
    operation = str(uuid.uuid4())
    answers = await asyncio.gather(
        *(do(own, APPLICANT, APPLY, teamId="Team_504", operation_id=operation) for _ in range(200))
    )
    assert {orjson.dumps(answer) for answer in answers} == {orjson.dumps(answers[0])}
    assert answers[0]["status"] == "APPLIED"
    assert await stored(own, select(func.count()).where(Membership.person_id == 1020, Membership.team_id == 504)) == 1


async def test_of_two_hundred_approvals_one_wins(own: Api) -> None:
    membership = await applied(own)
    answers = await asyncio.gather(
        *(do(own, LEADER, APPROVE, membershipId=membership, expectedVersion=1) for _ in range(200))
    )
    kinds = [answer["__typename"] for answer in answers]
    assert sorted(kinds) == ["Membership"] + ["WrongState"] * 199
    assert len(await events(own, "membership", membership)) == 2
