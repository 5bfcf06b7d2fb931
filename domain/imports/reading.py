"""From a file to sheets of plain cells, the only place that knows the reader's library."""

import hashlib
import io
from pathlib import Path

from python_calamine import CalamineError, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

from domain.imports.biff import walk
from domain.imports.bounds import check_sheets, check_sum
from domain.imports.compound import put_in, take_out
from domain.imports.delimited import decoded, read_delimited
from domain.imports.formats import check_extension, kind_in, promised, read_file, recognize
from domain.imports.layout import Layout
from domain.imports.opendocument import read_opendocument
from domain.imports.refusals import FileRefused
from domain.imports.sheets import Book, Cell, Merged, Row, Sheet, merge, plain_cell
from domain.imports.unpacking import repack, unpacking

__all__ = ["Book", "Cell", "Row", "Sheet", "read_book"]


def read_book(path: Path) -> Book:
    """Return everything that a workbook holds. Raises FileRefused."""
    content = read_file(path)
    return Book(path.name, hashlib.sha256(content).hexdigest(), _sheets(content, path))


def _sheets(content: bytes, path: Path) -> list[Sheet]:
    container = recognize(content)
    if container == "zip":
        with unpacking(content) as archive:
            kind = kind_in(archive)
            check_extension(path, kind)
            if kind == "ods":
                return read_opendocument(archive)
            packed, layout = repack(archive)
        return _read(packed, layout, is_by_name=True)
    if container == "ole":
        stream = take_out(content)
        check_extension(path, "xls")
        copy, layout = walk(stream)
        return _read(put_in(copy), layout, is_by_name=False)
    text = decoded(content)
    if text is None:
        code = "encoding" if promised(path) == "csv" else "not_a_workbook"
        raise FileRefused(code, kind="其他文件 something else")
    check_extension(path, "csv")
    return read_delimited(text, path.stem)


def _read(packed: io.BytesIO, layout: Layout, is_by_name: bool) -> list[Sheet]:
    try:
        with CalamineWorkbook.from_filelike(packed) as book:
            return _bounded(book, layout, is_by_name)
    except (CalamineError, ValueError, OverflowError):
        raise FileRefused("corrupt") from None
    except BaseException as error:
        # A panic of the Rust library: raised past `except Exception`, of a class that cannot be imported.
        if type(error).__name__ == "PanicException":
            raise FileRefused("corrupt") from None
        raise


def _bounded(book: CalamineWorkbook, layout: Layout, is_by_name: bool) -> list[Sheet]:
    """Return the sheets. One alone is within bounds, but two names may stand for the same part."""
    names = [found.name for found in book.sheets_metadata]
    check_sheets(len(names))
    if len(set(names)) < len(names):
        raise FileRefused("corrupt")  # which one a name means would be a guess
    sheets, cells, characters = list[Sheet](), 0, 0
    for index, found in enumerate(book.sheets_metadata):
        called = found.name if is_by_name else str(index)
        is_hidden = found.visible != SheetVisibleEnum.Visible
        is_sheet = found.typ == SheetTypeEnum.WorkSheet
        rows = _rows(book, found.name, None if is_by_name else layout.merged(called)) if is_sheet else []
        hidden, noted = layout.hidden_rows(called), layout.noted(called)
        sheets.append(Sheet(found.name, is_hidden, rows, hidden, layout.is_1904, noted))
        cells += sum(map(len, rows))
        characters += sum(len(cell) for row in rows for cell in row if isinstance(cell, str))
        check_sum(cells, characters)
    return sheets


def _rows(book: CalamineWorkbook, name: str, merged: list[Merged] | None) -> list[Row]:
    sheet = book.get_sheet_by_name(name)
    rows = [[plain_cell(value) for value in row] for row in sheet.iter_rows()]
    if merged is None:
        merged = [(top, left, bottom) for (top, left), (bottom, _) in sheet.merged_cell_ranges or ()]
    width = len(rows[0]) if rows else 0
    merge(rows, (found for found in merged if found[1] < width))
    return [tuple(row) for row in rows]
