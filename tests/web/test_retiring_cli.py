"""`horqin import --retire-missing` lists what the file no longer names, asks, and ends it."""

import sqlite3
import zipfile
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from tests.domain.imports.books import MEMBER, TEAM, book, changed, parts_of
from web.cli import app

SECOND = changed(TEAM, 队伍编号="N-2", 队伍名称="第二支志愿服务队")


@pytest.fixture
def take(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., Result]]:
    """Import a workbook of these teams, after one that names two teams and two members of the first."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("DATABASE_URL", raising=False)

    def take(teams: list[list[object]], members: list[list[object]], *arguments: str, says: str = "") -> Result:
        with zipfile.ZipFile("list.xlsx", "w") as archive:
            for name, content in parts_of(book(teams, members)).items():
                archive.writestr(name, content)
        return CliRunner().invoke(app, ["import", "list.xlsx", *arguments], input=says)

    assert CliRunner().invoke(app, ["migrate"]).exit_code == 0
    assert take([TEAM, SECOND], [MEMBER, changed(MEMBER, 姓名="其木格")]).exit_code == 0
    yield take


def states(folder: Path) -> tuple[list[str], list[str]]:
    with closing(sqlite3.connect(folder / "data" / "horqin.db")) as connection:
        teams = connection.execute("select status from team order by code").fetchall()
        return [row[0] for row in teams], [
            row[0] for row in connection.execute("select status from membership order by id")
        ]


@pytest.mark.parametrize(
    ("arguments", "says", "ended"),
    [
        ([], "", False),
        (["--retire-missing"], "n\n", False),
        (["--retire-missing", "--dry-run"], "", False),
        (["--retire-missing"], "y\n", True),
        (["--retire-missing", "--yes"], "", True),
    ],
)
def test_what_is_missing_is_ended_only_when_that_is_confirmed(
    take: Callable[..., Result], tmp_path: Path, arguments: list[str], says: str, ended: bool
) -> None:
    done = take([TEAM], [MEMBER], *arguments, says=says)
    assert done.exit_code == 0
    is_told = "文件里没有 not in the file: 队伍 team N-2 第二支志愿服务队" in done.stderr
    assert is_told == bool(arguments)
    expected = (["ACTIVE", "DISSOLVED"], ["ACTIVE", "REMOVED"]) if ended else (["ACTIVE"] * 2, ["ACTIVE"] * 2)
    assert states(tmp_path) == expected


def test_a_file_that_names_everything_misses_nothing(take: Callable[..., Result], tmp_path: Path) -> None:
    done = take([TEAM, SECOND], [MEMBER, changed(MEMBER, 姓名="其木格")], "--retire-missing")
    assert "没有要撤下的" in done.stderr
    assert states(tmp_path) == (["ACTIVE"] * 2, ["ACTIVE"] * 2)
