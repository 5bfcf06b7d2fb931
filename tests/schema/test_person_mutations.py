"""People registered, verified and described, by real requests."""

import datetime as dt
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from domain.times import today
from domain.viewers import SignedIn, Viewer, viewer_of
from models import Account, Availability, Person, PersonSkill, PersonStatus, TeamSkill
from models.text import mask_phone
from tests.schema.acting import do, events, mutation, stored
from tests.schema.cast import DISPATCHER, NEIGHBOR, OFFICE, RESIDENT, STATION, VOLUNTEER, volunteer
from tests.schema.conftest import Api
from tests.schema.rows import KEYRING

pytestmark = pytest.mark.asyncio(loop_scope="session")

SHOWN = "id name phoneMasked status version birthYear languages skills { skill { code } level verifiedAt } halfDays"
REGISTER = mutation("registerPerson", "RegisterPersonInput", "Person", SHOWN, False)
UPDATE = mutation("updatePerson", "UpdatePersonInput", "Person", SHOWN, True)
VERIFY = mutation("verifyPerson", "PersonInput", "Person", SHOWN, True)
SUSPEND = mutation("suspendPerson", "PersonInput", "Person", SHOWN, True)
RESUME = mutation("resumePerson", "PersonInput", "Person", SHOWN, True)
SKILLS = mutation("setSkills", "SetSkillsInput", "Person", SHOWN, True)
HALF_DAYS = mutation("setAvailability", "SetAvailabilityInput", "Person", SHOWN, True)
CERTIFY = mutation("certifySkill", "CertifySkillInput", "PersonSkill", "id verifiedAt", False)

VILLAGE = "Division_152222102200"
PHONE = "12577770001"
GROWN = {"divisionId": VILLAGE, "name": "乌日娜", "birthDate": "1990-05-04"}


def born(years: int, days: int = 0) -> str:
    """Return the birthday of who is that old, plus some days."""
    day = today()
    return (day.replace(year=day.year - years, day=min(day.day, 28)) - dt.timedelta(days=days)).isoformat()


async def resident(api: Api) -> Viewer:
    """Store an account and return it, as it is before anybody is registered under its phone."""
    assert api.engine is not None
    async with AsyncSession(api.engine) as session, session.begin():
        session.add(
            Account(
                id=77,
                phone_hash=KEYRING.lookup_hash(PHONE),
                phone_masked=mask_phone(PHONE),
                phone_sealed=KEYRING.seal(PHONE),
            )
        )
    return viewer_of(SignedIn(77))


async def registered(api: Api, viewer: Viewer, **given: Any) -> tuple[Any, int]:
    """Register somebody; return the answer and the new key. (The account's people are found at its next request.)"""
    answer = await do(api, viewer, REGISTER, **{**GROWN, **given})
    return answer, await stored(api, select(func.max(Person.id)))


async def test_a_resident_registers_under_the_own_phone(own: Api) -> None:
    account = await resident(own)
    _, key = await registered(own, account, languages=["MN", "ZH"], ethnicity="蒙古族")
    row: Person = await stored(own, select(Person).where(Person.id == key))
    assert (row.name, row.phone_masked, row.status) == ("乌日娜", "125****0001", PersonStatus.PENDING)
    assert row.phone_hash == KEYRING.lookup_hash(PHONE)
    assert KEYRING.open(row.birth_date_sealed or "") == "1990-05-04"
    assert KEYRING.open(row.ethnicity_sealed or "") == "蒙古族"
    assert (row.birth_year, row.registered_by_id) == (1990, 77)
    assert await events(own, "person", f"Person_{key}") == [("person.registered", "RESIDENT", 77, None, "PENDING")]
    again, _ = await registered(own, account)
    assert again["__typename"] == "InvalidInput"


@pytest.mark.parametrize(
    ("birth", "guardian", "is_taken"),
    [
        (born(18), None, True),
        (born(17), None, False),
        (born(17), {"name": "额吉", "phone": "12577770002"}, True),
        (born(14), {"name": "额吉", "phone": "12577770002"}, True),
        (born(14, -40), {"name": "额吉", "phone": "12577770002"}, False),
        (born(17), {"name": "额吉", "phone": "1257"}, False),
        (born(121), None, False),
        (born(-1), None, False),
    ],
)
async def test_the_young_need_a_guardian_and_children_are_not_registered(
    own: Api, birth: str, guardian: Any, is_taken: bool
) -> None:
    answer, key = await registered(own, await resident(own), birthDate=birth, guardian=guardian)
    assert (answer["__typename"] != "InvalidInput") is is_taken
    row: Person = await stored(own, select(Person).where(Person.id == key))
    if is_taken and guardian:
        assert row.guardian_consent_at is not None
        assert KEYRING.open(row.guardian_sealed or "") == '{"name":"额吉","phone":"12577770002"}'
    elif not is_taken:
        assert row.name != "乌日娜"


async def test_a_coordinator_registers_somebody_of_the_place(own: Api) -> None:
    answer, _ = await registered(own, STATION, onBehalf=True, phone="125 7777-0009")
    assert (answer["__typename"], answer["phoneMasked"], answer["version"]) == ("Person", "125****0009", 1)
    elsewhere, _ = await registered(own, NEIGHBOR, onBehalf=True)
    assert elsewhere == {"__typename": "NotFound", "problemCode": "NOT_FOUND"}
    nobody, _ = await registered(own, RESIDENT, onBehalf=True)
    assert nobody == {"__typename": "NotFound", "problemCode": "NOT_FOUND"}


