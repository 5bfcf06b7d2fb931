"""Each rule about one cell: what it takes, and its refused twin."""

import pytest

from domain.imports import rules
from domain.imports.rules import Fault, Repaired
from models import DivisionLevel, Gender, PoliticalStatus, TeamType


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


@pytest.mark.parametrize("word", ["党员", "党员干部类", "党员志愿者", "机关党员"])
def test_a_type_in_other_words_is_mended(word: str) -> None:
    assert rules.team_type(word) == Repaired(TeamType.PARTY_CADRE, "党员干部", "type_synonym")


def test_a_level_in_other_words_is_mended() -> None:
    assert rules.level("旗直") == Repaired(DivisionLevel.BANNER, "旗级", "level_synonym")
    assert rules.level("乡镇级") == Repaired(DivisionLevel.TOWNSHIP, "苏木镇级", "level_synonym")
    assert rules.level("社区级") == Repaired(DivisionLevel.VILLAGE, "嘎查级", "level_synonym")


def test_a_political_status_and_an_ethnicity_may_be_short() -> None:
    assert rules.political_status("党员") == Repaired(PoliticalStatus.PARTY_MEMBER, "中共党员", "status_synonym")
    assert rules.political_status("群众") is PoliticalStatus.NON_PARTY
    assert rules.political_status("无") == Fault("word_unknown", "无")
    assert rules.ethnicity("蒙") == Repaired("蒙古族", "蒙古族", "ethnicity_synonym")
    assert rules.ethnicity("达斡尔族") == "达斡尔族"
    assert rules.ethnicity("=A1") == Fault("unsafe_text", "=A1")


@pytest.mark.parametrize("blank", [" ", "\u3000", "  "])
def test_a_blank_inside_a_chinese_name_is_removed(blank: str) -> None:
    assert rules.name(f"满{blank}都拉图雅") == Repaired("满都拉图雅", "满都拉图雅", "inner_space")


@pytest.mark.parametrize("name", ["Anna Müller", "ᠬᠣᠷ ᠴᠢᠨ", "Team 7 队"])
def test_a_blank_inside_another_name_belongs_to_it(name: str) -> None:
    assert rules.name(name) == name


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
