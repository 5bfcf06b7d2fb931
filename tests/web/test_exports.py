"""Downloads through the whole service: the rows and phones of who asks, one event, and a name in Chinese."""

import asyncio
import csv
import io
import json
from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import quote

import httpx2
import openpyxl
import pytest
from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from domain.chains import verify
from domain.times import today
from models import Event, Person, Role, Team
from models.division import division_key
from tests.schema import rows
from tests.web.signing import Service, grant, whole_service

OFFICE, NEIGHBOR = "12533330001", "12533330002"
HERE, THERE = "152222102", "152222105"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@pytest.fixture
async def service(url: str, engine: AsyncEngine, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Service]:
    """The small registry, with a coordinator in each of two towns."""
    await rows.fill(engine)
    async with whole_service(monkeypatch, database_url=url) as found:
        seal = found.keyring.seal
        async with engine.begin() as connection:  # the service has keys of its own
            await connection.execute(update(Team).values(contact_phone_sealed=seal("12512345678")))
            await connection.execute(update(Person).values(phone_sealed=seal("12500000001")))
        await grant(engine, found.keyring, OFFICE, Role.OFFICE_COORDINATOR, division_id=division_key(HERE))
        await grant(engine, found.keyring, NEIGHBOR, Role.OFFICE_COORDINATOR, division_id=division_key(THERE))
        yield found


async def get(browser: httpx2.AsyncClient, path: str, where: Any = None, **parameters: str) -> httpx2.Response:
    given = {"where": json.dumps(where)} if where is not None else {}
    return await browser.get(path, params=given | parameters)


def sheet(answer: httpx2.Response, title: str = "队伍") -> list[dict[str, Any]]:
    assert answer.status_code == 200, answer.text
    head, *body = openpyxl.load_workbook(io.BytesIO(answer.content))[title].iter_rows(values_only=True)
    return [dict(zip(head, line, strict=True)) for line in body]


async def opened(engine: AsyncEngine) -> list[tuple[Any, ...]]:
    async with engine.connect() as connection:
        told = select(Event.entity, Event.actor_role, Event.payload).where(Event.type == "pii.opened")
        return [tuple(row) for row in await connection.execute(told.order_by(Event.sequence))]


async def test_a_coordinator_gets_phones_at_home_and_a_neighbor_not(service: Service, engine: AsyncEngine) -> None:
    office, neighbor = await service.signed_in(OFFICE), await service.signed_in(NEIGHBOR)
    where = {"within": {"code": HERE}, "level": {"eq": "VILLAGE"}}

    ours = await get(office, "/exports/teams.xlsx", where)
    assert ours.headers["content-type"] == XLSX
    assert ours.headers["cache-control"] == "private, no-store"
    assert "content-encoding" not in ours.headers
    assert int(ours.headers["content-length"]) == len(ours.content)
    name = quote(f"志愿服务队台账-{today()}.xlsx")
    assert ours.headers["content-disposition"] == f"attachment; filename=\"teams.xlsx\"; filename*=UTF-8''{name}"
    teams, members = sheet(ours), sheet(ours, "队员")
    assert {line["苏木镇"] for line in teams} == {"高力板镇"}
    assert [line["队伍编号"] for line in teams] == [f"T-{n:04d}" for n in (4, 5, 6, 15, 16, 17)]
    assert {line["联系电话"] for line in teams} == {"12512345678"}
    assert {line["负责人"] for line in teams} == {"张乌兰", None}
    clear = [line["联系电话"] for line in [*teams, *members] if (line["联系电话"] or "*").isdecimal()]
    assert await opened(engine) == [
        ("account", "OFFICE_COORDINATOR", f'{{"count":{len(clear)},"operation":"ExportTeams"}}')
    ]

    theirs = await get(neighbor, "/exports/teams.xlsx", where)
    assert [line["队伍编号"] for line in sheet(theirs)] == [
        line["队伍编号"] for line in teams
    ]  # as the public sees them
    assert {line["联系电话"] for line in sheet(theirs)} == {None}
    assert {line["负责人"] for line in sheet(theirs)} == {"张**", None}
    seen = {line["姓名"] for line in sheet(theirs, "队员")}
    assert seen < {line["姓名"] for line in members}
    at_home = select(Person.name).where(Person.division_id.between(division_key(THERE), division_key(THERE) + 999))
    async with engine.connect() as connection:
        assert seen <= set(await connection.scalars(at_home))  # their own people, in teams elsewhere
    assert len(await opened(engine)) == 1 + any(line["联系电话"] for line in sheet(theirs, "队员"))
    async with AsyncSession(engine) as session:
        assert (await verify(session)).fault is None


