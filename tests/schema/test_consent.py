"""Consent: what a person shares is shown to who may see the person, what it does not share to nobody else."""

from typing import Any

import pytest
from sqlalchemy import func, select

from domain.scope import PUBLIC
from domain.viewers import SignedIn, Viewer, viewer_of
from models import Event, Person
from tests.schema import cast
from tests.schema.acting import do, stored
from tests.schema.conftest import Api

pytestmark = pytest.mark.asyncio(loop_scope="session")

CONSENT = "consent { phone birthYear politicalStatus }"
SET = f"""mutation ($input: SetConsentInput!) {{ done: setConsent(input: $input) {{ __typename
  ... on Person {{ version {CONSENT} }} ... on Problem {{ problemCode }} }} }}"""
SHOWN = f'{{ person(id: "Person_1008") {{ phone birthYear politicalStatus politicalStatusLabel {CONSENT} }} }}'
VALUES = {
    "phone": "12500000008",
    "birthYear": 1958,
    "politicalStatus": "PARTY_MEMBER",
    "politicalStatusLabel": "字PARTY_MEMBER",
}
ALL, NONE = dict.fromkeys(("phone", "birthYear", "politicalStatus"), True), dict.fromkeys(VALUES)


async def shown(api: Api, viewer: Viewer) -> Any:
    return (await api(SHOWN, viewer=viewer))["data"]["person"]


async def record(api: Api) -> list[tuple[Any, ...]]:
    listed = (
        """{ events(where: {entityId: "Person_1008"}, orderBy: SEQUENCE_ASC) { nodes { type payload actorId } } }"""
    )
    found = (await api(listed, viewer=cast.AUDITOR))["data"]["events"]["nodes"]
    return [(node["type"], node["payload"], node["actorId"]) for node in found]


async def test_what_is_withdrawn_is_seen_by_oneself_only(own: Api) -> None:
    assert await shown(own, cast.OFFICE) == VALUES | {"consent": ALL}
    done = await do(own, cast.LEADER, SET, personId="Person_1008", phone=False, politicalStatus=False)
    said = {"phone": False, "birthYear": True, "politicalStatus": False}
    assert done == {"__typename": "Person", "version": 3, "consent": said}
    hidden = NONE | {"birthYear": 1958}
    for viewer in (cast.OFFICE, cast.DISPATCHER):
        assert await shown(own, viewer) == hidden | {"consent": said}
    assert await shown(own, cast.LEADER) == VALUES | {"consent": said}
    for where in ("birthYear: {eq: 1958}", "politicalStatus: {eq: PARTY_MEMBER}"):
        query = f'{{ people(first: 100, where: {{{where}, name: {{eq: "李建国"}}}}) {{ nodes {{ id }} }} }}'
        found = (await own(query, viewer=cast.OFFICE))["data"]["people"]["nodes"]
        assert ({"id": "Person_1008"} in found) is ("birthYear" in where)


async def test_consent_is_given_again_and_each_word_is_on_record(own: Api) -> None:
    await do(own, cast.LEADER, SET, personId="Person_1008", birthYear=False)
    await do(own, cast.LEADER, SET, personId="Person_1008", birthYear=True, phone=True)
    assert await shown(own, cast.OFFICE) == VALUES | {"consent": ALL}
    assert await record(own) == [
        ("consent.withdrawn", '{"field":"BIRTH_YEAR","version":2}', "Account_11008"),
        ("consent.given", '{"field":"PHONE","version":3}', "Account_11008"),
        ("consent.given", '{"field":"BIRTH_YEAR","version":4}', "Account_11008"),
    ]


@pytest.mark.parametrize(
    ("viewer", "sees"),
    [
        (cast.LEADER, True),
        (cast.volunteer(1020, led=(504,)), True),
        (cast.OFFICE, True),
        (cast.STATION, True),
        (cast.DISPATCHER, True),
        (cast.PRIVACY_OFFICER, True),
        (cast.RECORDER, False),
        (cast.AUDITOR, False),
        (cast.DIRECTOR, False),
    ],
)
async def test_whether_something_is_shared_is_for_oneself_and_who_manages(own: Api, viewer: Viewer, sees: bool) -> None:
    assert (await shown(own, viewer))["consent"] == (ALL if sees else None)


async def test_nobody_consents_for_another(own: Api) -> None:
    assert await do(own, PUBLIC, SET, personId="Person_1008", phone=False) == "UNAUTHENTICATED"
    for viewer in (cast.OFFICE, cast.DISPATCHER, cast.PRIVACY_OFFICER, cast.NEIGHBOR, cast.volunteer(1009)):
        refused = await do(own, viewer, SET, personId="Person_1008", phone=False)
        assert refused == {"__typename": "NotFound", "problemCode": "NOT_FOUND"}
    assert await stored(own, select(func.count()).select_from(Event)) == 0
    assert await stored(own, select(Person.shares_phone).where(Person.id == 1008)) is True


async def test_a_family_says_it_for_each_and_something_has_to_be_said(own: Api) -> None:
    family = viewer_of(SignedIn(7, person_ids=(1008, 1009)))
    done = await do(own, family, SET, personId="Person_1009", phone=False)
    assert done["consent"] == ALL | {"phone": False}
    assert (await do(own, family, SET, personId="Person_1008"))["problemCode"] == "INVALID_INPUT"
    assert await stored(own, select(func.count()).select_from(Event)) == 1
