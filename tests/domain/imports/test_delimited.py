"""A table of text: its encodings, its delimiters, its quotes, and the bounds of every other format."""

import csv
import datetime as dt
import io
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from domain.imports import FileRefused, import_workbook
from domain.imports.bounds import MAX_CELL_CHARACTERS, MAX_COLUMNS, MAX_ROWS
from domain.imports.reading import read_book
from models import Membership, Person, Team
from models.sealed import Keyring
from tests.domain.imports.books import MEMBER, MEMBER_HEAD, TEAM, TEAM_HEAD, changed

RECORDS = [["队伍编号", "队伍名称"], ["A-1", '有, 逗号;分号\t和 "引号"'], ["A-2", "两\n行"], ["", "嘎查"], ["A-3", ""]]
READ = [
    ("队伍编号", "队伍名称"),
    ("A-1", '有, 逗号;分号\t和 "引号"'),
    ("A-2", "两\n行"),
    (None, "嘎查"),
    ("A-3", None),
]


def text_of(records: list[list[str]], delimiter: str = ",") -> str:
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter).writerows(records)
    return text.getvalue()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "队伍.csv"


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_every_encoding_and_delimiter_reads_alike(encoding: str, delimiter: str, file: Path) -> None:
    file.write_bytes(text_of(RECORDS, delimiter).encode(encoding))
    (sheet,) = read_book(file).sheets
    assert (sheet.name, sheet.rows) == ("队伍", READ)


def test_a_line_that_names_the_delimiter_is_obeyed_and_no_entry(file: Path) -> None:
    file.write_text("sep=|\r\na,b|c\r\n", encoding="utf-8", newline="")
    assert read_book(file).sheets[0].rows == [(None, None), ("a,b", "c")]


def test_only_days_are_more_than_text(file: Path) -> None:
    file.write_text("2024-02-29,2023-02-29,007,12500000001,'=1+1\n", encoding="utf-8")
    assert read_book(file).sheets[0].rows == [(dt.date(2024, 2, 29), "2023-02-29", "007", "12500000001", "=1+1")]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ('a,"b\n', "unclosed_quote"),
        ("," * MAX_COLUMNS + "x", "too_many_columns"),
        ("x\n" * (MAX_ROWS + 1), "too_many_rows"),
        ("x" * (MAX_CELL_CHARACTERS + 1), "too_long_cell"),
        ("x" * 1_000_000, "too_long_cell"),
        ("a\0b,c", "not_a_workbook"),
    ],
    ids=["quote", "columns", "rows", "long", "1MB", "nul"],
)
def test_what_goes_too_far_is_refused(text: str, code: str, file: Path) -> None:
    file.write_text(text, encoding="utf-8")
    with pytest.raises(FileRefused) as refused:
        read_book(file)
    assert refused.value.code == code


async def test_teams_then_members_come_in_by_a_file_each(
    registry: AsyncSession, keyring: Keyring, file: Path, tmp_path: Path
) -> None:
    rows = [TEAM_HEAD, changed(TEAM, 成立日期="2020-05-04")], [MEMBER_HEAD, MEMBER, changed(MEMBER, 队伍编号="X")]
    paths = file, tmp_path / "队员.csv"
    for path, records in zip(paths, rows, strict=True):
        texts = [["" if value is None else value for value in record] for record in records]
        path.write_text(text_of(texts), encoding="gb18030")
    teams = await import_workbook(registry, keyring, paths[0])
    assert teams.as_json()["counts"] == {"teams": {"accepted": 1, "rejected": 0}}
    members = await import_workbook(registry, keyring, paths[1])
    assert members.as_json()["counts"] == {"members": {"accepted": 1, "rejected": 1}}
    found = select(Team.founded_on, Person.name, Person.phone_masked).join(Membership, Membership.team_id == Team.id)
    found = found.join(Person, Person.id == Membership.person_id)
    assert [tuple(row) for row in await registry.execute(found)] == [(dt.date(2020, 5, 4), "那顺", "125****0002")]
