"""Sheets as plain cells, at the rows that a spreadsheet shows."""

import datetime as dt
import hashlib
from collections.abc import Callable
from pathlib import Path

import pytest

from domain.imports import FileRefused, bounds
from domain.imports.bounds import MAX_SHEETS
from domain.imports.layout import ERROR, FORMULA
from domain.imports.reading import read_book
from tests.domain.imports.books import Rows, parts_of

SAMPLES = Path(__file__).parents[2] / "samples"
WriteBook = Callable[..., Path]
LINKS = "xl/_rels/workbook.xml.rels"


def test_cells_are_texts_without_blanks_around_them_numbers_and_days(write_book: WriteBook) -> None:
    book = read_book(write_book({"表": [[" 甲　", 7, 1.5, dt.date(2019, 6, 6), "　", None, "乙"]]}))
    assert book.sheets[0].rows == [("甲", 7.0, 1.5, dt.date(2019, 6, 6), None, None, "乙")]


def test_rows_keep_their_numbers_when_the_first_are_empty(write_book: WriteBook) -> None:
    assert read_book(write_book({"表": [[], [], ["甲"]]})).sheets[0].rows[2] == ("甲",)


def test_a_book_knows_its_name_its_hash_and_its_hidden_sheets(write_book: WriteBook) -> None:
    path = write_book({"表": [["甲"]], "旧表": [["乙"]]}, hidden=("旧表",))
    book = read_book(path)
    assert (book.file, book.sha256) == ("book.xlsx", hashlib.sha256(path.read_bytes()).hexdigest())
    assert [(sheet.name, sheet.is_hidden) for sheet in book.sheets] == [("表", False), ("旧表", True)]


def test_too_many_sheets_are_refused(write_book: WriteBook) -> None:
    assert len(read_book(write_book({f"{n}": [] for n in range(MAX_SHEETS)})).sheets) == MAX_SHEETS
    with pytest.raises(FileRefused, match=f"{MAX_SHEETS + 1} 张"):
        read_book(write_book({f"{n}": [] for n in range(MAX_SHEETS + 1)}))


@pytest.mark.parametrize(("bound", "words"), [("MAX_CELLS", "单元格"), ("MAX_TEXT_CHARACTERS", "字符")])
def test_one_sheet_under_two_names_counts_twice(
    write_book: WriteBook, monkeypatch: pytest.MonkeyPatch, bound: str, words: str
) -> None:
    sheets: dict[str, Rows] = {"一": [["甲"] * 10] * 10, "二": []}
    links = parts_of(sheets)[LINKS].replace("sheet2.xml", "sheet1.xml")
    path = write_book(sheets, parts={LINKS: links})
    monkeypatch.setattr(bounds, bound, 200)
    assert [len(sheet.rows) for sheet in read_book(path).sheets] == [10, 10]
    monkeypatch.setattr(bounds, bound, 199)
    with pytest.raises(FileRefused, match=words):
        read_book(path)


@pytest.mark.parametrize("kind", ["xlsx", "xls", "ods"])
def test_every_format_tells_formulas_errors_hidden_parts_and_the_date_system(kind: str) -> None:
    book = read_book(SAMPLES / f"formulas.{kind}")
    members, hidden = book.sheets
    assert members.rows == [
        ("队伍编号", "姓名", "联系电话", "加入日期"),
        ("N-1", "那顺", 12511000002.0, dt.date(2022, 5, 5)),
        ("N-1", None, "12511000003", 43224.0),
        ("N-1", "乌兰", None, None),
    ]
    assert (members.hidden_rows, members.is_1904) == ({4}, True)
    assert members.noted == {(2, 2): FORMULA, (3, 1): ERROR}
    assert [sheet.is_hidden for sheet in (members, hidden)] == [False, True]
