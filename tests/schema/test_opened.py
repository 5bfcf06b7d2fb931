"""Sealed values that a request opens are on record before its answer leaves: one event, with their number only."""

import uuid
from typing import Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from domain.scope import DISPATCHER as NOBODY_IN_PARTICULAR
from domain.scope import PUBLIC, Viewer
from models import Event, Team
from tests.schema import rows
from tests.schema.cast import DISPATCHER, LEADER, OFFICE, VOLUNTEER, volunteer
from tests.schema.conftest import Api

pytestmark = pytest.mark.asyncio(loop_scope="session")

TEAM = 'query Call { team(code: "T-0004") { contactPhone members(first: 3) { nodes { person { phone } } } } }'
APPROVE = """mutation Approve($input: ReviewMembershipInput!) { approveMembership(input: $input) {
  __typename ... on Membership { person { phone } } } }"""
APPLY = "mutation ($input: ApplyToTeamInput!) { applyToTeam(input: $input) { ... on Membership { id } } }"


async def opened(api: Api) -> list[tuple[Any, ...]]:
    assert api.engine is not None
    async with AsyncSession(api.engine) as session:
        found = await session.scalars(select(Event).where(Event.type == "pii.opened").order_by(Event.sequence))
        return [(e.entity, e.entity_id, e.actor_id, e.actor_role, e.payload) for e in found]


@pytest.mark.parametrize("walks", [False, True])
async def test_a_request_that_shows_phones_is_one_event(own: Api, walks: bool) -> None:
    answer = await own(TEAM, viewer=LEADER, walks=walks)
    team = answer["data"]["team"]
    assert team["contactPhone"] == "12512345678"
    phones = {node["person"]["phone"] for node in team["members"]["nodes"]}
    assert phones == {"12500000008", "12500000009", "12500000010"}
    assert await opened(own) == [("account", 11_008, 11_008, "TEAM_LEADER", '{"count":4,"operation":"Call"}')]


async def test_ones_own_phone_counts_too_and_an_operation_may_have_no_name(own: Api) -> None:
    answer = await own("{ viewer { person { phone } people { phone } } }", viewer=VOLUNTEER)
    assert answer["data"]["viewer"] == {"person": {"phone": "12500000001"}, "people": [{"phone": "12500000001"}]}
    assert await opened(own) == [("account", 11_001, 11_001, "VOLUNTEER", '{"count":2,"operation":""}')]


async def test_the_payload_of_a_mutation_counts(own: Api) -> None:
    applied = {"teamId": "Team_504", "operationId": str(uuid.uuid4())}
    made = await own(APPLY, {"input": applied}, viewer=VOLUNTEER)
    given = {
        "membershipId": made["data"]["applyToTeam"]["id"],
        "expectedVersion": 1,
        "operationId": str(uuid.uuid4()),
    }
    answer = await own(APPROVE, {"input": given}, viewer=OFFICE)
    assert answer["data"]["approveMembership"]["person"] == {"phone": "12500000001"}
    assert await opened(own) == [("account", 22, 22, "OFFICE_COORDINATOR", '{"count":1,"operation":"Approve"}')]


@pytest.mark.parametrize("viewer", [PUBLIC, volunteer(1020), NOBODY_IN_PARTICULAR])
async def test_what_is_not_opened_or_by_nobody_is_no_event(own: Api, viewer: Viewer) -> None:
    assert "errors" not in await own(TEAM, viewer=viewer)
    assert "errors" not in await own('{ team(code: "T-0004") { contactPhoneMasked } }', viewer=DISPATCHER)
    assert await opened(own) == []


async def test_a_long_name_of_an_operation_is_cut(own: Api) -> None:
    await own(TEAM.replace("Call", "N" * 80), viewer=DISPATCHER)
    ((*_, payload),) = await opened(own)
    assert payload.endswith(f'"operation":"{"N" * 64}"}}')


@pytest.mark.parametrize("walks", [False, True])
async def test_without_the_event_there_is_no_answer(own: Api, walks: bool) -> None:
    assert own.engine is not None
    async with own.engine.begin() as connection:
        await connection.execute(text("alter table event_head rename to lost"))
    answer = await own(TEAM, viewer=DISPATCHER, walks=walks)
    assert answer["data"] is None
    assert len(answer["errors"]) == 1
    assert "125" not in str(answer["errors"])


async def test_a_text_that_looks_like_a_sealed_value_stays_a_text(own: Api) -> None:
    stolen = rows.KEYRING.seal("12512345678")
    assert own.engine is not None
    async with AsyncSession(own.engine) as session, session.begin():
        team = await session.get_one(Team, 504)
        team.intro, team.name_mn = stolen, f"\\u0001{stolen}"
    answer = await own('{ team(code: "T-0004") { contactPhone intro nameMn } }', viewer=DISPATCHER)
    assert answer["data"]["team"] == {
        "contactPhone": "12512345678",
        "intro": stolen,
        "nameMn": f"\\u0001{stolen}",
    }
