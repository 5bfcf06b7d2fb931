"""How far cells reach and how much they say, whatever a workbook claims."""

import pytest

from domain.imports import extent
from domain.imports.bounds import MAX_CELL_CHARACTERS, MAX_CELLS, MAX_COLUMNS, MAX_ROWS, MAX_TEXT_CHARACTERS
from domain.imports.extent import Extent
from domain.imports.refusals import FileRefused


def refusal(*parts: str) -> str | None:
    measured = Extent()
    try:
        for part in parts:
            measured.measure(part.encode())
        measured.check_text()
    except FileRefused as refused:
        return refused.code
    return None


def sheet(rows: str, before: str = "") -> str:
    return f"<worksheet>{before}<sheetData>{rows}</sheetData></worksheet>"


def test_two_cells_in_opposite_corners_are_too_many() -> None:
    corners = '<row r="1"><c r="A1"><v>1</v></c></row><row r="200000"><c r="K200000"><v>1</v></c></row>'
    assert refusal(sheet(corners)) == "too_many_cells"


def test_rows_and_columns_have_bounds_of_their_own() -> None:
    def cell(place: str) -> str:
        return sheet(f'<row><c r="{place}"><v>1</v></c></row>')

    assert (MAX_ROWS, MAX_COLUMNS) == (200_000, 256)
    assert [refusal(cell(place)) for place in ("A200000", "IV1")] == [None, None]
    assert [refusal(cell(place)) for place in ("A200001", "IW1")] == ["too_many_rows", "too_many_columns"]


@pytest.mark.parametrize(
    "part",
    ["<sst><si><t>{}</t></si></sst>",
     '<worksheet><row><c t="inlineStr"><is><r><t>{}</t></r></is></c></row></worksheet>',
     '<worksheet><row><c t="str"><v>{}</v></c></row></worksheet>'],
)  # fmt: skip
def test_a_cell_holds_as_much_as_a_spreadsheet_program_takes(part: str) -> None:
    assert refusal(part.format("甲" * MAX_CELL_CHARACTERS)) is None
    assert refusal(part.format("甲" * (MAX_CELL_CHARACTERS + 1))) == "too_long_cell"


def test_two_long_cells_side_by_side_are_two() -> None:
    cell = f'<c t="inlineStr"><is><t>{"甲" * 20_000}</t></is></c>'
    assert refusal(sheet(f"<row>{cell * 2}</row>")) is None


def test_an_empty_cell_far_away_is_only_formatting() -> None:
    assert refusal(sheet('<row r="1048576"><c r="XFD1048576" s="1"/></row>')) is None


def test_declared_dimensions_are_not_looked_at() -> None:
    assert refusal(sheet('<row r="1"><c r="A1"><v>1</v></c></row>', '<dimension ref="A1:XFD1048576"/>')) is None


@pytest.mark.parametrize(
    "rows",
    [
        '<row r="1048576"><c/><c/><c><v>1</v></c></row>',
        '<row r="1"><c r="c1048576"><v>1</v></c></row>',
        '<x:row xmlns:x="m" r="1048576"><x:c r="C9"/><x:c r="C1048576"><x:is/></x:c></x:row>',
        "<row r='1048576'><c r = 'C1048576'><v>1</v></c></row>",
    ],
)
def test_no_way_of_writing_a_far_cell_hides_it(rows: str) -> None:
    assert refusal(sheet(rows)) == "too_many_rows"


def test_the_bound_itself_is_taken_and_one_row_more_is_not() -> None:
    last = MAX_CELLS // 26
    assert refusal(sheet(f'<row r="{last}"><c r="Z{last}"><v>1</v></c></row>')) is None
    assert refusal(sheet(f'<row r="{last + 1}"><c r="Z{last + 1}"><v>1</v></c></row>')) == "too_many_cells"


@pytest.mark.parametrize("cells", ['<c r="A1"><v/></c>', "<c/><c/>"])
def test_cells_one_upon_another_and_empty_ones_are_counted_too(cells: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(extent, "MAX_ELEMENTS", 203)
    part = sheet(f'<row r="1">{cells * 100}</row>')
    assert refusal(part) is None
    assert refusal(part, "<sst/>") == "too_many_cells"


def test_a_long_text_counts_as_often_as_cells_use_it() -> None:
    strings = f"<sst><si><t>甲</t></si><si><r><t>{'乙' * 25_000}</t></r></si></sst>"
    uses = MAX_TEXT_CHARACTERS // 25_000
    row = '<row><c t="s"><v>1</v></c></row>'
    assert refusal(sheet(row * uses), strings) is None
    assert refusal(sheet(row * (uses + 1)), strings) == "too_much_text"


def test_an_index_that_is_no_plain_number_may_mean_the_longest_text(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(extent, "MAX_TEXT_CHARACTERS", 1000)
    strings = f"<sst><si><t>甲</t></si><si><t>{'乙' * 501}</t></si></sst>"
    assert refusal(strings, sheet('<row><c t="s"><v>0</v></c><c t="s"><v>0</v></c></row>')) is None
    assert refusal(strings, sheet('<row><c t="s"><v>+1</v></c><c t="s"><v>01</v></c></row>')) == "too_much_text"


def test_a_second_list_of_texts_is_refused() -> None:
    strings = "<sst><si><t>甲</t></si></sst>"
    assert refusal(strings, sheet("")) is None
    assert refusal(strings, sheet(""), strings) == "corrupt"


@pytest.mark.parametrize(
    "rows", ['<row r="+5"/>', '<row r="x"/>', '<row><c r="$A$1"/></row>', '<row><c r="A00000001"/></row>']
)
def test_a_place_that_readers_may_understand_differently_is_refused(rows: str) -> None:
    assert refusal(sheet(rows)) == "corrupt"


def test_a_document_type_and_broken_xml_are_refused() -> None:
    assert refusal('<!DOCTYPE x [<!ENTITY a "aaaa">]><x>&a;</x>') == "corrupt"
    assert refusal("<worksheet><sheetData>") == "corrupt"
