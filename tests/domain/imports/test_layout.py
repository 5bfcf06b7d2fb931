"""What the look of a sheet says: merged ranges, hidden rows, totals and footers, the date system, the sheet's name."""

import datetime as dt
from collections.abc import Callable
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from domain.imports import import_workbook
from domain.imports.reading import read_book
from models import Division, Team
from models.sealed import Keyring
from tests.domain.imports.books import parts_of

WriteBook = Callable[..., Path]
HEAD = ["苏木镇", "嘎查", "队名", "层级", "类别", "成立时间"]
SHEET = "xl/worksheets/sheet1.xml"


async def test_a_merged_township_stands_for_all_its_rows(
    registry: AsyncSession, keyring: Keyring, write_book: WriteBook
) -> None:
    rows = [
        HEAD,
        ["高力板镇", None, "甲队", "镇级", "专业", None],
        [None, "国光村", "乙队", "村级", "社会", "2019.7.4"],
        ["合计", None, "2支", None, None, None],
        ["填表人:某", None, None, None, None, None],
    ]
    merges = '</sheetData><mergeCells count="1"><mergeCell ref="A2:A3"/></mergeCells>'
    sheet = parts_of({"表": rows})[SHEET].replace("</sheetData>", merges)
    report = await import_workbook(registry, keyring, write_book({"表": rows}, parts={SHEET: sheet}))
    assert report.rejected == []
    assert [(entry["row"], entry["reason"]) for entry in report.skipped_rows] == [(4, "total_row"), (5, "footer")]
    found = await registry.execute(select(Team.name, Division.name, Team.founded_on).join(Team.division))
    places = {"甲队": ("高力板镇", None), "乙队": ("国光嘎查", dt.date(2019, 7, 4))}
    assert {name: (place, day) for name, place, day in found} == places
    assert report.as_json()["issue_totals"]["corrected"] == {
        "level_synonym": 2, "type_synonym": 2, "division_suffix": 1, "date_text": 1,
    }  # fmt: skip


async def test_a_hidden_row_is_taken_and_said_also_when_it_is_rejected(
    registry: AsyncSession, keyring: Keyring, write_book: WriteBook
) -> None:
    rows = [
        HEAD,
        ["高力板镇", None, "甲队", "苏木镇级", "专业队伍", None],
        ["高力板镇", None, None, "旗级", "专业", None],
    ]
    sheet = parts_of({"表": rows})[SHEET].replace('<row r="2">', '<row r="2" hidden="1">')
    sheet = sheet.replace('<row r="3">', '<row r="3" hidden="true">')
    report = await import_workbook(registry, keyring, write_book({"表": rows}, parts={SHEET: sheet}))
    assert [(entry["row"], entry["code"]) for entry in report.warnings] == [(2, "hidden_row"), (3, "hidden_row")]
    assert [(entry["row"], entry["reason"]) for entry in report.rejected] == [(3, "name_missing")]
    assert report.corrected == []  # a rejected row reports its reason only
    assert report.counts["teams"] == {"accepted": 1, "rejected": 1}


async def test_without_a_column_the_sheet_s_name_gives_the_township(
    registry: AsyncSession, keyring: Keyring, write_book: WriteBook
) -> None:
    rows = [["嘎查", "队名", "层级", "类别"], ["新发嘎查", "甲队", "嘎查级", "专业队伍"]]
    report = await import_workbook(registry, keyring, write_book({"高力板镇": rows, "别的": rows}))
    assert [(entry["sheet"], entry["reason"]) for entry in report.rejected] == [("别的", "division_ambiguous")]
    (place,) = await registry.scalars(select(Division).join(Team, Team.division_id == Division.id))
    assert place.code == "152222104217"


def test_the_date_system_is_the_workbook_s_own(write_book: WriteBook) -> None:
    main = parts_of({"表": [["甲"]]})["xl/workbook.xml"]
    for system, is_1904 in (("", False), ('<workbookPr date1904="0"/>', False), ('<workbookPr date1904="1"/>', True)):
        changed = main.replace("<sheets>", f"{system}<sheets>")
        (sheet,) = read_book(write_book({"表": [["甲"]]}, parts={"xl/workbook.xml": changed})).sheets
        assert sheet.is_1904 is is_1904


def test_a_merged_range_that_reaches_beyond_the_sheet_gives_its_value_to_the_rows_that_there_are(
    write_book: WriteBook,
) -> None:
    sheet = parts_of({"表": [["甲"], [None, "乙"]]})[SHEET].replace(
        "</sheetData>", '</sheetData><mergeCells count="1"><mergeCell ref="A1:A1048576"/></mergeCells>'
    )
    (found,) = read_book(write_book({"表": [["甲"]]}, parts={SHEET: sheet})).sheets
    assert found.rows == [("甲", None), ("甲", "乙")]