async def test_the_public_gets_teams_without_people_and_leaves_no_event(service: Service, engine: AsyncEngine) -> None:
    browser = service.browser()
    answer = await get(browser, "/exports/teams.xlsx")
    assert len(sheet(answer)) == 23
    assert sheet(answer, "队员") == []
    assert {line["联系电话"] for line in sheet(answer)} == {None}

    text = await get(browser, "/exports/teams.csv", {"code": {"eq": "T-0001"}})
    assert text.headers["content-type"] == "text/csv; charset=utf-8"
    assert text.content.startswith(b"\xef\xbb\xbf")
    (line,) = csv.DictReader(io.StringIO(text.content.decode("utf-8-sig"), newline=""))
    assert (line["队伍名称"], line["级别"], line["负责人"]) == ("高力板镇志愿服务队", "苏木镇级", "张**")
    members = await get(browser, "/exports/teams.csv", sheet="members")
    assert members.content.decode("utf-8-sig").count("\n") == 1
    assert quote("志愿服务队队员") in members.headers["content-disposition"]
    assert await opened(engine) == []


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
async def test_bad_requests_are_named(service: Service, engine: AsyncEngine) -> None:
    browser = service.browser()
    for where, said in {
        "{": "不是有效的 JSON",
        '{"salary": 1}': "salary",
        '{"level": {"eq": "COUNTY"}}': "COUNTY",
        '"x"': "TeamWhere",
        "[" * 50: "JSON",
        '{"within": {"code": "12"}}': "区划代码",
    }.items():
        answer = await browser.get("/exports/teams.xlsx", params={"where": where})
        (error,) = answer.json()["errors"]
        assert (answer.status_code, error["extensions"]["code"]) == (400, "BAD_REQUEST"), where
        assert error["message"].startswith("筛选条件有误 | the filter: ") and said in error["message"]
    assert (await get(browser, "/exports/teams.csv", sheet="salaries")).status_code == 400
    assert (await browser.get("/exports/teams.ods")).status_code == 404
    assert (await browser.post("/exports/teams.xlsx")).status_code == 405
    assert (await browser.head("/exports/teams.xlsx")).status_code == 405
    office = await service.signed_in(OFFICE)
    foreign = await office.get("/exports/teams.csv", headers={"sec-fetch-site": "cross-site"})
    assert foreign.status_code == 403


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
async def test_exports_are_made_one_after_the_other_and_not_too_often(service: Service) -> None:
    browser = service.browser("198.51.100.7")
    answers = await asyncio.gather(*(get(browser, "/exports/teams.csv") for _ in range(11)))
    assert sorted(answer.status_code for answer in answers) == [200] * 10 + [429]
    assert len({answer.content for answer in answers if answer.status_code == 200}) == 1
    (refused,) = [answer for answer in answers if answer.status_code == 429]
    assert int(refused.headers["retry-after"]) > 0


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
async def test_without_the_event_nothing_leaves(service: Service, engine: AsyncEngine) -> None:
    office = await service.signed_in(OFFICE)
    async with engine.begin() as connection:
        await connection.exec_driver_sql("alter table event_head rename to lost")
    answer = await get(office, "/exports/teams.csv", {"within": {"code": HERE}})
    assert answer.status_code == 500
    assert "1251" not in answer.text
