"""Each rule about one cell: what it takes, and its refused twin."""

import datetime as dt

import pytest

from domain.imports import rules
from domain.imports.rules import Fault
from models import DivisionLevel, Gender, TeamType


@pytest.mark.parametrize("name", ["巴彦呼舒镇党员先锋志愿服务队", "阿·那顺", "ᠬᠣᠷᠴᠢᠨ\u180b", "𠀀山", "Team 7"])
def test_a_real_name_is_kept_exactly(name: str) -> None:
    assert rules.name(name) == name


@pytest.mark.parametrize(
    "name",
    ["=1+1", "+86", "-甲", "@sum", "＝cmd", "甲\x00乙", "甲\u202e乙", "\u200b\u200d", "---", "甲" * 101, "甲\n乙"],
)
def test_a_name_that_could_run_hide_or_break_something_is_unsafe(name: str) -> None:
    found = rules.name(name)
    assert isinstance(found, Fault)
    assert found.code == "unsafe_text"


def test_an_empty_name_is_missing() -> None:
    assert rules.name(None) == Fault("name_missing")


def test_an_optional_name_may_be_empty_but_not_unsafe() -> None:
    assert rules.optional_name(None) is None
    assert rules.optional_name("那顺") == "那顺"
    assert rules.optional_name("=A1") == Fault("unsafe_text", "=A1")


@pytest.mark.parametrize(
    ("word", "level"),
    [("旗级", DivisionLevel.BANNER), ("苏木镇级", DivisionLevel.TOWNSHIP), ("嘎查级", DivisionLevel.VILLAGE)],
)
def test_the_three_levels_are_known(word: str, level: DivisionLevel) -> None:
    assert rules.level(word) is level


@pytest.mark.parametrize("cell", [None, "省级", 3.0])
def test_any_other_level_is_unknown(cell: str | float | None) -> None:
    assert rules.level(cell) == Fault("level_unknown", {None: None, "省级": "省级", 3.0: "3"}[cell])


@pytest.mark.parametrize(
    ("word", "team_type"),
    [("党员干部", TeamType.PARTY_CADRE), ("专业队伍", TeamType.PROFESSIONAL), ("社会组织", TeamType.SOCIAL_ORG)],
)
def test_the_three_types_are_known(word: str, team_type: TeamType) -> None:
    assert rules.team_type(word) is team_type


def test_a_type_is_missing_or_unknown() -> None:
    assert rules.team_type(None) == Fault("type_missing")
    assert rules.team_type("其他") == Fault("type_unknown", "其他")


def test_a_phone_has_eleven_digits_and_begins_with_one() -> None:
    assert rules.phone("12511007919") == "12511007919"


@pytest.mark.parametrize(
    "cell", ["1251100791", "125110079199", "22511007919", "１２５１１００７９１９", "一二三", "1.25E+10"]
)
def test_any_other_phone_is_invalid_and_nothing_is_guessed(cell: str) -> None:
    assert rules.phone(cell) == Fault("phone_invalid", cell)


def test_a_phone_kept_as_a_number_is_left_to_the_repairs() -> None:
    assert rules.phone(12511007919.0) == Fault("phone_invalid", "12511007919")


def test_no_phone_is_missing() -> None:
    assert rules.phone(None) == Fault("phone_missing")


def test_a_date_cell_is_a_day_and_nothing_is_no_day() -> None:
    assert rules.day(dt.date(2019, 6, 6)) == dt.date(2019, 6, 6)
    assert rules.day(dt.datetime(2019, 6, 6, 12)) == dt.date(2019, 6, 6)
    assert rules.day(None) is None


@pytest.mark.parametrize("cell", ["2019年13月5日", 43350.0, True])
def test_what_is_not_a_date_cell_is_an_invalid_date(cell: str | float) -> None:
    assert rules.day(cell) == Fault("date_invalid", rules.as_text(cell))


def test_a_word_is_one_of_the_known_or_reported() -> None:
    gender = rules.word_in({"女": Gender.FEMALE})
    assert gender("女") is Gender.FEMALE
    assert gender(None) is None
    assert gender("妇") == Fault("word_unknown", "妇")


@pytest.mark.parametrize("between", ["、", ",", "，", ";", "；", "/", " ", "\u3000", "、 "])
def test_a_list_is_split_at_every_separator(between: str) -> None:
    assert rules.listed(between.join(["兽医", "会唱歌", "电工", "兽医"]), {"兽医": 1, "电工": 2}) == (
        [1, 2],
        ["会唱歌"],
    )


def test_an_empty_list_has_nothing() -> None:
    assert rules.listed(None, {"兽医": 1}) == ([], [])


def test_the_report_repeats_only_the_beginning_of_a_long_value() -> None:
    assert rules.fault("type_unknown", "甲" * 1000) == Fault("type_unknown", "甲" * 60 + "…")


def test_a_whole_number_reads_without_its_decimals() -> None:
    assert [rules.as_text(cell) for cell in (1.0, 1.5, 7, "7", None)] == ["1", "1.5", "7", "7", None]
