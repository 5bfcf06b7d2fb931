"""What a file is, by what it holds, and one sentence for each that is none of ours."""

import shutil
import zipfile
from pathlib import Path

import pytest

from domain.imports import FileRefused
from domain.imports.formats import MAX_FILE_BYTES
from domain.imports.reading import read_book
from tests.domain.imports.books import refusal

SAMPLES = Path(__file__).parents[2] / "samples"
OLE = bytes.fromhex("d0cf11e0a1b11ae1")


@pytest.mark.parametrize("kind", ["xlsx", "xls", "ods"])
@pytest.mark.parametrize("name", ["book.xlsx", "book.xls", "book.ods", "book.csv", "book", "book.pdf", "BOOK.{}"])
def test_a_name_that_says_something_else_is_refused(kind: str, name: str, tmp_path: Path) -> None:
    path = Path(shutil.copy(SAMPLES / f"02_merged_titles.{kind}", tmp_path / name.format(kind.upper())))
    if path.suffix.lower() == f".{kind}":
        assert len(read_book(path).sheets) == 3
    else:
        with pytest.raises(FileRefused, match=f"请改成 .{kind} 再交"):
            read_book(path)


def test_a_table_of_text_under_another_name_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "book.xls"
    path.write_text("队伍名称,级别,类别\n", encoding="gb18030")
    with pytest.raises(FileRefused, match=r"请改成 \.csv 再交"):
        read_book(path)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty_file"),
        (b"\r\n \t", "empty_file"),
        (b"%PDF-1.7\n1 0 obj", "not_a_workbook"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "not_a_workbook"),
        (b"\xff\xd8\xff\xe0\x00\x10JFIF", "not_a_workbook"),
        (b"\x00\x01\x02", "not_a_workbook"),
        (b"\x80\x81\xff", "not_a_workbook"),
        (b"<html><table><tr><td>1</td></tr></table></html>", "markup"),
        (b"\xef\xbb\xbf\n <!DOCTYPE html>", "markup"),
        ("<html xmlns:x='urn:schemas-microsoft-com:office:excel'>".encode("utf-16"), "markup"),
        (b"<?xml version='1.0'?><?mso-application progid='Excel.Sheet'?><Workbook/>", "markup"),
        (b"MIME-Version: 1.0\nX-Document-Type: Workbook", "markup"),
        (b"PK", "corrupt"),
        (OLE, "corrupt"),
        (OLE + bytes(500), "corrupt"),
    ],
)
@pytest.mark.parametrize("name", ["book.xlsx", "book.xls"])
def test_what_only_bears_the_extension_is_refused(content: bytes, code: str, name: str, tmp_path: Path) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    assert refusal(path) == code


def test_text_in_no_known_encoding_is_told_so(tmp_path: Path) -> None:
    path = tmp_path / "book.csv"
    path.write_bytes(b"\x80\x81\xff,\x80\n")
    assert refusal(path) == "encoding"


@pytest.mark.parametrize(
    ("parts", "code"),
    [
        (["word/document.xml"], "not_a_workbook"),
        (["photo.jpg"], "not_a_workbook"),
        (["xl/workbook.bin"], "not_a_workbook"),
        (["encrypted-package", "mimetype"], "password"),
        (["xl/workbook.xml", "xl/vbaProject.bin"], "macros"),
        (["xl/workbook.xml", "xl/macrosheets/sheet1.xml"], "macros"),
        (["xl/workbook.xml", "xl/externalLinks/externalLink1.xml"], "external_links"),
        (["content.xml", "Basic/Standard/Module1.xml"], "macros"),
        (["content.xml", "mimetype"], "not_a_workbook"),
    ],
)
def test_an_archive_is_known_by_its_parts(parts: list[str], code: str, tmp_path: Path) -> None:
    path = tmp_path / "book.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        for name in parts:
            archive.writestr(name, "application/vnd.oasis.opendocument.text")
    assert refusal(path) == code


@pytest.mark.parametrize("name", ["book.xlsm", "book.XLTM"])
def test_a_name_that_promises_macros_is_refused(name: str, clean: Path, tmp_path: Path) -> None:
    assert refusal(Path(shutil.copy(clean, tmp_path / name))) == "macros"


def test_a_folder_and_a_missing_file_cannot_be_opened(tmp_path: Path) -> None:
    (tmp_path / "folder.xlsx").mkdir()
    assert refusal(tmp_path / "folder.xlsx") == "unreadable"
    assert refusal(tmp_path / "missing.xlsx") == "unreadable"


def test_a_file_above_the_bound_is_refused_unread(tmp_path: Path) -> None:
    path = tmp_path / "book.xlsx"
    with path.open("wb") as file:
        file.truncate(MAX_FILE_BYTES + 1)
    assert refusal(path) == "too_large"
