"""One sealed value at a time: who sees it, how often in a day, and what is on record about it."""

from typing import Any

import orjson
import pytest
import pytest_asyncio
from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from domain.privacy.reveals import Purpose, Secret
from domain.scope import DISPATCHER as NOBODY_IN_PARTICULAR
from domain.scope import PUBLIC, Viewer
from models import Attempt, Event, Person
from tests.schema import cast
from tests.schema.acting import stored
from tests.schema.conftest import Api
from tests.schema.rows import KEYRING, THEN

pytestmark = pytest.mark.asyncio(loop_scope="session")

REVEAL = """mutation ($input: RevealInput!) { done: reveal(input: $input) { __typename ... on Revealed { value }
  ... on Problem { problemCode message } ... on LimitReached { bound } } }"""
NOT_FOUND = {"__typename": "NotFound", "problemCode": "NOT_FOUND", "message": "没有找到这个人员 | no such person"}


@pytest_asyncio.fixture(loop_scope="session")
async def sealed(own: Api) -> Api:
    """Person 1008 has something in each sealed column."""
    guardian = orjson.dumps({"name": "包建国", "phone": "12511112222"}).decode()
    values = {"birth_date_sealed": "2011-03-04", "ethnicity_sealed": "蒙古族", "guardian_sealed": guardian}
    assert own.engine is not None
    async with AsyncSession(own.engine) as session, session.begin():
        sealing = {name: KEYRING.seal(value) for name, value in values.items()}
        await session.execute(update(Person).where(Person.id == 1008).values(**sealing))
    return own


async def reveal(
    api: Api, viewer: Viewer, person: str = "Person_1008", field: str = "BIRTH_DATE", purpose: str = "SAFETY"
) -> Any:
    given = {"id": person, "field": field, "purpose": purpose}
    answer = await api(REVEAL, {"input": given}, viewer=viewer)
    return answer["data"]["done"] if "errors" not in answer else answer["errors"][0]["code"]


async def records(api: Api) -> list[tuple[Any, ...]]:
    assert api.engine is not None
    async with AsyncSession(api.engine) as session:
        found = await session.scalars(select(Event).where(Event.type == "pii.revealed").order_by(Event.sequence))
        return [(e.entity, e.entity_id, e.actor_id, e.actor_role, orjson.loads(e.payload)) for e in found]


async def test_each_sealed_value_is_opened_and_on_record(sealed: Api) -> None:
    told = {secret: await reveal(sealed, cast.PRIVACY_OFFICER, field=secret.value) for secret in Secret}
    assert {secret.value: answer["value"] for secret, answer in told.items()} == {
        "BIRTH_DATE": "2011-03-04",
        "ETHNICITY": "蒙古族",
        "GUARDIAN": "包建国 12511112222",
    }
    payloads = [{"field": secret.value, "purpose": "SAFETY", "is_known": True} for secret in Secret]
    assert await records(sealed) == [("person", 1008, 35, "PRIVACY_OFFICER", payload) for payload in payloads]
    assert await stored(sealed, select(Person.version).where(Person.id == 1008)) == 1


async def test_the_dispatcher_and_oneself_may_for_every_purpose(sealed: Api) -> None:
    for viewer in (cast.DISPATCHER, cast.LEADER):
        for purpose in Purpose:
            assert (await reveal(sealed, viewer, purpose=purpose.value))["value"] == "2011-03-04"
    assert [record[2] for record in await records(sealed)] == [31] * 4 + [11_008] * 4
    assert [record[4]["purpose"] for record in await records(sealed)] == 2 * [purpose.value for purpose in Purpose]


async def test_what_is_not_known_is_null_and_on_record_too(sealed: Api) -> None:
    assert await reveal(sealed, cast.DISPATCHER, "Person_1009") == {"__typename": "Revealed", "value": None}
    payload = {"field": "BIRTH_DATE", "purpose": "SAFETY", "is_known": False}
    assert await records(sealed) == [("person", 1009, 31, "DISPATCHER", payload)]


async def test_who_sees_the_person_and_lacks_the_role_is_told_so(sealed: Api) -> None:
    for viewer in (cast.OFFICE, cast.STATION, cast.RECORDER, cast.SUPERVISOR, cast.DIRECTOR):
        assert (await reveal(sealed, viewer))["problemCode"] == "NOT_ALLOWED"
    assert await reveal(sealed, cast.AUDITOR) == "FORBIDDEN"  # who reads the records writes none
    assert await reveal(sealed, PUBLIC) == "UNAUTHENTICATED"
    assert await reveal(sealed, cast.API_CLIENT) == "UNAUTHENTICATED"
    assert await reveal(sealed, NOBODY_IN_PARTICULAR) == "UNAUTHENTICATED"
    assert await records(sealed) == []


async def test_for_a_neighbor_there_is_no_such_person(sealed: Api) -> None:
    for viewer in (cast.NEIGHBOR, cast.VOLUNTEER, cast.ADMIN, cast.RESIDENT):
        for person in ("Person_1008", "Person_4", "Team_504", "nothing"):
            assert await reveal(sealed, viewer, person) == NOT_FOUND, viewer
    assert await reveal(sealed, cast.DISPATCHER, "Person_4") == NOT_FOUND
    assert await stored(sealed, select(func.count()).select_from(Attempt)) == 0


async def test_fifty_a_day_and_oneself_without_bound(sealed: Api) -> None:
    for _ in range(50):
        assert (await reveal(sealed, cast.DISPATCHER))["__typename"] == "Revealed"
    limited = await reveal(sealed, cast.DISPATCHER)
    assert (limited["__typename"], limited["bound"]) == ("LimitReached", 50)
    assert await stored(sealed, select(Attempt.count)) == 51  # counted all the same
    assert (await reveal(sealed, cast.PRIVACY_OFFICER))["__typename"] == "Revealed"
    for _ in range(51):
        assert (await reveal(sealed, cast.LEADER))["__typename"] == "Revealed"
    assert len(await records(sealed)) == 50 + 1 + 51
    assert sealed.engine is not None
    async with AsyncSession(sealed.engine) as session, session.begin():
        await session.execute(update(Attempt).values(began_at=THEN))
    assert (await reveal(sealed, cast.DISPATCHER))["__typename"] == "Revealed"


async def test_it_comes_alone_in_a_request(sealed: Api) -> None:
    one = 'reveal(input: {id: "Person_1008", field: BIRTH_DATE, purpose: SAFETY}) { __typename }'
    answer = await sealed(f"mutation {{ a: {one} b: {one} }}", viewer=cast.DISPATCHER)
    assert (answer["errors"][0]["code"], answer["errors"][0]["limit"]) == ("LIMIT_EXCEEDED", "rootMutations")
    assert await records(sealed) == []
