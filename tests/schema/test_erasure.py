"""Erasure by real requests: nothing of the person is left in any column of any table, and nothing else is harmed."""

import uuid
from pathlib import Path

import pytest
import pytest_asyncio
from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

import models
from domain.scope import PUBLIC
from domain.viewers import SignedIn, viewer_of
from models import Account, Person, Team
from tests.schema import cast
from tests.schema.acting import do, events, mutation, stored
from tests.schema.conftest import Api
from tests.schema.rows import KEYRING
from tests.schema.traces import NAME, NEEDLES, PHONE, PLANTED, check_whole, left, plant

pytestmark = pytest.mark.asyncio(loop_scope="session")

ME = viewer_of(SignedIn(10_008, session_id=71, person_id=1008, person_ids=(1008,), led=(504,)))
FAMILY = viewer_of(SignedIn(10_008, person_ids=(1008, 1020)))
ERASE_ME = mutation("eraseMe", "EraseMeInput", "Erased", "personId", True)
ERASE = mutation("erasePerson", "ErasePersonInput", "Erased", "personId", True)


@pytest_asyncio.fixture(loop_scope="session")
async def planted(own: Api) -> Api:
    assert own.engine is not None
    async with AsyncSession(own.engine) as session, session.begin():
        await plant(session)
    return own


async def version(api: Api) -> int:
    return int(await stored(api, select(Person.version).where(Person.id == 1008)))


async def test_nothing_of_the_person_is_left_anywhere(planted: Api) -> None:
    assert set(await left(planted)) == PLANTED
    done = await do(planted, ME, ERASE_ME, expectedVersion=await version(planted))
    assert done == {"__typename": "Erased", "personId": "Person_1008"}
    assert await left(planted) == {}
    await check_whole(planted)


async def test_what_stays_is_the_row_and_what_is_on_record(planted: Api) -> None:
    before = await stored(planted, select(Team.member_count).where(Team.id == 504))
    await do(planted, ME, ERASE_ME, expectedVersion=await version(planted))
    shown = await planted(
        """{ person(id: "Person_1008") { name status gender birthYear politicalStatus phoneMasked division { id }
        languages skills { id } halfDays memberships { nodes { status } } } }""",
        viewer=cast.PRIVACY_OFFICER,
    )
    kept = shown["data"]["person"].pop("memberships")["nodes"]
    assert {"LEFT", "DECLINED"} == {node["status"] for node in kept}
    assert shown["data"]["person"] == {
        "name": "已注销",
        "status": "ERASED",
        **dict.fromkeys(("gender", "birthYear", "politicalStatus", "phoneMasked", "division")),
        **{name: [] for name in ("languages", "skills", "halfDays")},
    }
    assert await stored(planted, select(Team.member_count).where(Team.id == 504)) == before - 1
    assert await stored(planted, select(Team.leader_name).where(Team.id == 512)) == "欧阳"
    assert (await events(planted, "person", "Person_1008"))[-1] == (
        "person.erased", "TEAM_LEADER", 10_008, "VERIFIED", "ERASED"
    )  # fmt: skip
    assert (await events(planted, "account", "Account_10008"))[-2:] == [
        ("account.signed_out", "TEAM_LEADER", 10_008, None, None),
        ("account.erased", "TEAM_LEADER", 10_008, "ACTIVE", "ERASED"),
    ]
    assert (await events(planted, "membership", "Membership_7001"))[-1][0] == "membership.left"
    assert (await events(planted, "membership", "Membership_7002"))[-1][0] == "membership.declined"
    assert (await events(planted, "team", "Team_504"))[-1][0] == "team.leader_changed"
    assert await stored(planted, select(models.Session.revoked_at).where(models.Session.id == 71)) is not None
    assert await stored(planted, select(models.ApiToken.revoked_at)) is not None


