"""Teams from a draft to their end, by real requests: what changes, what is refused, and what is on record."""

import uuid
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from domain.scope import PUBLIC
from domain.teams import MOVES
from domain.viewers import Held, SignedIn, Viewer, viewer_of
from models import Membership, MembershipStatus, Role, Team, TeamPlatform, TeamStatus
from tests.schema.acting import do, events, mutation, stored
from tests.schema.cast import AUDITOR, DISPATCHER, LEADER, NEIGHBOR, OFFICE, RESIDENT, STATION, VOLUNTEER, place
from tests.schema.conftest import Api

pytestmark = pytest.mark.asyncio(loop_scope="session")

SHOWN = "id code name status level version platforms reviewNote memberCount"
CREATE = mutation("createTeam", "CreateTeamInput", "Team", SHOWN, False)
UPDATE = mutation("updateTeam", "UpdateTeamInput", "Team", SHOWN, True)
SUBMIT = mutation("submitTeam", "TeamInput", "Team", SHOWN, True)
REVIEW = {
    action: mutation(
        f"{action}Team", "TeamInput" if action in ("approve", "resume") else "TeamNoteInput", "Team", SHOWN, True
    )
    for action in ("approve", "return", "reject", "suspend", "resume", "dissolve")
}
VILLAGE = "Division_152222102200"


async def drafted(api: Api, viewer: Viewer = RESIDENT, name: str = "草原助农队") -> Any:
    made = await do(api, viewer, CREATE, divisionId=VILLAGE, type="SOCIAL_ORG", name=name, platforms=["CULTURE"])
    assert made["__typename"] == "Team", made
    return made


async def in_status(api: Api, status: TeamStatus, applicant: int | None = None) -> str:
    assert api.engine is not None
    async with AsyncSession(api.engine) as session, session.begin():
        team = await session.get_one(Team, 504)
        team.status, team.applicant_id = status, applicant
    return "Team_504"


async def test_a_team_goes_from_a_draft_to_its_people(own: Api) -> None:
    made = await drafted(own)
    assert made == {
        "__typename": "Team", "id": made["id"], "code": "T-0024", "name": "草原助农队", "status": "DRAFT",
        "level": "VILLAGE", "version": 1, "platforms": ["CULTURE"], "reviewNote": None, "memberCount": 0,
    }  # fmt: skip
    team = {"teamId": made["id"]}
    assert (await do(own, RESIDENT, SUBMIT, **team, expectedVersion=1))["status"] == "SUBMITTED"
    returned = await do(own, OFFICE, REVIEW["return"], **team, expectedVersion=2, note="请补充简介")
    assert (returned["status"], returned["reviewNote"]) == ("RETURNED", "请补充简介")
    changed = await do(own, RESIDENT, UPDATE, **team, expectedVersion=3, intro="春耕帮工", platforms=["SCIENCE"])
    assert (changed["version"], changed["platforms"]) == (4, ["SCIENCE"])
    await do(own, RESIDENT, SUBMIT, **team, expectedVersion=4)
    assert (await do(own, OFFICE, REVIEW["approve"], **team, expectedVersion=5))["status"] == "ACTIVE"
    assert await events(own, "team", made["id"]) == [
        ("team.drafted", "RESIDENT", 1, None, "DRAFT"),
        ("team.submitted", "RESIDENT", 1, "DRAFT", "SUBMITTED"),
        ("team.returned", "OFFICE_COORDINATOR", 22, "SUBMITTED", "RETURNED"),
        ("team.edited", "RESIDENT", 1, None, None),
        ("team.submitted", "RESIDENT", 1, "RETURNED", "SUBMITTED"),
        ("team.approved", "OFFICE_COORDINATOR", 22, "SUBMITTED", "ACTIVE"),
    ]


async def test_a_draft_exists_for_its_applicant_and_who_decides_only(own: Api) -> None:
    made = await drafted(own)
    query = "query ($id: ID!) { node(id: $id) { id } }"
    for viewer, is_there in ((RESIDENT, True), (STATION, True), (OFFICE, True), (NEIGHBOR, False), (PUBLIC, False)):
        found = (await own(query, {"id": made["id"]}, viewer=viewer))["data"]["node"]
        assert (found is not None) is is_there, viewer
    for viewer in (NEIGHBOR, VOLUNTEER):
        refused = await do(own, viewer, UPDATE, teamId=made["id"], expectedVersion=1, intro="我的")
        assert refused == {"__typename": "NotFound", "problemCode": "NOT_FOUND"}


async def test_who_applied_does_not_decide(own: Api) -> None:
    made = await drafted(own, OFFICE)
    await do(own, OFFICE, SUBMIT, teamId=made["id"], expectedVersion=1)
    for action in ("approve", "return", "reject"):
        refused = await do(own, OFFICE, REVIEW[action], teamId=made["id"], expectedVersion=2)
        assert refused == {"__typename": "NotAllowed", "problemCode": "NOT_ALLOWED"}
    assert (await do(own, DISPATCHER, REVIEW["approve"], teamId=made["id"], expectedVersion=2))["status"] == "ACTIVE"


