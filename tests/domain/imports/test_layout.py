"""What the look of a sheet says: merged ranges, hidden rows, totals and footers, the date system, the sheet's name."""

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from domain.imports import FileRefused, import_workbook, layout
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


async def test_a_formula_counts_by_its_stored_result_and_an_error_not_at_all(
    registry: AsyncSession, keyring: Keyring, write_book: WriteBook
) -> None:
    team = ["高力板镇", None, "甲队", "苏木镇级", "专业队伍", None]
    rows = [
        HEAD,
        team,
        ["高力板镇", None, "乙队", "苏木镇级"],
        ["高力板镇", None, "丙队", "苏木镇级", "专业队伍"],
        team,
    ]
    sheet = parts_of({"表": rows})[SHEET]
    for row, cells in (
        (2, '<c r="F2" t="e"><f>1/0</f><v>#DIV/0!</v></c>'),
        (3, '<c r="E3" t="e"><v>#N/A</v></c>'),
        (4, '<c r="F4"><f>TODAY()</f></c>'),
    ):
        sheet = sheet.replace(f'</row><row r="{row + 1}">', f'{cells}</row><row r="{row + 1}">')
    name = '<c r="C5" t="inlineStr"><is><t xml:space="preserve">甲队</t></is></c>'
    sheet = sheet.replace(name, '<c r="C5" t="str"><f>A1</f><v>丁队</v></c>')
    report = await import_workbook(registry, keyring, write_book({"表": rows}, parts={SHEET: sheet}))
    assert [(entry["row"], entry["reason"], entry["field"]) for entry in report.rejected] == [(3, "cell_error", "type")]
    missing = [entry for entry in report.warnings if entry["code"] != "phone_missing"]
    assert [(entry["row"], entry["code"], entry["value"]) for entry in missing] == [
        (2, "cell_error", None), (4, "formula_no_value", None), (5, "formula_cached_value", "丁队"),
    ]  # fmt: skip
    assert set(await registry.scalars(select(Team.name))) == {"甲队", "丙队", "丁队"}


def test_more_formulas_than_a_list_can_have_are_refused(write_book: WriteBook, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(layout, "MAX_NOTED", 2)
    sheet = parts_of({"表": [["甲"]]})[SHEET].replace(
        "</sheetData>", '<row r="2">' + "".join(f'<c r="{at}2"><f>1</f></c>' for at in "ABC") + "</row></sheetData>"
    )
    with pytest.raises(FileRefused, match="公式或错误值超过 2 个"):
        read_book(write_book({"表": [["甲"]]}, parts={SHEET: sheet}))


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
