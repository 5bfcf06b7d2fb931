"""Phones and dates: what is mended, by which rule, and what is left because it would be a guess."""

import datetime as dt

import pytest

from domain.imports.reading import Cell
from domain.imports.repairs import day_in, phone
from domain.imports.rules import Fault, Repaired, as_text

day = day_in(False)


def test_a_phone_has_eleven_digits_and_begins_with_one() -> None:
    assert phone("12511007919") == "12511007919"
    assert phone(None) == Fault("phone_missing")


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        (12511007919, "phone_float"),
        (12511007919.0, "phone_float"),
        ("12511007919.0", "phone_float"),
        ("１２５１１００７９１９", "fullwidth_digits"),
        ("１２５-１１００-７９１９", "fullwidth_digits"),
        ("125-1100-7919", "phone_separators"),
        ("125 1100 7919", "phone_separators"),
        ("+86 125 1100 7919", "phone_separators"),
        ("008612511007919", "phone_separators"),
        ("'12511007919", "phone_excel_text"),
        ('="12511007919"', "phone_excel_text"),
    ],
)
def test_a_phone_is_mended(cell: Cell, code: str) -> None:
    assert phone(cell) == Repaired("12511007919", "12511007919", code)


@pytest.mark.parametrize(
    "cell",
    ["1251100791", "125110079199", "22511007919", "一二三", "1.25E+10", 1251100791.0, 12511007919.5, True,
     "8612511007919", "125110o7919", '="12511007919', dt.date(2019, 7, 4)],
)  # fmt: skip
def test_any_other_phone_is_invalid_and_nothing_is_guessed(cell: Cell) -> None:
    assert phone(cell) == Fault("phone_invalid", as_text(cell))


def test_a_date_cell_is_a_day_and_nothing_is_no_day() -> None:
    assert day(dt.date(2019, 6, 6)) == dt.date(2019, 6, 6)
    assert day(dt.datetime(2019, 6, 6, 12)) == dt.date(2019, 6, 6)
    assert day(None) is None


@pytest.mark.parametrize(
    "text", ["2019年7月4日", "2019年07月04日", "2019.07.04", "2019.7.4", "2019-07-04", "2019/7/4", "２０１９年７月４日"]
)
def test_a_date_in_words_is_mended(text: str) -> None:
    assert day(text) == Repaired(dt.date(2019, 7, 4), "2019-07-04", "date_text")


def test_a_number_is_a_day_in_the_workbook_s_own_system() -> None:
    assert day(43350.0) == Repaired(dt.date(2018, 9, 7), "2018-09-07", "date_serial")
    assert day_in(True)(41888) == Repaired(dt.date(2018, 9, 7), "2018-09-07", "date_serial")


@pytest.mark.parametrize("cell", ["2019年13月5日", "2019-02-29", "去年", "7月4日", "19-7-4", 2019.0, 20190704, True])
def test_what_is_no_day_is_invalid(cell: Cell) -> None:
    assert day(cell) == Fault("date_invalid", as_text(cell))
