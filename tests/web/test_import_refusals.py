"""`horqin import` of what is no registry: one sentence in Chinese that says how to mend it, and the data untouched."""

import shutil
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
import xlsxwriter
from typer.testing import CliRunner

from domain.imports.compound import put_in, take_out
from tests.domain.imports.books import TEAM, TEAM_HEAD, parts_of
from tests.web.test_cli import CHINESE, SAMPLES
from web.cli import app
from web.settings import Settings

SHEET = "xl/worksheets/sheet1.xml"
LEDGER = {"队伍": [TEAM_HEAD, TEAM]}


@pytest.fixture(scope="module")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a registry that knows its county, and the same registry beside, to compare."""
    folder = tmp_path_factory.mktemp("refusals")
    url = f"sqlite:///{folder}/horqin.db"
    assert CliRunner().invoke(app, ["migrate"], env={"DATABASE_URL": url}).exit_code == 0
    return folder


def packed(path: Path, parts: dict[str, str | bytes]) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in (parts_of(LEDGER) | parts).items():
            archive.writestr(name, content)


def with_password(path: Path) -> None:
    """As Excel writes it: another container around what is encrypted."""
    content = bytearray(put_in(b"x" * 5000).getvalue())
    at = content.index("Workbook".encode("utf-16-le"))
    name = "EncryptedPackage".encode("utf-16-le") + b"\0\0"
    content[at : at + 66] = name.ljust(64, b"\0") + struct.pack("<H", len(name))
    path.write_bytes(content)


def old_with_password(path: Path) -> None:
    stream = take_out((SAMPLES / "02_merged_titles.xls").read_bytes())
    _, size = struct.unpack_from("<HH", stream)
    path.write_bytes(put_in(stream[: 4 + size] + struct.pack("<HHHH", 0x2F, 4, 0, 0) + stream[4 + size :]).getvalue())


def wide(path: Path) -> None:
    packed(
        path, {"xl/worksheets/sheet1.xml": parts_of({"队伍": [[*TEAM_HEAD, *"x" * 290]]})["xl/worksheets/sheet1.xml"]}
    )


def endless(path: Path) -> None:
    with xlsxwriter.Workbook(path, {"constant_memory": True}) as book:
        sheet = book.add_worksheet("队伍")
        sheet.write_row(0, 0, TEAM_HEAD)
        for row in range(1, 1_000_000, 1000):
            sheet.write(row, 0, "x")
        sheet.write(999_999, 0, "x")


def huge_cell(path: Path) -> None:
    packed(path, {SHEET: parts_of({"队伍": [TEAM_HEAD, ["x" * 2**20]]})[SHEET]})


def bomb(path: Path) -> None:
    packed(path, {SHEET: b"<worksheet>" + b" " * (210 * 2**20)})


def cut_off(path: Path) -> None:
    content = (SAMPLES / "01_clean.xlsx").read_bytes()
    path.write_bytes(content[: len(content) // 2])


FILES: list[tuple[str, Callable[[Path], object], str]] = [
    ("password.xlsx", with_password, "密码"),
    ("password.xls", old_with_password, "密码"),
    ("password.ods", lambda path: packed(path, {"META-INF/manifest.xml": "<m:encryption-data/>"}), "密码"),
    ("corrupt.xlsx", cut_off, "重新保存"),
    ("an_xls.xlsx", lambda path: shutil.copy(SAMPLES / "02_merged_titles.xls", path), "请改成 .xls"),
    ("an_xlsx.csv", lambda path: shutil.copy(SAMPLES / "01_clean.xlsx", path), "请改成 .xlsx"),
    ("empty.xlsx", lambda path: path.write_bytes(b""), "空"),
    ("nothing.xlsx", lambda path: xlsxwriter.Workbook(path).close(), "表头"),
    ("wide.xlsx", wide, "列"),
    ("endless.xlsx", endless, "行"),
    ("long.xlsx", huge_cell, "请缩短"),
    ("macros.xlsx", lambda path: packed(path, {"xl/vbaProject.bin": b"x"}), "宏"),
    ("macros.xlsm", lambda path: packed(path, {}), "宏"),
    ("links.xlsx", lambda path: packed(path, {"xl/externalLinks/externalLink1.xml": "<x/>"}), "断开链接"),
    ("a_pdf.xlsx", lambda path: path.write_bytes(b"%PDF-1.7\n1 0 obj"), "PDF"),
    ("a_page.xls", lambda path: path.write_bytes(b"<html><table></table></html>"), "另存为 .xlsx"),
    ("bomb.xlsx", bomb, "解压"),
    ("nul.csv", lambda path: path.write_bytes(b"a,b\0c\n"), "工作簿"),
    ("quote.csv", lambda path: path.write_bytes(b'a,"b\n'), "引号"),
]


@pytest.mark.parametrize(("name", "make", "mend"), FILES, ids=[name for name, *_ in FILES])
def test_one_sentence_says_what_is_wrong_and_how_to_mend_it(
    name: str,
    make: Callable[[Path], object],
    mend: str,
    migrated: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for setting in Settings.model_fields:
        monkeypatch.delenv(setting.upper(), raising=False)
    monkeypatch.chdir(tmp_path)
    make(tmp_path / name)
    database = migrated / "horqin.db"
    before = database.read_bytes()
    arguments = ["import", name, "--report", "report.json", "--annotate", "checked.xlsx"]
    done = CliRunner().invoke(app, arguments, env={"DATABASE_URL": f"sqlite:///{database}"})
    assert done.exit_code == 1, done.output
    assert done.stderr.count("\n") == 1
    chinese, _, english = done.stderr.partition(" | ")
    assert CHINESE.search(chinese)
    assert "refused, nothing was changed" in english
    assert mend in done.stderr
    assert database.read_bytes() == before
    assert {path.name for path in tmp_path.iterdir()} - {"data"} == {name}
