"""An export holds what its viewer's queries would show, and the import takes it back without a change."""

import datetime as dt
import zipfile
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from graphql import GraphQLError
from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession

from domain.imports import Report, import_workbook
from domain.imports.reading import read_book
from domain.scope import PUBLIC, Viewer
from models import Person, Skill, Team
from schema.plan.documents import Invalid
from tests.schema import rows
from tests.schema.cast import DISPATCHER, LEADER, NEIGHBOR, OFFICE, RECORDER
from tests.schema.conftest import Api
from tests.schema.exporting import everything, exported, sheets

pytestmark = pytest.mark.asyncio(loop_scope="session")

CLEAR, MASKED = "12512345678", "125****5678"
ALIKE = "包那顺"
EVIL = {500: "=1+1", 501: "+86 10 1234", 502: "-x", 503: "@sum", 504: "＝2", 505: "'=3", 506: "_x0041_ & <b>"}


async def imported(api: Api, path: Path) -> Report:
    assert api.engine is not None
    async with AsyncSession(api.engine) as session, session.begin():
        return await import_workbook(session, rows.KEYRING, path)


async def change(api: Api, model: Any, key: int, **values: Any) -> None:
    assert api.engine is not None
    async with api.engine.begin() as connection:
        await connection.execute(update(model).where(model.id == key).values(**values))


@pytest_asyncio.fixture(loop_scope="session")
async def full(own: Api) -> Api:
    """The small registry with notes, days and namesakes that are not easily written down."""
    assert own.engine is not None
    async with own.engine.begin() as connection:
        await connection.execute(update(Team).values(contact_phone_hash=rows.KEYRING.lookup_hash(CLEAR)))
    await change(own, Person, 1001, skill_note="会做奶豆腐、=1+1、@sum")
    await change(own, Person, 1002, skill_note="会开车，也会修 (农用的)、做饭")
    await change(own, Person, 1003, skill_note="兽医")
    await change(own, Person, 1004, skill_note="第一行\n第二行")
    await change(own, Person, 1005, name=ALIKE, phone_sealed=None, phone_masked=None, phone_hash=None)
    await change(own, Person, 1006, name=ALIKE)
    await change(own, Person, 1008, shares_phone=False)
    await change(own, Skill, 53, name="问诊/开方")
    await change(own, Team, 501, founded_on=dt.date(1899, 5, 1))
    await change(own, Team, 502, founded_on=dt.date(1901, 1, 1))
    return own


async def test_an_export_in_clear_comes_back_without_a_change(full: Api, tmp_path: Path) -> None:
    context = await exported(full, tmp_path / "all.xlsx", DISPATCHER)
    found = sheets(tmp_path / "all.xlsx")
    assert [len(found[name]) for name in ("队伍", "队员")] == [24, 108]
    assert {line["联系电话"] for line in found["队伍"]} == {CLEAR}
    phones = [line["联系电话"] for line in found["队员"] if "联系电话" in line]
    assert context.counters.opened == 24 + sum("*" not in phone for phone in phones)
    assert {line["联系电话"] for line in found["队员"] if "*" in line.get("联系电话", "")} == {"125****0008"}

    before = await everything(full)
    report = await imported(full, tmp_path / "all.xlsx")
    assert report.changes == {
        "teams": {"created": 0, "updated": 0, "unchanged": 24},
        "members": {"created": 0, "updated": 0, "unchanged": 108},
    }
    assert (report.rejected, report.updated, report.renumbered) == ([], [], [])
    assert [(one["code"], one["to"]) for one in report.corrected] == [("date_text", "1899-05-01")]
    assert await everything(full) == before


async def test_a_masked_export_changes_nothing_and_opens_nothing(full: Api, tmp_path: Path) -> None:
    context = await exported(full, tmp_path / "masked.xlsx", DISPATCHER, phones=False)
    assert context.counters.opened == 0
    found = sheets(tmp_path / "masked.xlsx")
    assert {line["联系电话"] for line in found["队伍"]} == {MASKED}
    assert all("*" in line["联系电话"] for line in found["队员"] if "联系电话" in line)
    before = await everything(full)
    report = await imported(full, tmp_path / "masked.xlsx")
    assert (report.rejected, report.updated) == ([], [])
    assert report.changes["members"] == {"created": 0, "updated": 0, "unchanged": 108}
    assert await everything(full) == before


async def test_an_export_of_the_public_changes_nothing_when_an_operator_takes_it(full: Api, tmp_path: Path) -> None:
    await exported(full, tmp_path / "public.xlsx", PUBLIC)
    found = sheets(tmp_path / "public.xlsx")
    assert len(found["队伍"]) == 23  # one of the small registry's teams is a draft
    assert {line.get("负责人") for line in found["队伍"]} == {"张**", None}
    assert not any("联系电话" in line for line in found["队伍"])
    assert found["队员"] == []
    before = await everything(full)
    report = await imported(full, tmp_path / "public.xlsx")
    assert (report.rejected, report.updated) == ([], [])
    assert await everything(full) == before


async def test_what_cannot_stand_among_the_skills_stands_beside_them(full: Api, tmp_path: Path) -> None:
    await exported(full, tmp_path / "all.xlsx", DISPATCHER)
    by_phone = {line["联系电话"]: line for line in sheets(tmp_path / "all.xlsx")["队员"] if "联系电话" in line}

    def skills(number: int) -> tuple[Any, Any]:
        line = by_phone[f"125{number:08d}"]
        return line.get("技能"), line.get("特长备注")

    assert skills(1) == ("会做奶豆腐、=1+1、@sum", "问诊/开方")
    assert skills(2)[1] == "会开车，也会修 (农用的)、做饭"
    assert skills(3) == ("法律援助", "兽医")
    assert skills(4)[1] == "第一行\n第二行"


