"""Events as they are asked for: who sees which, in what order, narrowed by what, and who is told the actor."""

from typing import Any

import pytest
import pytest_asyncio
from sqlalchemy.ext.asyncio import AsyncSession

from domain.events import Actor, record
from domain.scope import PUBLIC, Viewer
from tests.schema import cast
from tests.schema.conftest import Api

pytestmark = pytest.mark.asyncio(loop_scope="session")

ALL = "{ events(first: 100) { totalCount nodes { entityId type number } } }"
OFFICER = Actor("OFFICE_COORDINATOR", "WEB", 22)

LOG = [
    ("team", 504, "team.submitted"),  # 查干敖瑞嘎查, in 高力板镇
    ("team", 504, "team.approved"),
    ("team", 513, "team.approved"),  # 吐列毛杜镇
    ("membership", 5014, "membership.approved"),  # of person 1008 in team 504
    ("person", 1008, "person.registered"),  # at home in 高力板镇, a member of 504
    ("person", 1003, "person.registered"),  # at home in 吐列毛杜镇, in a team of 高力板镇
    ("account", 22, "account.signed_in"),
    ("role_grant", 77, "grant.given"),
    ("meeting", 9, "meeting.held"),  # of a kind that has no ids yet
]


@pytest_asyncio.fixture(loop_scope="session")
async def logged(own: Api) -> Api:
    assert own.engine is not None
    async with AsyncSession(own.engine) as session, session.begin():
        for entity, key, type_ in LOG:
            await record(
                session,
                entity=entity,
                entity_id=key,
                type=type_,
                actor=OFFICER,
                operation_id="0b9f6a7e-6f0e-4d6b-9a53-2f8f3f1f0c11",
                from_status="SUBMITTED" if type_ == "team.approved" else None,
                to_status="ACTIVE" if type_ == "team.approved" else None,
                payload={"version": 2},
            )
    return own


async def seen(api: Api, viewer: Viewer) -> list[str]:
    found = (await api(ALL, viewer=viewer))["data"]["events"]
    assert found["totalCount"] == len(found["nodes"])
    return [f"{node['entityId']} {node['number']}" for node in found["nodes"]]


EVERYTHING = [
    "meeting_9 1", "Grant_77 1", "Account_22 1", "Person_1003 1", "Person_1008 1", "Membership_5014 1", "Team_513 1",
    "Team_504 2", "Team_504 1",
]  # fmt: skip
REGISTRY = EVERYTHING[3:]


@pytest.mark.parametrize(
    ("viewer", "events"),
    [
        (PUBLIC, []),
        (cast.API_CLIENT, []),
        (cast.COUNTING_CLIENT, []),
        (cast.RESIDENT, []),
        (cast.UNIT_CONTACT, []),
        (cast.AUDITOR, EVERYTHING),
        (cast.DISPATCHER, REGISTRY),
        (cast.DIRECTOR, REGISTRY),
        (cast.PRIVACY_OFFICER, REGISTRY),
        (cast.ADMIN, ["Grant_77 1", "Account_22 1"]),
        (cast.VOLUNTEER, []),
        (cast.volunteer(1003), ["Person_1003 1"]),
        (cast.volunteer(1008), ["Person_1008 1", "Membership_5014 1"]),
        (cast.LEADER, ["Person_1008 1", "Membership_5014 1", "Team_504 2", "Team_504 1"]),
        (cast.OFFICE, ["Person_1003 1", "Person_1008 1", "Membership_5014 1", "Team_504 2", "Team_504 1"]),
        (cast.NEIGHBOR, ["Person_1003 1", "Team_513 1"]),
    ],
)
async def test_everybody_sees_what_happened_to_what_is_theirs(logged: Api, viewer: Viewer, events: list[str]) -> None:
    assert await seen(logged, viewer) == events


FACTS = """{ type entity entityId number channel fromStatus toStatus actorRole operationId actorId payload hash }"""


async def test_who_acted_and_the_details_are_for_the_auditor(logged: Api) -> None:
    query = f'{{ events(where: {{type: {{eq: "team.approved"}}, entityId: "Team_504"}}) {{ nodes {FACTS} }} }}'
    told = {
        "type": "team.approved",
        "entity": "team",
        "entityId": "Team_504",
        "number": 2,
        "channel": "WEB",
        "fromStatus": "SUBMITTED",
        "toStatus": "ACTIVE",
        "actorRole": "OFFICE_COORDINATOR",
        "operationId": "0b9f6a7e-6f0e-4d6b-9a53-2f8f3f1f0c11",
    }
    hidden = dict.fromkeys(("actorId", "payload", "hash"))
    for viewer in (cast.OFFICE, cast.DISPATCHER, cast.DIRECTOR):
        assert (await logged(query, viewer=viewer))["data"]["events"]["nodes"] == [told | hidden]
    (full,) = (await logged(query, viewer=cast.AUDITOR))["data"]["events"]["nodes"]
    assert (full["actorId"], full["payload"], len(full["hash"])) == ("Account_22", '{"version":2}', 64)


async def count(api: Api, where: str, viewer: Viewer = cast.AUDITOR) -> Any:
    answer = await api(f"{{ events(where: {where}) {{ totalCount }} }}", viewer=viewer)
    return answer["data"]["events"]["totalCount"]