async def test_family_keeps_the_phone_and_the_account(planted: Api) -> None:
    assert planted.engine is not None
    async with AsyncSession(planted.engine) as session, session.begin():
        await session.execute(update(Person).where(Person.id == 1020).values(phone_hash=KEYRING.lookup_hash(PHONE)))
    refused = await do(planted, FAMILY, ERASE_ME, expectedVersion=await version(planted))
    assert (refused["__typename"], refused["problemCode"]) == ("InvalidInput", "INVALID_INPUT")
    done = await do(planted, FAMILY, ERASE_ME, personId="Person_1008", expectedVersion=await version(planted))
    assert done["__typename"] == "Erased"
    assert (await left(planted))["hash of the phone"] == {
        "account.phone_hash", "person.phone_hash", "sign_in_code.phone_hash"
    }  # fmt: skip
    assert "name" not in await left(planted)
    assert await stored(planted, select(Account.status)) is models.AccountStatus.ACTIVE
    assert await stored(planted, select(models.Session.person_id)) is None
    assert await stored(planted, select(models.Session.revoked_at)) is None
    await check_whole(planted)


async def test_who_holds_a_role_keeps_the_account(planted: Api) -> None:
    assert planted.engine is not None
    async with AsyncSession(planted.engine) as session, session.begin():
        session.add(models.Grant(account_id=10_008, role=models.Role.OFFICE_COORDINATOR, division_id=152222102000))
    await do(planted, ME, ERASE_ME, expectedVersion=await version(planted))
    assert await stored(planted, select(Account.status)) is models.AccountStatus.ACTIVE
    assert "name" not in await left(planted)


async def test_a_privacy_officer_erases_with_a_reason(planted: Api) -> None:
    given = {"personId": "Person_1008", "reason": "DECEASED", "expectedVersion": await version(planted)}
    for viewer, code in ((PUBLIC, "UNAUTHENTICATED"), (cast.DISPATCHER, "FORBIDDEN"), (ME, "FORBIDDEN")):
        assert await do(planted, viewer, ERASE, **given) == code
    assert set(await left(planted)) == PLANTED
    operation = str(uuid.uuid4())
    done = await do(planted, cast.PRIVACY_OFFICER, ERASE, operation_id=operation, **given)
    assert done == {"__typename": "Erased", "personId": "Person_1008"}
    assert await do(planted, cast.PRIVACY_OFFICER, ERASE, operation_id=operation, **given) == done
    assert await left(planted) == {}
    again = await do(planted, cast.PRIVACY_OFFICER, ERASE, **given)
    assert (again["__typename"], again["state"]) == ("WrongState", "ERASED")
    payload = select(models.Event.payload).where(models.Event.type == "person.erased")
    assert '"reason":"DECEASED"' in await stored(planted, payload)
    await check_whole(planted)


async def test_nobody_erases_a_neighbor_or_what_has_changed(planted: Api) -> None:
    stranger = cast.volunteer(1020)
    for person in ("Person_1008", "Person_4", "Team_504"):
        refused = await do(planted, stranger, ERASE_ME, personId=person, expectedVersion=1)
        assert refused == {"__typename": "NotFound", "problemCode": "NOT_FOUND"}
    stale = await do(planted, ME, ERASE_ME, expectedVersion=7)
    assert stale["__typename"] == "Conflict"
    assert set(await left(planted)) == PLANTED
    assert await stored(planted, select(func.count()).where(models.Event.type == "person.erased")) == 0


async def test_what_was_merged_into_the_person_is_erased_too(planted: Api) -> None:
    assert planted.engine is not None
    async with AsyncSession(planted.engine) as session, session.begin():
        twin = await session.get_one(Person, 1030)
        twin.name, twin.merged_into_id, twin.status = NAME, 1008, models.PersonStatus.MERGED
    await do(planted, ME, ERASE_ME, expectedVersion=await version(planted))
    assert await left(planted) == {}
    assert await stored(planted, select(Person.status).where(Person.id == 1030)) is models.PersonStatus.ERASED
    await check_whole(planted)


async def test_the_files_of_sqlite_forget_at_once(planted: Api) -> None:
    assert planted.engine is not None
    if planted.engine.dialect.name != "sqlite":
        pytest.skip("PostgreSQL forgets when it vacuums")
    file = Path(planted.engine.url.database or "")

    def bytes_left() -> set[str]:
        held = b"".join(part.read_bytes() for part in file.parent.glob(f"{file.name}*"))
        return {name for name, needle in NEEDLES.items() if needle.encode() in held}

    assert bytes_left() == PLANTED
    await do(planted, ME, ERASE_ME, expectedVersion=await version(planted))
    assert bytes_left() == set()
