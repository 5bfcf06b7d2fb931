"""Roles given and taken back, by real requests."""

import datetime as dt
from typing import Any

import pytest
from sqlalchemy import func, select

from domain.grants import SCOPES
from models import Account, Grant, Role
from tests.schema.acting import do, events, mutation, stored
from tests.schema.cast import ADMIN, DISPATCHER, NEIGHBOR, OFFICE, RESIDENT
from tests.schema.conftest import Api
from tests.schema.rows import KEYRING

pytestmark = pytest.mark.asyncio(loop_scope="session")

SHOWN = "id role version revokedAt division { code } platform team { code } unit { name } account { phoneMasked }"
GRANT = mutation("grantRole", "GrantRoleInput", "Grant", SHOWN, False)
REVOKE = mutation("revokeRole", "RevokeRoleInput", "Grant", SHOWN, True)
PHONE = "12588880001"
VILLAGE, TOWNSHIP = "Division_152222102200", "Division_152222102000"
WHERE: dict[str | None, dict[str, Any]] = {
    "division": {"divisionId": TOWNSHIP},
    "platform": {"platform": "CULTURE"},
    "team": {"teamId": "Team_504"},
    "unit": {"unitId": "Unit_40"},
    None: {},
}


def place_for(role: Role) -> dict[str, Any]:
    return {"divisionId": VILLAGE} if role is Role.STATION_COORDINATOR else WHERE[SCOPES[role]]


async def test_a_role_is_given_and_taken_back(own: Api) -> None:
    given = await do(own, ADMIN, GRANT, phone=PHONE, role="STATION_COORDINATOR", divisionId=VILLAGE)
    assert given["division"] == {"code": "152222102200"}
    assert given["account"] == {"phoneMasked": "125****0001"}
    account = await stored(own, select(Account.id))
    assert await stored(own, select(Account.phone_hash)) == KEYRING.lookup_hash(PHONE)
    taken = await do(own, ADMIN, REVOKE, grantId=given["id"], expectedVersion=1)
    assert taken["revokedAt"] is not None
    again = await do(own, ADMIN, REVOKE, grantId=given["id"], expectedVersion=2)
    assert (again["__typename"], again["state"]) == ("WrongState", "REVOKED")
    assert await events(own, "role_grant", given["id"]) == [
        ("grant.given", "ADMIN", 36, None, None),
        ("grant.revoked", "ADMIN", 36, None, None),
    ]
    assert [event[0] for event in await events(own, "account", f"Account_{account}")] == ["account.created"]


@pytest.mark.parametrize("role", list(Role))
async def test_each_role_takes_exactly_its_scope(own: Api, role: Role) -> None:
    for kind, where in WHERE.items():
        answer = await do(own, ADMIN, GRANT, phone=PHONE, role=role.value, **where)
        is_right = role in SCOPES and SCOPES[role] == kind and where == place_for(role)
        assert (answer["__typename"] == "Grant") is is_right, (role, kind, answer)
    if role in SCOPES:
        expected = 1 if place_for(role) in WHERE.values() else 0
        assert await stored(own, select(func.count()).select_from(Grant)) == expected


async def test_a_townships_coordinator_grants_inside_it_only(own: Api) -> None:
    inside = await do(own, OFFICE, GRANT, phone=PHONE, role="STATION_COORDINATOR", divisionId=VILLAGE)
    assert (inside["__typename"], inside["account"]) == ("Grant", None)
    leader = await do(own, OFFICE, GRANT, phone=PHONE, role="TEAM_LEADER", teamId="Team_504")
    assert leader["__typename"] == "Grant"
    for where in (
        {"role": "STATION_COORDINATOR", "divisionId": VILLAGE},
        {"role": "TEAM_LEADER", "teamId": "Team_504"},
    ):
        refused = await do(own, NEIGHBOR, GRANT, phone="12588880002", **where)
        assert refused == {"__typename": "NotFound", "problemCode": "NOT_FOUND"}
    for role in (Role.DISPATCHER, Role.ADMIN, Role.OFFICE_COORDINATOR):
        refused = await do(own, OFFICE, GRANT, phone="12588880002", role=role.value, **place_for(role))
        assert refused == {"__typename": "NotAllowed", "problemCode": "NOT_ALLOWED"}
    hidden = await do(own, NEIGHBOR, REVOKE, grantId=inside["id"], expectedVersion=1)
    assert hidden == {"__typename": "NotFound", "problemCode": "NOT_FOUND"}
    assert (await do(own, OFFICE, REVOKE, grantId=inside["id"], expectedVersion=1))["__typename"] == "Grant"


async def test_others_grant_nothing(own: Api) -> None:
    for viewer in (RESIDENT, DISPATCHER):
        assert await do(own, viewer, GRANT, phone=PHONE, role="DISPATCHER") == "FORBIDDEN"
    assert await stored(own, select(func.count()).select_from(Account)) == 0


async def test_a_role_that_is_held_is_not_given_twice(own: Api) -> None:
    assert (await do(own, ADMIN, GRANT, phone=PHONE, role="AUDITOR"))["__typename"] == "Grant"
    assert (await do(own, ADMIN, GRANT, phone=PHONE, role="AUDITOR"))["__typename"] == "InvalidInput"
    past = (dt.datetime.now(dt.UTC) - dt.timedelta(days=1)).isoformat()
    late = await do(own, ADMIN, GRANT, phone=PHONE, role="DIRECTOR", validUntil=past)
    assert late["__typename"] == "InvalidInput"
