"""`viewer`: what everybody is told about themselves, and nobody about others."""

import pytest

from domain.scope import PUBLIC
from domain.viewers import Held, SignedIn, viewer_of
from models import Role
from tests.schema.cast import LEADER, OFFICE, VOLUNTEER, place
from tests.schema.conftest import Api

pytestmark = pytest.mark.asyncio(loop_scope="session")

WHO = "{ viewer { roles waitingRoles permissions account { phoneMasked } person { id phone } people { id } } }"


async def test_the_public_is_nobody(api: Api) -> None:
    answer = await api(WHO, viewer=PUBLIC)
    assert answer == {
        "data": {
            "viewer": {
                "roles": ["PUBLIC"],
                "waitingRoles": [],
                "permissions": ["requestSignInCode", "signIn", "signInWithPassword"],
                "account": None,
                "person": None,
                "people": [],
            }
        }
    }
    assert api.statements == 1


async def test_a_volunteer_is_told_of_oneself(api: Api) -> None:
    answer = await api(WHO, viewer=VOLUNTEER)
    viewer = answer["data"]["viewer"]
    assert viewer["roles"] == ["RESIDENT", "VOLUNTEER"]
    assert viewer["person"] == {"id": "Person_1001", "phone": "12500000001"}
    assert viewer["people"] == [{"id": "Person_1001"}]
    assert "applyToTeam" in viewer["permissions"]
    assert "approveMembership" not in viewer["permissions"]


async def test_a_leader_may_do_more(api: Api) -> None:
    viewer = (await api(WHO, viewer=LEADER))["data"]["viewer"]
    assert viewer["roles"] == ["RESIDENT", "VOLUNTEER", "TEAM_LEADER"]
    assert "approveMembership" in viewer["permissions"]


async def test_who_acts_for_several_people_has_to_choose(api: Api) -> None:
    family = viewer_of(SignedIn(7, person_ids=(1001, 1003)))
    viewer = (await api("{ viewer { person { id } people { id } } }", viewer=family))["data"]["viewer"]
    assert viewer["person"] is None
    assert {person["id"] for person in viewer["people"]} == {"Person_1001", "Person_1003"}


async def test_weighty_roles_wait_for_a_second_factor(api: Api) -> None:
    grants = (Held(Role.DISPATCHER), Held(Role.OFFICE_COORDINATOR, range=place("152222102")))
    once = viewer_of(SignedIn(8, grants=grants))
    twice = viewer_of(SignedIn(8, grants=grants, has_second_factor=True))
    viewer = (await api(WHO, viewer=once))["data"]["viewer"]
    assert (viewer["roles"], viewer["waitingRoles"]) == (["RESIDENT", "OFFICE_COORDINATOR"], ["DISPATCHER"])
    everybody = "{ people { totalCount } }"
    seen = [(await api(everybody, viewer=one))["data"]["people"]["totalCount"] for one in (OFFICE, once, twice)]
    assert seen[0] == seen[1] < seen[2] == 60


async def test_two_viewer_fields_do_not_share_a_plan(api: Api) -> None:
    answer = await api("{ a: viewer { person { id } } b: viewer { person { name } } }", viewer=VOLUNTEER)
    assert answer["data"] == {"a": {"person": {"id": "Person_1001"}}, "b": {"person": {"name": "王乌兰"}}}
