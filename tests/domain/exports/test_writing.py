"""Files as spreadsheet programs take them: nothing in them runs, and nothing is left where they were made."""

import csv
import datetime as dt
import io
import tempfile
import zipfile
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.exports import TABLES, Format, Line, open_writer
from domain.texts import guarded, unguarded

EVIL = ("=1+1", "+86 10", "-x", "@sum", "＝2", "'=3", "''@4", '=HYPERLINK("http://x")')
LINES: list[Line] = [{"team_code": f"T-{at}", "team_name": name} for at, name in enumerate(EVIL)]
TEAM: Line = {"level": "旗级", "founded_on": dt.date(2019, 3, 5), "phone": "12500000001", "village": 'a,b\n"c"'}


def written(format: Format, table: str = "teams", where: str | None = None) -> bytes:
    file = io.BytesIO()
    with open_writer(file, format, table, where) as writer:
        writer.add("teams", LINES)
        writer.add("members", [{"person_name": "那顺"}])
        writer.add("teams", [TEAM])
    return file.getvalue()


def test_a_workbook_holds_plain_strings_and_days() -> None:
    content = written("xlsx", where='{"level": {"eq": "BANNER"}}')
    book = openpyxl.load_workbook(io.BytesIO(content))
    teams = book["队伍"]
    assert book.sheetnames == ["队伍", "队员", "说明"]
    assert [teams.cell(row, 2).value for row in range(2, 10)] == list(EVIL)
    assert {teams.cell(row, 2).data_type for row in range(2, 10)} == {"s"}
    last = {cell.value for cell in teams[10]} - {None}
    assert last == {"旗级", dt.datetime(2019, 3, 5), "12500000001", 'a,b\n"c"'}
    assert teams["I10"].number_format == "yyyy-mm-dd"
    assert {teams["H10"].number_format, teams["H11"].number_format} == {"@", "General"}
    assert teams.column_dimensions["H"].width > 11
    assert (teams.freeze_panes, teams.auto_filter.ref) == ("A2", "A1:K10")
    choices = {str(one.sqref): one.formula1 for one in teams.data_validations.dataValidation}
    assert choices == {"C2:C5001": '"旗级,苏木镇级,嘎查级"', "D2:D5001": '"党员干部,专业队伍,社会组织"'}
    assert [cell.value for cell in book["队员"][2]].count("那顺") == 1
    assert any("筛选条件" in cell.value and "BANNER" in cell.value for (cell,) in book["说明"].iter_rows())
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        text = b"".join(archive.read(name) for name in archive.namelist())
    assert b"<f>" not in text and b"<hyperlink" not in text


def test_a_csv_has_the_mark_of_utf_8_and_one_table() -> None:
    content = written("csv")
    assert content.startswith(b"\xef\xbb\xbf")
    head, *body = csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""))
    assert head == [column.head for column in TABLES["teams"].columns]
    assert [row[1] for row in body[:8]] == [f"'{name}" for name in EVIL]
    assert (body[8][5], body[8][7], body[8][8]) == ('a,b\n"c"', "12500000001", "2019-03-05")
    assert len(body) == 9
    assert written("csv", "members").decode("utf-8-sig").splitlines()[1] == ",,那顺,,,,,,,,,"


@given(st.one_of(st.text(), st.text("'=+-@＝a"), st.sampled_from(EVIL)))
def test_what_is_guarded_never_runs_and_comes_back_exactly(text: str) -> None:
    assert unguarded(guarded(text)) == text
    assert not guarded(text).startswith(("=", "+", "-", "@", "＝", "＋", "－", "＠"))


@pytest.mark.parametrize("format", ["xlsx", "csv"])
def test_an_export_that_fails_leaves_nothing_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, format: Format
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    with (
        pytest.raises(ZeroDivisionError),
        open_writer(io.BytesIO(), "csv" if format == "csv" else "xlsx", "teams", None) as writer,
    ):
        writer.add("teams", LINES)
        raise ZeroDivisionError
    assert list(tmp_path.iterdir()) == []
    written(format)
    assert list(tmp_path.iterdir()) == []
