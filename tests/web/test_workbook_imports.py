"""A workbook over the web: received, previewed, confirmed or discarded, by who may, once, and safe from a crash."""

import asyncio
import datetime as dt
import os
import pickle
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx2
import pytest
from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from domain.county import default_folder, load_county
from domain.imports.formats import MAX_FILE_BYTES
from domain.viewers import DISPATCHER
from domain.workbooks.work import Task
from models import Division, Event, Person, Role, Session, Team, WorkbookImport, WorkbookImportEntry, now
from tests.web.signing import Service, asked, grant, whole_service
from web import import_jobs
from web.bodies import UPLOAD_BYTES
from web.import_job import Job
from web.keys import new_keys
from web.settings import Settings
from web.uploads import Uploads

SAMPLES = Path(__file__).parents[1] / "samples"
CLEAN, MIXED = SAMPLES / "01_clean.xlsx", SAMPLES / "03_mixed_words.xlsx"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
PHONE, OTHER = "12500000001", "12500000002"
AT_WORK = ("READING", "IMPORTING")


@pytest.fixture
async def service(
    url: str, engine: AsyncEngine, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> AsyncIterator[Service]:
    """The whole service over a database that knows its county."""
    monkeypatch.setattr("web.visitors.SECONDS", 0)  # a second factor is written past the service
    async with AsyncSession(engine) as session, session.begin():
        await load_county(session, default_folder())
    async with whole_service(monkeypatch, database_url=url, upload_folder=tmp_path / "uploads") as found:
        yield found


async def dispatcher(service: Service, engine: AsyncEngine, phone: str = PHONE) -> httpx2.AsyncClient:
    """Return a browser in which a dispatcher is signed in with a second factor."""
    await grant(engine, service.keyring, phone, Role.DISPATCHER)
    browser = await service.signed_in(phone)
    async with AsyncSession(engine) as session, session.begin():
        await session.execute(update(Session).values(second_factor_at=now()))
    return browser


async def sent(browser: httpx2.AsyncClient, path: Path, name: str = "台账.xlsx", **more: str) -> httpx2.Response:
    body = path.read_bytes()
    return await browser.post("/imports", params={"name": name, **more}, content=body, headers={"content-type": XLSX})


async def decided(browser: httpx2.AsyncClient, found: dict[str, Any], what: str) -> httpx2.Response:
    return await browser.post(f"/imports/{found['id']}/{what}", json={})


async def ended(browser: httpx2.AsyncClient, found: dict[str, Any]) -> dict[str, Any]:
    """Return the import when no job is at work on it any more."""
    for _ in range(600):
        state: dict[str, Any] = (await browser.get(f"/imports/{found['id']}")).json()
        if state["state"] not in AT_WORK:
            return state
        await asyncio.sleep(0.1)
    raise AssertionError(state)


async def previewed(browser: httpx2.AsyncClient, path: Path, **more: str) -> dict[str, Any]:
    answer = await sent(browser, path, **more)
    assert answer.status_code == 201, answer.text
    return await ended(browser, answer.json())


async def counted(engine: AsyncEngine, model: Any) -> int:
    async with AsyncSession(engine) as session:
        return await session.scalar(select(func.count()).select_from(model)) or 0


def kept(tmp_path: Path) -> list[str]:
    return [path.name for path in (tmp_path / "uploads").glob("*")]


async def emptied(tmp_path: Path) -> bool:
    """Tell whether the files go: a job ends a moment after its result is there."""
    for _ in range(200):
        if not kept(tmp_path):
            return True
        await asyncio.sleep(0.05)
    return False


def told(answer: httpx2.Response) -> tuple[int, str]:
    (error,) = answer.json()["errors"]
    assert " | " in error["message"]
    return answer.status_code, error["extensions"]["code"]


async def test_a_file_is_previewed_confirmed_and_known_again(
    service: Service, engine: AsyncEngine, tmp_path: Path
) -> None:
    browser = await dispatcher(service, engine)
    found = await previewed(browser, MIXED)
    assert (found["state"], found["fileName"], found["sizeBytes"]) == ("PREVIEWED", "台账.xlsx", MIXED.stat().st_size)
    totals, counts = found["summary"]["issue_totals"], found["summary"]["counts"]
    assert found["rejectedCount"] == sum(totals["rejected"].values()) > 0
    assert found["teamsAccepted"] == counts["teams"]["accepted"]
    assert await counted(engine, Team) == 0
    assert kept(tmp_path) == [f"{found['id'].partition('_')[2]}.xlsx"]
    answers = await asyncio.gather(*(decided(browser, found, "confirm") for _ in range(2)))
    assert [answer.status_code for answer in answers] == [202, 202]
    done = await ended(browser, found)
    assert (done["state"], done["outcome"]) == ("DONE", "ACCEPTED_WITH_ISSUES")
    teams = await counted(engine, Team)
    assert teams == done["teamsAccepted"] > 20
    assert (await decided(browser, found, "confirm")).json()["state"] == "DONE"
    assert told(await decided(browser, found, "discard")) == (409, "WRONG_STATE")
    assert told(await sent(browser, MIXED)) == (409, "ALREADY_IMPORTED")
    assert await emptied(tmp_path)
    again = await previewed(browser, MIXED, again="1")
    assert again["state"] == "PREVIEWED"
    assert kept(tmp_path) == [f"{again['id'].partition('_')[2]}.xlsx"]
    assert (await decided(browser, again, "discard")).json()["state"] == "DISCARDED"
    assert (kept(tmp_path), await counted(engine, Team)) == ([], teams)
    async with AsyncSession(engine) as session:
        key = int(found["id"].partition("_")[2])
        of_it = Event.entity == "workbook_import", Event.entity_id == key
        types = list(await session.scalars(select(Event.type).where(*of_it).order_by(Event.number)))
    assert types == [f"workbook_import.{what}" for what in ("received", "previewed", "confirmed", "imported")]


ENTRIES = """query ($id: ID!, $where: WorkbookImportEntryWhere) { workbookImport(id: $id) {
  entries(where: $where, first: 100) { totalCount nodes { kind sheet row field fromText toText code codeLabel } } } }"""


async def test_what_was_said_about_rows_is_told_with_phones_masked(service: Service, engine: AsyncEngine) -> None:
    browser = await dispatcher(service, engine)
    found = await previewed(browser, MIXED)
    where = {"kind": {"eq": "CORRECTED"}, "field": {"eq": "phone"}}
    answer = await asked(browser, ENTRIES, id=found["id"], where=where)
    assert "errors" not in answer, answer
    answer = answer["data"]["workbookImport"]["entries"]
    assert answer["totalCount"] == found["summary"]["issue_totals"]["corrected"]["phone_float"] > 50
    first = answer["nodes"][0]
    assert (first["kind"], first["code"], first["codeLabel"]) == ("CORRECTED", "phone_float", "电话存成了数字")
    assert first["toText"][3:7] == first["fromText"][3:7] == "****"
    async with AsyncSession(engine) as session:
        texts = [f"{a} {b}" for a, b in await session.execute(
            select(WorkbookImportEntry.from_text, WorkbookImportEntry.to_text))]  # fmt: skip
    assert [text for text in texts if "1250" in text or "12500" in text] == []
    assert any("嘎查" in text for text in texts)


async def test_who_may_not_is_told_so_and_another_s_import_does_not_exist(
    service: Service, engine: AsyncEngine, tmp_path: Path
) -> None:
    stranger = service.browser()
    assert told(await sent(stranger, CLEAN)) == (401, "UNAUTHENTICATED")
    resident = await service.signed_in(OTHER)
    assert told(await sent(resident, CLEAN)) == (403, "FORBIDDEN")
    browser = await dispatcher(service, engine)
    found = (await sent(browser, CLEAN)).json()
    one = "query ($id: ID!) { workbookImport(id: $id) { id } node(id: $id) { id } workbookImports { totalCount } }"
    for outsider in (stranger, resident):
        nothing = {"workbookImport": None, "node": None, "workbookImports": {"totalCount": 0}}
        assert (await asked(outsider, one, id=found["id"]))["data"] == nothing
    colleague = await dispatcher(service, engine, "12500000003")
    assert (await asked(colleague, one, id=found["id"]))["data"]["workbookImports"]["totalCount"] == 1
    assert told(await decided(colleague, found, "confirm")) == (404, "NOT_FOUND")
    assert told(await decided(colleague, found, "discard")) == (404, "NOT_FOUND")
    assert told(await browser.get("/imports/WorkbookImport_1")) == (404, "NOT_FOUND")
    assert told(await browser.get("/imports/Team_1")) == (404, "NOT_FOUND")
    assert (await counted(engine, Team), len(kept(tmp_path))) == (0, 1)


async def test_an_office_imports_its_own_place_and_sees_no_other_import(service: Service, engine: AsyncEngine) -> None:
    async with AsyncSession(engine) as session:
        towns = (await session.scalars(select(Division).where(Division.name.in_(("高力板镇", "巴彦呼舒镇"))))).all()
    browsers = []
    for phone, town in zip((PHONE, OTHER), towns, strict=True):
        await grant(engine, service.keyring, phone, Role.OFFICE_COORDINATOR, division_id=town.id)
        browsers.append(await service.signed_in(phone))
    mine, neighbor = browsers
    found = await previewed(mine, CLEAN)
    reasons = found["summary"]["issue_totals"]["rejected"]
    assert set(reasons) == {"division_outside", "team_unknown"}
    await decided(mine, found, "confirm")
    done = await ended(mine, found)
    assert (done["state"], done["rejectedCount"]) == ("DONE", sum(reasons.values()))
    async with AsyncSession(engine) as session:
        places = set(await session.scalars(select(Team.division_id)))
    assert places
    assert all(towns[0].id <= place <= towns[0].last_id for place in places)
    assert await counted(engine, Team) == done["teamsAccepted"]
    one = "query ($id: ID!) { workbookImport(id: $id) { id } workbookImports { totalCount } }"
    assert (await asked(mine, one, id=found["id"]))["data"]["workbookImports"]["totalCount"] == 1
    nothing = {"workbookImport": None, "workbookImports": {"totalCount": 0}}
    assert (await asked(neighbor, one, id=found["id"]))["data"] == nothing
    assert (await sent(neighbor, CLEAN)).status_code == 201  # what another office imported is not done here


async def test_what_another_site_sends_is_refused(service: Service, engine: AsyncEngine) -> None:
    browser = await dispatcher(service, engine)
    foreign = {"origin": "https://evil.example", "sec-fetch-site": "cross-site", "content-type": XLSX}
    for address in ("/imports?name=a.xlsx", "/imports/WorkbookImport_1/confirm", "/imports/WorkbookImport_1/discard"):
        assert told(await browser.post(address, content=b"{}", headers=foreign)) == (403, "FORBIDDEN")
    form = await browser.post("/imports?name=a.xlsx", files={"file": ("a.xlsx", b"x")})
    assert told(form) == (415, "UNSUPPORTED_MEDIA_TYPE")
    plain = await browser.post("/imports/WorkbookImport_1/confirm", content=b"")
    assert told(plain) == (415, "UNSUPPORTED_MEDIA_TYPE")
    assert (await counted(engine, WorkbookImport)) == 0


async def test_bounds_hold_and_leave_nothing(service: Service, engine: AsyncEngine, tmp_path: Path) -> None:
    assert UPLOAD_BYTES == MAX_FILE_BYTES
    browser = await dispatcher(service, engine)

    async def endless() -> AsyncIterator[bytes]:
        for _ in range(UPLOAD_BYTES // 2**20 + 2):
            yield bytes(2**20)

    headers = {"content-type": XLSX}
    assert told(await browser.post("/imports?name=a.xlsx", content=endless(), headers=headers)) == (
        413,
        "LIMIT_EXCEEDED",
    )
    assert told(await browser.post("/imports", content=b"PK", headers=headers)) == (400, "BAD_REQUEST")
    assert (kept(tmp_path), await counted(engine, WorkbookImport)) == ([], 0)
    for _ in range(3):  # those that wait to be read count too
        assert (await sent(browser, CLEAN)).status_code == 201
    assert told(await sent(browser, CLEAN)) == (409, "LIMIT_REACHED")
    assert len(kept(tmp_path)) == 3


async def test_a_file_that_cannot_be_read_is_refused_in_words(
    service: Service, engine: AsyncEngine, tmp_path: Path
) -> None:
    browser = await dispatcher(service, engine)
    broken = tmp_path / "broken.xlsx"
    broken.write_bytes(CLEAN.read_bytes()[:5000])
    found = await previewed(browser, broken)
    assert (found["state"], found["error"].split(" | ")[1]) == ("REFUSED", "the workbook is damaged or incomplete")
    assert await emptied(tmp_path)
    assert told(await decided(browser, found, "confirm")) == (409, "WRONG_STATE")


async def test_a_file_can_be_discarded_while_it_is_read(service: Service, engine: AsyncEngine, tmp_path: Path) -> None:
    browser = await dispatcher(service, engine)
    found = (await sent(browser, MIXED)).json()
    assert found["state"] == "READING"
    discarded = await decided(browser, found, "discard")
    assert (discarded.status_code, discarded.json()["state"]) == (200, "DISCARDED")
    assert kept(tmp_path) == []
    assert (await decided(browser, found, "discard")).json()["state"] == "DISCARDED"
    assert told(await decided(browser, found, "confirm")) == (409, "WRONG_STATE")
    assert await counted(engine, WorkbookImportEntry) == 0


@pytest.mark.parametrize("step", ["READING", "IMPORTING"])
async def test_a_worker_that_is_killed_leaves_nothing_and_says_so(
    service: Service, engine: AsyncEngine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    browser = await dispatcher(service, engine)
    work = import_jobs.Jobs._work

    async def killed(self: import_jobs.Jobs, key: int, job: Any) -> None:
        if job.decided == (step == "IMPORTING"):
            task = asyncio.create_task(work(self, key, job))
            for _ in range(4000):
                if self.progress:
                    break
                await asyncio.sleep(0.005)  # until it is at its rows
            self.processes[key].kill()
            await task
        else:
            await work(self, key, job)

    monkeypatch.setattr(import_jobs.Jobs, "_work", killed)
    found = await previewed(browser, MIXED)
    if step == "IMPORTING":
        await decided(browser, found, "confirm")
        found = await ended(browser, found)
    assert (found["state"], found["error"].split(" | ")[1].split(":")[0]) == (
        "FAILED", "the work was interrupted and nothing was imported",
    )  # fmt: skip
    assert [await counted(engine, model) for model in (Team, Person)] == [0, 0]
    assert await emptied(tmp_path)
    monkeypatch.undo()
    assert (await sent(browser, MIXED)).status_code == 201


def test_a_job_ends_with_the_service_that_started_it(tmp_path: Path) -> None:
    path = tmp_path / "never.xlsx"
    os.mkfifo(path)  # reading it would wait for ever
    settings = Settings(database_url=f"sqlite:///{tmp_path / 'none.db'}", **new_keys())
    job = Job(settings, Task(1, path, DISPATCHER), decided=False)
    process = subprocess.Popen([sys.executable, "-m", "web.import_job"], stdin=subprocess.PIPE)
    assert process.stdin is not None
    process.stdin.write(pickle.dumps(job))
    process.stdin.flush()
    with pytest.raises(subprocess.TimeoutExpired):
        process.wait(1)
    process.stdin.close()
    assert process.wait(20) == 1


async def started(url: str, engine: AsyncEngine, tmp_path: Path) -> None:
    """Let the jobs of a service begin and end."""
    settings = Settings(database_url=url, upload_folder=tmp_path / "uploads")
    async with import_jobs.Jobs(settings, engine, Uploads(settings)).life():
        pass


async def test_work_that_a_dead_service_left_is_given_up(
    service: Service, url: str, engine: AsyncEngine, tmp_path: Path
) -> None:
    browser = await dispatcher(service, engine)
    found = await previewed(browser, CLEAN)
    long_ago = now() - dt.timedelta(hours=30)
    async with AsyncSession(engine) as session, session.begin():
        await session.execute(update(WorkbookImport).values(state="IMPORTING", beat_at=long_ago))
    await started(url, engine, tmp_path)
    found = (await browser.get(f"/imports/{found['id']}")).json()
    assert found["state"] == "FAILED"


async def test_what_nobody_decides_about_is_forgotten_after_a_day(
    service: Service, url: str, engine: AsyncEngine, tmp_path: Path
) -> None:
    browser = await dispatcher(service, engine)
    found = await previewed(browser, MIXED)
    (path,) = (tmp_path / "uploads").glob("*")
    long_ago = now() - dt.timedelta(hours=25)
    async with AsyncSession(engine) as session, session.begin():
        await session.execute(update(WorkbookImport).values(received_at=long_ago))
    os.utime(path, (long_ago.timestamp(),) * 2)
    await started(url, engine, tmp_path)
    found = (await browser.get(f"/imports/{found['id']}")).json()
    assert (found["state"], kept(tmp_path), await counted(engine, WorkbookImportEntry)) == ("DISCARDED", [], 0)
