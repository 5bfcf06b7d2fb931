"""The copy of one's own data: all of it, in clear, to nobody else, and not too often."""

import re
from typing import Any

import orjson
import pytest
import pytest_asyncio
from sqlalchemy import event, select
from sqlalchemy.ext.asyncio import AsyncSession

from domain.scope import DISPATCHER as NOBODY_IN_PARTICULAR
from domain.scope import PUBLIC, Viewer
from domain.viewers import SignedIn, viewer_of
from models import Account, Attempt, Event, Team
from models.base import Base
from schema.my_data import TITLES, WORDS, as_page
from tests.schema import cast
from tests.schema.acting import stored
from tests.schema.conftest import Api
from tests.schema.traces import CLEAR, NAME, NEEDLES, PHONE, SEALED, plant

pytestmark = pytest.mark.asyncio(loop_scope="session")

ME = viewer_of(SignedIn(10_008, session_id=71, person_id=1008, person_ids=(1008,), led=(504,)))
EXPORT = """mutation { done: exportMyData { __typename ... on MyData { json html }
  ... on Problem { problemCode } ... on LimitReached { bound } } }"""


@pytest_asyncio.fixture(loop_scope="session")
async def planted(own: Api) -> Api:
    assert own.engine is not None
    async with AsyncSession(own.engine) as session, session.begin():
        await plant(session)
    return own


async def export(api: Api, viewer: Viewer = ME) -> Any:
    answer = await api(EXPORT, viewer=viewer)
    return answer["data"]["done"] if "errors" not in answer else answer["errors"][0]["code"]


async def test_all_that_is_stored_comes_out_in_clear(planted: Api) -> None:
    done = await export(planted)
    copied = orjson.loads(done["json"])
    assert list(copied)[:3] == ["exportedAt", "account", "grants"]
    (person,) = copied["people"]
    assert {name: person[name] for name in ("id", "name", "phone", "birthDate", "ethnicity", "guardian")} == {
        "id": "1008",
        "name": NAME,
        "phone": PHONE,
        "birthDate": CLEAR["birth"],
        "ethnicity": CLEAR["ethnicity"],
        "guardian": orjson.loads(CLEAR["guardian"]),
    }
    assert (person["status"], person["statusLabel"]) == ("VERIFIED", "字VERIFIED")
    assert person["skills"][-1]["certificateNumber"] == NEEDLES["certificate"]
    assert [one["note"] for one in person["availabilities"] if one["note"]] == [NEEDLES["when free"]]
    assert {one["team"] for one in person["memberships"]} >= {"查干敖瑞嘎查志愿服务队"}
    assert {one["code"] for one in person["contactOf"]} == {"T-0004", "T-0011"}
    assert [one["type"] for one in person["events"]] == ["person.registered"]
    assert (copied["account"]["phone"], copied["sessions"][0]["device"]) == (PHONE, NEEDLES["device"])
    assert (copied["apiTokens"][0]["name"], len(copied["wechat"]), len(copied["signInCodes"])) == ("看板珊瑚", 1, 1)


async def test_no_secret_and_no_other_person_comes_out(planted: Api) -> None:
    done = await export(planted)
    hidden = ("password", "hash of the phone", "WeChat")
    for text in (done["json"], done["html"]):
        for needle in (*SEALED.values(), *(NEEDLES[name] for name in hidden), CLEAR["totp"], "$sealed", "王乌兰"):
            assert needle not in text


async def test_every_table_that_names_a_person_or_an_account_is_read(planted: Api) -> None:
    named = {
        table.name
        for table in Base.metadata.tables.values()
        if any(key.column.table.name in ("person", "account") for key in table.foreign_keys)
    }
    assert len(named) == 12
    read: set[str] = set()
    assert planted.engine is not None

    def listen(_: Any, __: Any, statement: str, *___: Any) -> None:
        read.update(re.findall(r"(?:FROM|JOIN) (\w+)", statement))

    event.listen(planted.engine.sync_engine, "before_cursor_execute", listen)
    await export(planted)
    event.remove(planted.engine.sync_engine, "before_cursor_execute", listen)
    assert named - read == {"person_place"}  # made of homes and memberships, which are read


async def test_every_value_has_a_word_for_its_reader(planted: Api) -> None:
    done = await export(planted)
    unknown: set[str] = set()

    def look(item: Any) -> None:
        for name, value in item.items():
            snake = re.sub(r"([A-Z])", lambda found: f"_{found[1].lower()}", name)
            children = [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []
            for child in children or ([value] if name == "account" else []):
                look(child)
            if snake not in WORDS and snake not in TITLES and not snake.endswith(("_id", "_label")):
                unknown.add(snake)

    look(orjson.loads(done["json"]))
    assert unknown == set()
    for shown in (
        NAME,
        "字VERIFIED",
        "<th>出生日期</th><td>1958-07-06</td>",
        "欧阳海，12598760000",
        "2026-01-02 19:04",
    ):
        assert shown in done["html"], shown


async def test_the_page_takes_no_markup_from_people() -> None:
    page = as_page({"people": [{"name": "<script>alert(1)</script>", "guardian": {"name": "<b>", "phone": "&"}}]})
    assert "<script" not in page
    assert "<td>&lt;script&gt;alert(1)&lt;/script&gt;</td>" in page
    assert "<td>&lt;b&gt;，&amp;</td>" in page


async def test_five_a_day_and_each_on_record(planted: Api) -> None:
    for _ in range(5):
        assert (await export(planted))["__typename"] == "MyData"
    limited = await export(planted)
    assert limited == {"__typename": "LimitReached", "problemCode": "LIMIT_REACHED", "bound": 5}
    assert await stored(planted, select(Attempt.count)) == 6
    assert planted.engine is not None
    async with AsyncSession(planted.engine) as session:
        told = select(Event.entity, Event.entity_id, Event.actor_id, Event.payload)
        found = (await session.execute(told.where(Event.type == "pii.exported"))).all()
    assert found == 5 * [("account", 10_008, 10_008, '{"person_ids":[1008]}')]


async def test_who_is_nobody_gets_nothing_and_who_has_no_person_the_account(planted: Api) -> None:
    for viewer in (PUBLIC, cast.API_CLIENT, NOBODY_IN_PARTICULAR):
        assert await export(planted, viewer) == "UNAUTHENTICATED"
    assert planted.engine is not None
    async with AsyncSession(planted.engine) as session, session.begin():
        session.add(Account(id=1))
    copied = orjson.loads((await export(planted, cast.RESIDENT))["json"])
    assert (copied["account"]["id"], copied["people"]) == ("1", [])
    assert await stored(planted, select(Team.leader_name).where(Team.id == 504)) == NAME
