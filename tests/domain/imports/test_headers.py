"""Which sheets are taken, and as what."""

import pytest

from domain.imports.headers import Header, find_header
from domain.imports.reading import Row, Sheet

TEAMS: Row = ("队伍名称", "级别", "类别")
MEMBERS: Row = ("队伍名称", "姓名", "联系电话")


def sheet(*rows: Row, is_hidden: bool = False) -> Sheet:
    return Sheet("表", is_hidden, list(rows))


@pytest.mark.parametrize(
    ("cells", "role"),
    [
        (TEAMS, "teams"),
        (MEMBERS, "members"),
        (("活动编号", "队伍编号", "活动名称"), "activities"),
        (("技能编码", "技能名称"), "skills"),
    ],
)
def test_its_columns_make_a_sheet_what_it_is(cells: Row, role: str) -> None:
    assert find_header(sheet(cells)) == Header(role, 1, find_header(sheet(cells)).columns)


def test_columns_are_found_by_any_spelling_and_the_first_of_two_counts() -> None:
    found = find_header(sheet(("队 名", "队伍\n级别", "类　别", "嘎查（社区）", "没听过", "电话", "手机号")))
    assert found.columns == {"team_name": 0, "level": 1, "type": 2, "village": 3, "phone": 5}


def test_rows_above_the_header_are_titles() -> None:
    assert find_header(sheet(("登记表", None, None), (None, None, None), TEAMS)).row == 3


def test_a_header_in_the_tenth_row_is_found_and_in_the_eleventh_not() -> None:
    title: Row = ("登记表", None, None)
    assert find_header(sheet(*[title] * 9, TEAMS)).row == 10
    assert find_header(sheet(*[title] * 10, TEAMS)) == Header("ignored", reason="no_header")


def test_two_known_words_are_no_header() -> None:
    assert find_header(sheet(("队伍名称", "级别", "其他"))) == Header("ignored", reason="no_header")


def test_known_words_that_name_nothing_are_no_header() -> None:
    assert find_header(sheet(("苏木镇", "嘎查", "备注"))) == Header("ignored", reason="no_header")


@pytest.mark.parametrize("rows", [[], [(None, None)]])
def test_an_empty_sheet_is_left_out(rows: list[Row]) -> None:
    assert find_header(sheet(*rows)) == Header("ignored", reason="empty_sheet")


def test_a_hidden_sheet_is_left_out_whatever_it_holds() -> None:
    assert find_header(sheet(TEAMS, is_hidden=True)) == Header("ignored", reason="hidden_sheet")
