"""A template is taken as it is by the import, which sees no entry in it until somebody fills one in."""

from pathlib import Path

import openpyxl
from sqlalchemy.ext.asyncio import AsyncSession

from domain.exports import write_template
from domain.exports.layout import TO_FILL_IN
from domain.imports import import_workbook
from models.sealed import Keyring
from tests.domain.imports.books import counted


def template(tmp_path: Path) -> Path:
    path = tmp_path / "template.xlsx"
    with path.open("wb") as file:
        write_template(file)
    return path


async def test_the_examples_are_no_entries(registry: AsyncSession, keyring: Keyring, tmp_path: Path) -> None:
    before = await counted(registry)
    report = (await import_workbook(registry, keyring, template(tmp_path))).as_json()
    assert report["file_outcome"] == "accepted"
    assert report["counts"] == {kind: {"accepted": 0, "rejected": 0} for kind in ("teams", "members")}
    assert [(sheet["role"], sheet["header_row"]) for sheet in report["sheets"]] == [
        ("teams", 3),
        ("members", 3),
        ("ignored", None),
    ]
    assert await counted(registry) == before


async def test_what_is_filled_in_as_the_example_shows_is_taken_without_a_remark(
    registry: AsyncSession, keyring: Keyring, tmp_path: Path
) -> None:
    path = template(tmp_path)
    book = openpyxl.load_workbook(path)
    for sheet in book.worksheets[:2]:
        sheet.append([cell.value for cell in sheet[2]])
        sheet["A4"].value = None
    book["队伍"]["E4"].value, book["队伍"]["F4"].value = "吐列毛杜镇", "乌兰哈达嘎查"
    book.save(path)
    report = (await import_workbook(registry, keyring, path)).as_json()
    assert report["counts"] == {kind: {"accepted": 1, "rejected": 0} for kind in ("teams", "members")}
    assert (report["rejected"], report["corrected"], report["warnings"]) == ([], [], [])


def test_a_template_has_drop_downs_and_its_heads_stay_in_sight(tmp_path: Path) -> None:
    book = openpyxl.load_workbook(template(tmp_path))
    teams, members = book["队伍"], book["队员"]
    assert [sheet.freeze_panes for sheet in (teams, members)] == ["A4", "A4"]
    assert [sheet.auto_filter.ref for sheet in (teams, members)] == ["A3:J4", "A3:K4"]
    choices = {str(one.sqref): one.formula1 for one in teams.data_validations.dataValidation}
    assert choices == {"C4:C5001": '"旗级,苏木镇级,嘎查级"', "D4:D5001": '"党员干部,专业队伍,社会组织"'}
    assert [cell.value for cell in teams[3]] == [column.head for column in TO_FILL_IN[0].columns]
    assert teams.column_dimensions["H"].width > 11