@pytest.mark.parametrize(
    "viewer, where, codes",
    [
        (NEIGHBOR, {"within": {"code": "152222105"}}, {"T-0002", "T-0007", "T-0008", "T-0013", "T-0018", "T-0019"}),
        (DISPATCHER, {"code": {"in": ["T-0001", "T-0002"]}}, {"T-0001", "T-0002"}),
        (DISPATCHER, {"code": {"eq": "none"}}, set()),
        (OFFICE, None, None),
    ],
)
async def test_a_filter_finds_what_a_query_finds(
    api: Api, tmp_path: Path, viewer: Viewer, where: Any, codes: set[str] | None
) -> None:
    await exported(api, tmp_path / "some.xlsx", viewer, where)
    found = [line["队伍编号"] for line in sheets(tmp_path / "some.xlsx")["队伍"]]
    asked = await api(
        "query ($w: TeamWhere) { teams(where: $w, first: 100) { nodes { code } } }", {"w": where}, viewer=viewer
    )
    assert set(found) == {team["code"] for team in asked["data"]["teams"]["nodes"]}
    assert len(found) == len(set(found))
    if codes is not None:
        assert set(found) == codes


async def test_everybody_finds_their_own_people_and_phones_only(api: Api, tmp_path: Path) -> None:
    """As the public sees teams, the neighbor's export names those of others too, without people and phones."""
    found = {}
    for name, viewer in {"neighbor": NEIGHBOR, "leader": LEADER, "recorder": RECORDER}.items():
        await exported(api, tmp_path / f"{name}.xlsx", viewer)
        found[name] = sheets(tmp_path / f"{name}.xlsx")
    for line in found["neighbor"]["队伍"]:
        is_ours = line.get("苏木镇") == "吐列毛杜镇"
        assert ("联系电话" in line) is is_ours
        assert line.get("联系电话", CLEAR) == CLEAR
        assert line.get("负责人") in ((None, "张乌兰") if is_ours else (None, "张**"))
    answer = await api(
        "{ people(first: 60) { nodes { name memberships(first: 20) { nodes { status team { code } } } } } }",
        viewer=NEIGHBOR,
    )
    seen = {
        (member["team"]["code"], person["name"])
        for person in answer["data"]["people"]["nodes"]
        for member in person["memberships"]["nodes"]
        if member["status"] == "ACTIVE" and member["team"]
    }
    assert {(line["队伍编号"], line["姓名"]) for line in found["neighbor"]["队员"]} <= seen
    assert 0 < len(found["neighbor"]["队员"]) < 108
    assert {line["队伍编号"] for line in found["recorder"]["队员"]} >= {"T-0004"}
    clear = {
        name: {line["姓名"] for line in found[name]["队员"] if line.get("联系电话", "*").isdecimal()}
        for name in ("recorder", "leader")
    }
    assert clear["recorder"] == {"赵建国"}  # the recorder's own
    assert clear["leader"] > {"赵建国"}


async def test_text_like_a_formula_is_a_plain_string_and_comes_back_equal(full: Api, tmp_path: Path) -> None:
    for key, name in EVIL.items():
        await change(full, Team, key, name=name)
    path = tmp_path / "evil.xlsx"
    await exported(full, path, DISPATCHER)
    read = {sheet.name: sheet.rows for sheet in read_book(path).sheets}
    assert [row[1] for row in read["队伍"][1 : len(EVIL) + 1]] == [*EVIL.values()]
    with zipfile.ZipFile(path) as archive:
        for name in archive.namelist():
            text = archive.read(name)
            assert b"<f>" not in text and b"<hyperlink" not in text and b"externalLink" not in name.encode()
    before = await everything(full)
    report = await imported(full, path)
    assert {one["value"] for one in report.rejected if one["reason"] == "unsafe_text"} == {*[*EVIL.values()][:5]}
    assert await everything(full) == before


async def test_large_teams_and_many_pages_are_written_whole(own: Api, tmp_path: Path) -> None:
    assert own.engine is not None
    more = [rows._membership(90_000 + at, 3, 0, "ACTIVE") | {"person_id": 30_000 + at} for at in range(230)]
    people = [rows._people()[0] | {"id": 30_000 + at, "name": f"新人{at}"} for at in range(230)]
    teams = [rows._teams()[0] | {"id": 40_000 + at, "code": f"Z-{at:04d}", "name": f"新队{at}"} for at in range(150)]
    from models import Membership

    await rows.fill(own.engine, {Person: people, Team: teams, Membership: more})
    await exported(own, tmp_path / "large.xlsx", DISPATCHER)
    found = sheets(tmp_path / "large.xlsx")
    assert len(found["队伍"]) == 174
    assert [line["队伍编号"] for line in found["队伍"]] == sorted({line["队伍编号"] for line in found["队伍"]})
    names = [line["姓名"] for line in found["队员"] if line["队伍编号"] == "T-0003"]
    assert {f"新人{at}" for at in range(230)} <= set(names)
    assert len(names) == 5 + 230


@pytest.mark.parametrize(
    "where, what",
    [
        ({"salary": {"eq": 1}}, "salary"),
        ({"level": {"eq": "COUNTY"}}, "COUNTY"),
        ([], "TeamWhere"),
        ({"within": {"code": "15"}}, "区划代码"),
        ({"or": [{}] * 300}, "301"),
    ],
)
async def test_a_bad_filter_is_named(api: Api, tmp_path: Path, where: Any, what: str) -> None:
    with pytest.raises((GraphQLError, Invalid)) as refused:
        await exported(api, tmp_path / "none.xlsx", DISPATCHER, where)
    assert what in str(refused.value)