async def test_events_are_narrowed(logged: Api) -> None:
    for where, found in {
        '{entity: {in: ["team", "person"]}}': 5,
        '{type: {startsWith: "team."}, entity: {eq: "team"}}': 3,
        '{entityId: "Team_504"}': 2,
        '{entityId: "Grant_77"}': 1,
        '{entityId: "Team_77"}': 0,
        '{entityId: "nothing"}': 0,
        '{actorRole: {eq: "OFFICE_COORDINATOR"}}': 9,
        '{actorRole: {ne: "OFFICE_COORDINATOR"}}': 0,
        '{receivedAt: {gte: "2026-01-01T00:00:00Z"}, occurredAt: {gte: "2026-01-01T00:00:00Z"}}': 9,
        '{receivedAt: {lt: "2026-01-01T00:00:00Z"}}': 0,
        '{not: {entityId: "Team_504"}}': 7,
    }.items():
        assert await count(logged, where) == found, where
    assert await count(logged, '{entityId: "Team_504"}', cast.NEIGHBOR) == 0


async def test_pages_go_on_where_they_ended_in_both_directions(logged: Api) -> None:
    query = """query ($order: EventOrder, $after: String, $before: String, $first: Int, $last: Int) {
    events(orderBy: $order, after: $after, before: $before, first: $first, last: $last) {
    pageInfo { hasNextPage endCursor startCursor } nodes { entityId number } } }"""
    for order, whole in (("SEQUENCE_DESC", REGISTRY), ("SEQUENCE_ASC", REGISTRY[::-1]), (None, REGISTRY)):
        first = (await logged(query, {"order": order, "first": 4}, viewer=cast.DISPATCHER))["data"]["events"]
        end = first["pageInfo"]["endCursor"]
        rest = (await logged(query, {"order": order, "first": 4, "after": end}, viewer=cast.DISPATCHER))["data"][
            "events"
        ]
        assert (first["pageInfo"]["hasNextPage"], rest["pageInfo"]["hasNextPage"]) == (True, False)
        assert [f"{n['entityId']} {n['number']}" for n in first["nodes"] + rest["nodes"]] == whole
        start = rest["pageInfo"]["startCursor"]
        back = (await logged(query, {"order": order, "last": 4, "before": start}, viewer=cast.DISPATCHER))["data"][
            "events"
        ]
        assert back["nodes"] == first["nodes"]


HISTORY = '{ team(code: "T-0004") { history { totalCount nodes { type } } } }'


@pytest.mark.parametrize("walks", [False, True])
async def test_teams_people_and_memberships_have_a_history(logged: Api, walks: bool) -> None:
    members = '{ node(id: "Membership_5014") { ... on Membership { history { nodes { type } } } } }'
    person = '{ person(id: "Person_1008") { history { totalCount nodes { type } } } }'
    for viewer in (cast.LEADER, cast.OFFICE, cast.AUDITOR):
        told = (await logged(HISTORY, viewer=viewer, walks=walks))["data"]["team"]["history"]
        assert told["totalCount"] == 2
        assert [node["type"] for node in told["nodes"]] == ["team.approved", "team.submitted"]
        belongs = (await logged(members, viewer=viewer, walks=walks))["data"]["node"]["history"]["nodes"]
        assert belongs == [{"type": "membership.approved"}]
        about = (await logged(person, viewer=viewer, walks=walks))["data"]["person"]["history"]
        assert about == {"totalCount": 1, "nodes": [{"type": "person.registered"}]}


async def test_a_neighbor_and_the_public_see_a_team_without_its_history(logged: Api) -> None:
    for viewer in (PUBLIC, cast.NEIGHBOR, cast.RESIDENT, cast.volunteer(1008)):
        answer = await logged(HISTORY, viewer=viewer)
        assert answer["data"]["team"]["history"] == {"totalCount": 0, "nodes": []}


async def test_an_event_is_a_node_for_who_sees_it(logged: Api) -> None:
    listed = '{ events(where: {type: {eq: "team.submitted"}}) { nodes { id } } }'
    key = (await logged(listed, viewer=cast.OFFICE))["data"]["events"]["nodes"][0]["id"]
    asked = "query ($id: ID!) { node(id: $id) { id ... on Event { type } } }"
    assert (await logged(asked, {"id": key}, viewer=cast.OFFICE))["data"]["node"] == {
        "id": key,
        "type": "team.submitted",
    }
    assert (await logged(asked, {"id": key}, viewer=cast.NEIGHBOR))["data"]["node"] is None
    assert (await logged(asked, {"id": "Event_99999"}, viewer=cast.OFFICE))["data"]["node"] is None


async def test_a_cursor_of_an_event_that_is_not_seen_leads_nowhere(logged: Api) -> None:
    found = '{ events(where: {entityId: "Team_504"}, first: 1) { edges { cursor } } }'
    cursor = (await logged(found, viewer=cast.OFFICE))["data"]["events"]["edges"][0]["cursor"]
    after = f'{{ events(after: "{cursor}") {{ nodes {{ type }} }} }}'
    assert (await logged(after, viewer=cast.NEIGHBOR))["data"]["events"]["nodes"] == []