async def test_who_registered_does_not_verify(own: Api) -> None:
    answer, _ = await registered(own, STATION, onBehalf=True)
    person = {"personId": answer["id"], "expectedVersion": 1}
    assert (await do(own, STATION, VERIFY, **person))["__typename"] == "NotAllowed"
    assert (await do(own, NEIGHBOR, VERIFY, **person))["__typename"] == "NotFound"
    assert await do(own, VOLUNTEER, VERIFY, **person) == "FORBIDDEN"
    assert (await do(own, OFFICE, VERIFY, **person))["status"] == "VERIFIED"
    again = await do(own, OFFICE, VERIFY, personId=answer["id"], expectedVersion=2)
    assert again == {
        "__typename": "WrongState", "problemCode": "WRONG_STATE", "state": "VERIFIED", "allowed": ["suspend"],
    }  # fmt: skip
    assert (await do(own, OFFICE, SUSPEND, personId=answer["id"], expectedVersion=2))["status"] == "SUSPENDED"
    assert (await do(own, OFFICE, RESUME, personId=answer["id"], expectedVersion=3))["status"] == "PENDING"


async def test_a_person_writes_on_oneself_but_not_the_phone(own: Api) -> None:
    me = volunteer(1001)
    changed = await do(own, me, UPDATE, personId="Person_1001", expectedVersion=1, name="乌兰图雅", languages=["EN"])
    assert (changed["name"], changed["version"], changed["languages"]) == ("乌兰图雅", 2, ["EN"])
    phone = await do(own, me, UPDATE, personId="Person_1001", expectedVersion=2, phone="12500000099")
    assert phone["__typename"] == "InvalidInput"
    other = await do(own, me, UPDATE, personId="Person_1002", expectedVersion=1, name="别人")
    assert other == {"__typename": "NotFound", "problemCode": "NOT_FOUND"}
    stale = await do(own, me, UPDATE, personId="Person_1001", expectedVersion=1, name="乌兰")
    assert (stale["version"], stale["changed"]) == (2, ["person.edited"])


async def test_skills_are_set_as_a_whole_and_counted_in_the_teams(own: Api) -> None:
    me = volunteer(1008)
    wanted = [{"skillId": "Skill_51", "level": 4, "certificateNumber": "C-7", "issuedOn": "2020-01-01"}]
    person = await do(own, me, SKILLS, personId="Person_1008", expectedVersion=1, skills=wanted)
    assert person["skills"] == [{"skill": {"code": "LAW_AID"}, "level": 4, "verifiedAt": None}]
    counted = select(TeamSkill.people_count).where(TeamSkill.team_id == 504, TeamSkill.skill_id == 51)
    assert await stored(own, counted) >= 1
    ability = await stored(own, select(PersonSkill.id).where(PersonSkill.person_id == 1008))
    assert await do(own, me, CERTIFY, personSkillId=f"PersonSkill_{ability}") == "FORBIDDEN"
    assert (await do(own, NEIGHBOR, CERTIFY, personSkillId=f"PersonSkill_{ability}"))["__typename"] == "NotFound"
    seen = await do(own, DISPATCHER, CERTIFY, personSkillId=f"PersonSkill_{ability}")
    assert seen["verifiedAt"] is not None
    wanted[0]["certificateNumber"] = "C-8"
    changed = await do(own, me, SKILLS, personId="Person_1008", expectedVersion=3, skills=wanted)
    assert changed["skills"][0]["verifiedAt"] is None


@pytest.mark.parametrize(
    "skill",
    [
        {"skillId": "Skill_51", "level": 5},
        {"skillId": "Skill_999"},
        {"skillId": "Team_504"},
        {"skillId": "Skill_51", "issuedOn": "2024-01-02", "expiresOn": "2024-01-01"},
    ],
)
async def test_a_skill_that_cannot_be_is_refused(own: Api, skill: dict[str, Any]) -> None:
    before = await stored(own, select(func.count()).where(PersonSkill.person_id == 1001))
    refused = await do(own, VOLUNTEER, SKILLS, personId="Person_1001", expectedVersion=1, skills=[skill])
    assert refused["__typename"] in ("InvalidInput", "NotFound")
    assert await stored(own, select(func.count()).where(PersonSkill.person_id == 1001)) == before


async def test_half_days_are_set_as_a_whole(own: Api) -> None:
    days = [{"halfDay": "SAT_PM"}, {"halfDay": "MON_AM", "season": "WINTER"}, {"halfDay": "SAT_PM"}]
    person = await do(own, VOLUNTEER, HALF_DAYS, personId="Person_1001", expectedVersion=1, halfDays=days)
    assert person["halfDays"] == ["MON_AM", "SAT_PM"]
    none = await do(own, VOLUNTEER, HALF_DAYS, personId="Person_1001", expectedVersion=2, halfDays=[])
    assert none["halfDays"] == []
    assert await stored(own, select(func.count()).where(Availability.person_id == 1001)) == 0
