"""`horqin export`: a whole file or none, and clear phones never without their event."""

import asyncio
import csv
import json
import stat
import zipfile
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from sqlalchemy import select
from typer.testing import CliRunner, Result

from models import Event
from models.database import database_url, writing_engine
from tests.domain.imports.books import MEMBER, TEAM, book, changed, parts_of
from web.cli import app
from web.settings import Settings

Horqin = Callable[..., Result]

SAMPLES = Path(__file__).parents[1] / "samples"


@pytest.fixture
def horqin(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, url: str) -> Horqin:
    """Run commands on a registry of two teams and two members, one without a phone."""
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
    monkeypatch.chdir(tmp_path)
    second = changed(TEAM, 队伍编号="N-2", 队伍名称="第二支志愿服务队")
    with zipfile.ZipFile("list.xlsx", "w") as archive:
        for name, content in parts_of(
            book([TEAM, second], [MEMBER, changed(MEMBER, 姓名="其木格", 联系电话=None)])
        ).items():
            archive.writestr(name, content)

    def run(*words: str) -> Result:
        return CliRunner().invoke(app, words, env={"DATABASE_URL": url})

    assert run("migrate").exit_code == 0
    assert run("import", "list.xlsx").exit_code == 0
    return run


def events(url: str) -> list[tuple[str, str, str, str]]:
    """Return the events but for those of the import."""

    async def read() -> list[tuple[str, str, str, str]]:
        engine = writing_engine(database_url(url))
        async with engine.connect() as connection:
            told = select(Event.entity, Event.type, Event.actor_role, Event.payload)
            found = await connection.execute(told.where(~Event.type.like("%.imported")).order_by(Event.sequence))
            rows = [(entity, type, role, payload) for entity, type, role, payload in found]
        await engine.dispose()
        return rows

    return asyncio.run(read())


def test_clear_phones_leave_one_event_with_their_number_and_masked_ones_none(horqin: Horqin, url: str) -> None:
    masked = horqin("export", "masked.xlsx")
    assert masked.exit_code == 0
    assert masked.stderr == "已写出 | written: masked.xlsx (队伍 teams 2, 队员 members 2)\n"
    assert events(url) == []
    assert {row[7] for row in openpyxl.load_workbook("masked.xlsx")["队伍"].iter_rows(values_only=True)} == {
        "联系电话",
        "125****0001",
    }

    clear = horqin("export", "clear.xlsx", "--with-phones")
    assert "明文电话 3 个，已记录" in clear.stderr
    opened = [("division", "pii.opened", "OPERATOR", '{"count":3,"operation":"ExportTeams"}')]
    assert events(url) == opened
    phones = [row[5] for row in openpyxl.load_workbook("clear.xlsx")["队员"].iter_rows(min_row=2, values_only=True)]
    assert phones == ["12511000002", None]
    assert stat.S_IMODE(Path("clear.xlsx").stat().st_mode) == 0o600

    for name in ("masked.xlsx", "clear.xlsx"):
        taken = horqin("import", name, "--report", "-")
        changes = json.loads(taken.stdout)["changes"]
        assert changes == {key: {"created": 0, "updated": 0, "unchanged": 2} for key in ("teams", "members")}
    assert events(url) == opened
    assert horqin("verify").exit_code == 0

    narrow = horqin(
        "export", "members.csv", "--sheet", "members", "--where", '{"code": {"eq": "N-1"}}', "--with-phones"
    )
    assert "(队员 members 2，明文电话 1 个" in narrow.stderr
    assert len(events(url)) == 2
    with Path("members.csv").open(encoding="utf-8-sig", newline="") as file:
        assert [row["联系电话"] for row in csv.DictReader(file)] == ["12511000002", ""]


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
def test_the_samples_come_back_without_a_change(horqin: Horqin) -> None:
    """Lists as offices keep them: namesakes, free words, villages of one name, one person in several teams."""
    for name in ("01_clean", "02_merged_titles", "03_mixed_words"):
        assert horqin("import", str(SAMPLES / f"{name}.xlsx")).exit_code == 0
    for words, name in {(): "masked.xlsx", ("--with-phones",): "clear.xlsx"}.items():
        assert horqin("export", name, *words).exit_code == 0
        report = json.loads(horqin("import", name, "--report", "-").stdout)
        assert (report["rejected"], report["corrected"], report["updated"]) == ([], [], [])
        assert {kind: (found["created"], found["updated"]) for kind, found in report["changes"].items()} == {
            "teams": (0, 0),
            "members": (0, 0),
        }
        assert report["changes"]["members"]["unchanged"] > 1_000


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
def test_a_refused_export_leaves_no_file_and_no_event(horqin: Horqin, url: str, tmp_path: Path) -> None:
    Path("old.xlsx").write_text("old")
    for words, told in {
        ("old.xlsx", "--where", "{"): "不是有效的 JSON",
        ("old.xlsx", "--where", '{"salary": 1}'): "salary",
        ("old.xlsx", "--where", "3"): "TeamWhere",
        ("nowhere/new.xlsx",): "cannot write nowhere/new.xlsx: No such file",
    }.items():
        refused = horqin("export", *words, "--with-phones")
        assert refused.exit_code == 1, words
        assert refused.stderr.count("\n") == 1
        assert told in refused.stderr
    unnamed = horqin("export", "new")
    assert (unnamed.exit_code, "--format" in unnamed.stderr) == (2, True)
    assert Path("old.xlsx").read_text() == "old"
    assert {path.name for path in tmp_path.glob("*")} == {"list.xlsx", "old.xlsx", "test.db", "test.keys"}
    assert events(url) == []
    assert horqin("export", "new", "--format", "csv").exit_code == 0
    assert Path("new").read_bytes().startswith("\ufeff队伍编号,".encode())
