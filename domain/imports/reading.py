"""From a file to sheets of plain cells, the only place that knows the reader's library."""

import datetime as dt
import hashlib
import io
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from python_calamine import CalamineError, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

from domain.imports.extent import MAX_CELLS, MAX_TEXT_CHARACTERS
from domain.imports.layout import Layout
from domain.imports.refusals import FileRefused
from domain.imports.unpacking import unpack

MAX_SHEETS = 100

Cell = str | int | float | bool | dt.date | dt.time | dt.timedelta | None
"""Text has no blanks around it and is never empty; an empty cell is None."""

Row = tuple[Cell, ...]


@dataclass(frozen=True)
class Sheet:
    """Row `n` of the spreadsheet is `rows[n - 1]`."""

    name: str
    is_hidden: bool
    rows: list[Row]
    hidden_rows: frozenset[int] = frozenset()
    is_1904: bool = False
    """Whether its numbers stand for days of the newer of the two date systems."""
    noted: Mapping[tuple[int, int], str] = field(default_factory=dict)
    """Cells that hold a formula or an error, by row number and index of the column."""


@dataclass(frozen=True)
class Book:
    file: str
    sha256: str
    sheets: list[Sheet]


def read_book(path: Path) -> Book:
    """Return everything that a workbook holds. Raises FileRefused."""
    content, packed, layout = unpack(path)
    return Book(path.name, hashlib.sha256(content).hexdigest(), _read_sheets(packed, layout))


def _read_sheets(packed: io.BytesIO, layout: Layout) -> list[Sheet]:
    try:
        with CalamineWorkbook.from_filelike(packed) as book:
            return _bounded(book, layout)
    except (CalamineError, ValueError, OverflowError):
        raise FileRefused("corrupt") from None
    except BaseException as error:
        # A panic of the Rust library: raised past `except Exception`, of a class that cannot be imported.
        if type(error).__name__ == "PanicException":
            raise FileRefused("corrupt") from None
        raise


def _bounded(book: CalamineWorkbook, layout: Layout) -> list[Sheet]:
    """Return the sheets. One alone is within bounds (`extent.py`), but two names may stand for the same part."""
    if len(book.sheets_metadata) > MAX_SHEETS:
        raise FileRefused("too_many_sheets", value=len(book.sheets_metadata), bound=MAX_SHEETS)
    sheets, cells, characters = list[Sheet](), 0, 0
    for found in book.sheets_metadata:
        rows = _rows(book, found.name) if found.typ == SheetTypeEnum.WorkSheet else []
        is_hidden = found.visible != SheetVisibleEnum.Visible
        hidden, noted = layout.hidden_rows(found.name), layout.noted(found.name)
        sheets.append(Sheet(found.name, is_hidden, rows, hidden, layout.is_1904, noted))
        cells += sum(map(len, rows))
        characters += sum(len(cell) for row in rows for cell in row if isinstance(cell, str))
        if cells > MAX_CELLS:
            raise FileRefused("too_many_cells", bound=MAX_CELLS)
        if characters > MAX_TEXT_CHARACTERS:
            raise FileRefused("too_much_text", bound=MAX_TEXT_CHARACTERS)
    return sheets


def _rows(book: CalamineWorkbook, name: str) -> list[Row]:
    sheet = book.get_sheet_by_name(name)
    rows = [[_cell(value) for value in row] for row in sheet.iter_rows()]
    left = MAX_CELLS
    for (top, column), (bottom, _) in sheet.merged_cell_ranges or ():
        merged = rows[top : bottom + 1]  # R4: its value stands for all its rows
        left -= len(merged)
        if left < 0:
            raise FileRefused("too_many_cells", bound=MAX_CELLS)
        for row in merged:
            row[column] = merged[0][column]
    return [tuple(row) for row in rows]


def _cell(value: Cell) -> Cell:
    """R3: blanks around a text, the wide one of Chinese too, are not part of it."""
    return (value.strip() or None) if isinstance(value, str) else value
