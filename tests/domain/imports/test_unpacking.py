"""What is refused before a reader sees it, and at what cost."""

import io
import random
import struct
import time
import tracemalloc
import warnings
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from domain.imports import FileRefused
from domain.imports.formats import MAX_FILE_BYTES
from domain.imports.layout import Layout
from domain.imports.reading import read_book
from domain.imports.unpacking import MAX_UNPACKED_BYTES, repack, unpacking
from tests.domain.imports.books import refusal

WriteBook = Callable[..., Path]
SHEET = "xl/worksheets/sheet1.xml"


def unpack(path: Path) -> tuple[io.BytesIO, Layout]:
    with unpacking(path.read_bytes()) as archive:
        return repack(archive)


def test_a_clean_workbook_is_unpacked(clean: Path) -> None:
    packed, _ = unpack(clean)
    assert "xl/worksheets/sheet2.xml" in zipfile.ZipFile(packed).namelist()


def test_pictures_do_not_reach_the_reader(write_book: WriteBook) -> None:
    path = write_book({"表": [["甲"]]}, parts={"xl/media/image1.png": b"x"})
    names = zipfile.ZipFile(unpack(path)[0]).namelist()
    assert [name for name in names if not name.endswith((".xml", ".rels"))] == []


def test_a_file_above_the_bound_is_refused_unread(tmp_path: Path) -> None:
    path = tmp_path / "book.xlsx"
    with path.open("wb") as file:
        file.truncate(MAX_FILE_BYTES + 1)
    assert refusal(path) == "too_large"


def test_an_archive_of_something_else_is_no_workbook(tmp_path: Path) -> None:
    path = tmp_path / "book.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("word/document.xml", "<document/>")
    assert refusal(path) == "not_a_workbook"


def test_an_archive_with_a_password_is_refused(clean: Path, tmp_path: Path) -> None:
    content = bytearray(clean.read_bytes())
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = content.find(mark)
        content[at + offset] |= 1
    path = tmp_path / "book.xlsx"
    path.write_bytes(content)
    assert refusal(path) == "password"


def test_two_parts_of_one_name_are_refused(write_book: WriteBook) -> None:
    path = write_book({"表": [["甲"]]})
    with warnings.catch_warnings(), zipfile.ZipFile(path, "a") as archive:
        warnings.simplefilter("ignore")
        archive.writestr(SHEET, "<worksheet/>")
    assert refusal(path) == "corrupt"


def test_a_bomb_is_refused_soon_and_in_little_memory(write_book: WriteBook) -> None:
    path = write_book({"表": [["甲"]]}, parts={"xl/media/image1.png": bytes(MAX_UNPACKED_BYTES + 1)})
    assert path.stat().st_size < 2**19
    tracemalloc.start()
    started = time.perf_counter()
    assert refusal(path) == "expansion_limit"
    seconds, peak = time.perf_counter() - started, tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert seconds < 2
    assert peak < 20 * 2**20


def test_a_sheet_that_reaches_too_far_is_refused_before_it_is_laid_out(write_book: WriteBook) -> None:
    far = '<worksheet><sheetData><row r="200000"><c r="K200000"><v>1</v></c></row></sheetData></worksheet>'
    with pytest.raises(FileRefused, match="单元格"):
        unpack(write_book({"表": [["甲"]]}, parts={SHEET: far}))


def test_a_text_that_cells_multiply_is_refused_before_it_is_copied(write_book: WriteBook) -> None:
    rows = '<row><c t="s"><v>0</v></c></row>' * 2000
    sheet = f"<worksheet><sheetData>{rows}</sheetData></worksheet>"
    strings = f"<sst><si><t>{'甲' * 30_000}</t></si></sst>"
    with pytest.raises(FileRefused, match="字符"):
        unpack(write_book({"表": []}, parts={SHEET: sheet, "xl/sharedStrings.xml": strings}))


def test_a_size_that_the_archive_declares_is_not_believed(write_book: WriteBook) -> None:
    path = write_book({"表": [["甲"]]}, parts={"xl/media/image1.png": bytes(MAX_UNPACKED_BYTES + 1)})
    content = bytearray(path.read_bytes())
    size = struct.pack("<I", MAX_UNPACKED_BYTES + 1)
    assert content.count(size) == 2
    path.write_bytes(content.replace(size, struct.pack("<I", 1000)))
    assert refusal(path) in ("expansion_limit", "corrupt")


def test_a_truncated_file_is_refused_wherever_it_ends(clean: Path, tmp_path: Path) -> None:
    content, path = clean.read_bytes(), tmp_path / "book.xlsx"
    for length in range(1, len(content), 997):
        path.write_bytes(content[:length])
        assert refusal(path) in ("corrupt", "wrong_extension")  # its first letters alone are text


def test_random_bytes_are_refused(tmp_path: Path) -> None:
    path, seed = tmp_path / "book.xlsx", random.randrange(2**32)
    roll = random.Random(seed)
    for _ in range(100):
        path.write_bytes(roll.choice([b"", b"PK\x03\x04"]) + roll.randbytes(roll.randrange(1, 2000)))
        assert refusal(path) in ("corrupt", "not_a_workbook", "wrong_extension", "markup"), f"seed {seed}"


def test_a_damaged_workbook_is_read_or_refused_and_nothing_else(clean: Path, write_book: WriteBook) -> None:
    with zipfile.ZipFile(clean) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    seed = random.randrange(2**32)
    roll, outcomes = random.Random(seed), set()
    for _ in range(60):
        name = roll.choice([SHEET, "xl/workbook.xml", "xl/styles.xml", "xl/_rels/workbook.xml.rels"])
        content = bytearray(parts[name])
        for _ in range(roll.randrange(1, 4)):
            content[roll.randrange(len(content))] = roll.choice(b'0123456789<>"/=&rtcvA ')
        try:
            read_book(write_book({}, parts=parts | {name: bytes(content)}))
            outcomes.add("read")
        except FileRefused as refused:
            outcomes.add(refused.code)
        except BaseException:
            print(f"seed {seed}")
            raise
    assert outcomes <= {"read", "corrupt", "too_many_cells", "not_a_workbook", "expansion_limit"}