async def test_every_other_move_is_refused(own: Api) -> None:
    for status in TeamStatus:
        team = await in_status(own, status)
        for action, document in REVIEW.items():
            if (status, action) not in MOVES:
                refused = await do(own, OFFICE, document, teamId=team, expectedVersion=1)
                assert (refused["__typename"], refused["state"]) == ("WrongState", status.value), (status, action)
    assert await stored(own, select(Team.version).where(Team.id == 504)) == 1


@pytest.mark.parametrize("action", list(REVIEW))
async def test_reviews_are_for_the_coordinator_of_the_place(own: Api, action: str) -> None:
    team = await in_status(own, next(state for state, name in MOVES if name == action))
    assert await do(own, LEADER, REVIEW[action], teamId=team, expectedVersion=1) == "FORBIDDEN"
    assert await do(own, STATION, REVIEW[action], teamId=team, expectedVersion=1) == "FORBIDDEN"
    assert await do(own, PUBLIC, REVIEW[action], teamId=team, expectedVersion=1) == "UNAUTHENTICATED"
    neighbor = await do(own, NEIGHBOR, REVIEW[action], teamId=team, expectedVersion=1)
    assert neighbor == {"__typename": "NotFound", "problemCode": "NOT_FOUND"}
    assert (await do(own, OFFICE, REVIEW[action], teamId=team, expectedVersion=1))["__typename"] == "Team"


async def test_a_name_is_taken_once_at_a_place(own: Api) -> None:
    await drafted(own)
    again = await do(own, VOLUNTEER, CREATE, divisionId=VILLAGE, type="PARTY_CADRE", name=" 草原助农队 ")
    assert again == {"__typename": "InvalidInput", "problemCode": "INVALID_INPUT"}
    elsewhere = await do(
        own, VOLUNTEER, CREATE, divisionId="Division_152222105200", type="PARTY_CADRE", name="草原助农队"
    )
    assert (elsewhere["__typename"], elsewhere["code"]) == ("Team", "T-0025")


@pytest.mark.parametrize("name", ["", "  ", "\u202e反过来", "=1+1", "字" * 101, "\u200b"])
async def test_a_name_that_would_harm_is_refused(own: Api, name: str) -> None:
    refused = await do(own, RESIDENT, CREATE, divisionId=VILLAGE, type="SOCIAL_ORG", name=name)
    assert refused == {"__typename": "InvalidInput", "problemCode": "INVALID_INPUT"}
    assert await stored(own, select(func.count()).where(Team.applicant_id.is_not(None))) == 0


async def test_a_stale_change_is_told_what_happened(own: Api) -> None:
    await do(own, LEADER, UPDATE, teamId="Team_504", expectedVersion=1, intro="会修羊圈")
    stale = await do(own, OFFICE, REVIEW["suspend"], teamId="Team_504", expectedVersion=1)
    assert stale == {"__typename": "Conflict", "problemCode": "CONFLICT", "version": 2, "changed": ["team.edited"]}


async def test_null_empties_and_absent_keeps(own: Api) -> None:
    before = await stored(own, select(func.count()).where(TeamPlatform.team_id == 507))
    assert before == 3
    await do(own, DISPATCHER, UPDATE, teamId="Team_507", expectedVersion=1, foundedOn=None)
    assert await stored(own, select(Team.founded_on).where(Team.id == 507)) is None
    assert await stored(own, select(func.count()).where(TeamPlatform.team_id == 507)) == before


async def test_whoever_is_in_a_dissolved_team_leaves_it(own: Api) -> None:
    gone = await do(own, OFFICE, REVIEW["dissolve"], teamId="Team_504", expectedVersion=1, note="合并")
    assert (gone["status"], gone["memberCount"]) == ("DISSOLVED", 0)
    still = select(func.count()).where(Membership.team_id == 504, Membership.status == MembershipStatus.ACTIVE)
    assert await stored(own, still) == 0
    member = await stored(own, select(func.min(Membership.id)).where(Membership.team_id == 504))
    assert await events(own, "membership", f"Membership_{member}") == [
        ("membership.ended", "OFFICE_COORDINATOR", 22, "ACTIVE", "LEFT")
    ]


async def test_codes_are_given_one_by_one(own: Api) -> None:
    import asyncio

    names = [f"第{number}队{uuid.uuid4().hex[:4]}" for number in range(20)]
    made = await asyncio.gather(*(drafted(own, RESIDENT, name) for name in names))
    assert sorted(team["code"] for team in made) == [f"T-{number:04d}" for number in range(24, 44)]


async def test_an_office_elsewhere_does_not_review_at_ones_station(own: Api) -> None:
    """Roles add up, their places do not: an office coordinator who also has a station in another township."""
    held = (
        Held(Role.OFFICE_COORDINATOR, range=place("152222105")),
        Held(Role.STATION_COORDINATOR, range=place("152222102200")),
    )
    both = viewer_of(SignedIn(44, grants=held))
    refused = await do(own, both, REVIEW["suspend"], teamId="Team_504", expectedVersion=1)
    assert refused == {"__typename": "NotFound", "problemCode": "NOT_FOUND"}
    assert (await do(own, both, UPDATE, teamId="Team_504", expectedVersion=1, intro="站里改"))["__typename"] == "Team"


async def test_an_auditor_writes_nothing(own: Api) -> None:
    assert await do(own, AUDITOR, CREATE, divisionId=VILLAGE, type="SOCIAL_ORG", name="审计队") == "FORBIDDEN"
