"""The copy with 检查结果: colors where something is wrong, and a way back through the import."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import xlsxwriter
from openpyxl.worksheet.worksheet import Worksheet
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from domain.imports import Report, import_workbook
from domain.imports.annotating import annotate
from models import Division, Team
from models.sealed import Keyring
from tests.domain.imports.books import MEMBER, TEAM, book, changed, counted

SAMPLES = Path(__file__).parents[2] / "samples"
RED, YELLOW, BLUE, GRAY, NONE = "00FFC7CE", "00FFEB9C", "00BDD7EE", "00D9D9D9", "00000000"
SAID = ("counts", "rejected", "corrected", "warnings", "skipped_rows")


def copied(path: Path, report: Report, out: Path) -> Path:
    with out.open("wb") as file:
        annotate(path, report, file)
    return out


def color(sheet: Worksheet, place: str) -> str:
    return str(sheet[place].fill.fgColor.rgb)


async def villages(session: AsyncSession) -> dict[str, str]:
    """Return a village of each township."""
    township = aliased(Division)
    found = select(township.name, Division.name).join(township, township.id == Division.township_id)
    return {row[0]: row[1] for row in await session.execute(found)}


async def test_a_copy_says_beside_each_row_what_became_of_it(
    registry: AsyncSession, keyring: Keyring, tmp_path: Path
) -> None:
    sent = SAMPLES / "03_mixed_words.xlsx"
    report = await import_workbook(registry, keyring, sent)
    copy = openpyxl.load_workbook(copied(sent, report, tmp_path / "copy.xlsx"))
    teams, members = copy["Sheet1"], copy["队员"]
    assert (teams["K1"].value, members["J2"].value) == ("检查结果", "检查结果")
    assert teams["K2"].value == (
        "修正：类别 党员 → 党员干部（类别的别称）；联系电话（电话存成了数字）；"
        "成立日期 2019.07.04 → 2019-07-04（文字写的日期）"
    )
    assert [color(teams, place) for place in ("A2", "C2", "G2", "H2", "K2")] == [NONE, *[YELLOW] * 4]
    assert teams["K27"].value == "拒收：找不到这个苏木镇或嘎查 “不存在嘎查”"
    assert [color(teams, place) for place in ("E27", "G27", "K27")] == [RED, NONE, RED]
    assert [color(teams, place) for place in ("A18", "C33", "E39")] == [RED] * 3
    assert members["J35"].value == "拒收：没有名称"
    assert color(members, "C35") == RED
    assert "留意：电话不是 11 位手机号，已留空 “1253349097”" in members["J15"].value
    assert color(members, "G15") == BLUE
    assert members["J3"].value is not None and members["J14"].value is None
    sheets = openpyxl.load_workbook(sent)
    for name in ("Sheet1", "队员"):
        for row in sheets[name].iter_rows():
            for cell in row:
                assert copy[name][cell.coordinate].value == cell.value
    noted = sum(1 for sheet in (teams, members) for row in range(2, 400) if sheet.cell(row, sheet.max_column).value)
    rows = {
        (one["sheet"], one["row"]) for part in ("rejected", "corrected", "warnings") for one in report.as_json()[part]
    }
    assert noted == len(rows) + 1  # and the head of the second sheet


async def test_the_import_passes_over_what_a_copy_says(
    registry: AsyncSession, keyring: Keyring, tmp_path: Path
) -> None:
    for name in ("02_merged_titles.xlsx", "03_mixed_words.xlsx"):
        first = await import_workbook(registry, keyring, SAMPLES / name)
        stored = await counted(registry)
        path = copied(SAMPLES / name, first, tmp_path / name)
        second = await import_workbook(registry, keyring, path)
        assert [second.as_json()[part] for part in SAID] == [first.as_json()[part] for part in SAID]
        assert all(found["created"] == found["updated"] == 0 for found in second.changes.values())
        assert await counted(registry) == stored
        again = openpyxl.load_workbook(copied(path, second, tmp_path / "again.xlsx"))
        once = openpyxl.load_workbook(path)
        assert again.sheetnames == once.sheetnames
        for sheet in once.worksheets[:-1]:
            assert [[(c.value, c.fill.fgColor.rgb) for c in row] for row in sheet.iter_rows()] == [
                [(c.value, c.fill.fgColor.rgb) for c in row] for row in again[sheet.title].iter_rows()
            ]


async def test_a_mended_copy_is_taken_whole(registry: AsyncSession, keyring: Keyring, tmp_path: Path) -> None:
    sent = SAMPLES / "03_mixed_words.xlsx"
    report = await import_workbook(registry, keyring, sent)
    path = copied(sent, report, tmp_path / "copy.xlsx")
    copy, places = openpyxl.load_workbook(path), await villages(registry)
    teams, members = copy["Sheet1"], copy["队员"]
    teams["E27"].value = places[teams["D27"].value]
    teams["C33"].value = "专业队伍"
    teams["D39"].value = await town_of(registry, "新发嘎查")
    for entry in report.rejected:
        sheet, row = copy[entry["sheet"]], entry["row"]
        if entry["reason"] in ("duplicate_team", "duplicate_member"):
            for cell in sheet[row][:-1]:  # the clerk empties the row and leaves what was said about it
                cell.value = None
        elif entry["reason"] == "name_missing":
            members.cell(row, 3).value = f"补名{row}"
    copy.save(path)
    mended = await import_workbook(registry, keyring, path)
    assert mended.rejected == []
    assert mended.changes["teams"] == {"created": 3, "updated": 0, "unchanged": 47}
    assert mended.changes["members"]["created"] == 18 + 5
    assert len(mended.skipped_rows) == 2 + 13 + 2  # below the last block of each sheet a blank row counts too
    assert await registry.scalar(select(Team.name).where(Team.name.like("查干登基嘎查理论宣讲%"))) is not None
    last = openpyxl.load_workbook(copied(path, mended, tmp_path / "last.xlsx"))
    assert not any(
        cell.fill.fgColor.rgb == RED for sheet in last.worksheets[:-1] for row in sheet.iter_rows() for cell in row
    )
    assert (last["Sheet1"]["K18"].value, last["队员"]["J8"].value) == (None, None)


async def town_of(session: AsyncSession, village: str) -> str:
    township = aliased(Division)
    found = select(township.name).join(Division, township.id == Division.township_id).where(Division.name == village)
    return (await session.scalars(found.order_by(Division.id))).first() or ""


async def test_stored_results_of_formulas_stay_and_text_is_no_formula(
    registry: AsyncSession, keyring: Keyring, tmp_path: Path
) -> None:
    path = tmp_path / "formulas.xlsx"
    with xlsxwriter.Workbook(path, {"strings_to_formulas": False}) as made:
        sheet = made.add_worksheet("队伍")
        sheet.write_row(0, 0, ["队伍名称", "级别", "类别", "联系电话", "备注"])
        sheet.write_row(1, 0, ["甲队", "旗级", "专业", None, "=1+1"])
        sheet.write_formula(2, 0, '="乙"&"队"', None, "乙队")
        sheet.write_row(2, 1, ["旗级", "社会组织"])
        sheet.write_formula(2, 3, "=12500000000+1", None, 12500000001)
        sheet.write_row(3, 0, ["=cmd", "旗级", "社会组织"])
    report = await import_workbook(registry, keyring, path)
    copy = openpyxl.load_workbook(copied(path, report, tmp_path / "copy.xlsx"))["队伍"]
    assert (copy["A3"].value, copy["D3"].value, copy["E2"].value, copy["A4"].value) == (
        "乙队", 12500000001, "=1+1", "=cmd",
    )  # fmt: skip
    assert {cell.data_type for row in copy.iter_rows() for cell in row} <= {"s", "n"}
    assert "公式，取用保存的结果 “乙队”" in copy["F3"].value
    assert (color(copy, "A3"), color(copy, "A4")) == (BLUE, RED)
    again = await import_workbook(registry, keyring, tmp_path / "copy.xlsx")
    assert again.changes["teams"] == {"created": 0, "updated": 0, "unchanged": 2}


async def test_a_file_that_the_library_cannot_open_is_copied_by_its_cells(
    registry: AsyncSession, keyring: Keyring, write_book: Callable[..., Path], tmp_path: Path
) -> None:
    """The hand-written workbooks of these tests lack parts that others write."""
    rows: list[list[Any]] = [TEAM, changed(TEAM, 队伍名称="=1+1"), ["合计", "1"]]
    path = write_book(book(rows, [MEMBER, changed(MEMBER, 姓名=None)]))
    with pytest.raises(OSError, match="no valid workbook part"):
        openpyxl.load_workbook(path)
    report = await import_workbook(registry, keyring, path)
    copy = openpyxl.load_workbook(copied(path, report, tmp_path / "copy.xlsx"))
    teams = copy["队伍"]
    assert teams["K3"].value == "拒收：文字含有不能保存的字符，或以 = + - @ 开头 “=1+1”"
    assert (teams["B3"].value, teams["B3"].data_type, color(teams, "B3")) == ("=1+1", "s", RED)
    assert (teams["K4"].value, color(teams, "K4")) == ("跳过：合计行", GRAY)
    again = (await import_workbook(registry, keyring, tmp_path / "copy.xlsx")).as_json()
    assert [again[part] for part in SAID] == [report.as_json()[part] for part in SAID]
