"""The sheets of an .ods, read element by element: repeated cells and rows are counted before they are laid out.

The reader's library would lay them out first, and tells neither merged ranges nor hidden rows nor formulas.
"""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field
from xml.parsers import expat
from zipfile import ZipFile

from domain.imports.bounds import MAX_ROWS, check_length, check_reach, check_sheets, check_sum
from domain.imports.layout import ERROR, FORMULA, MAX_NOTED
from domain.imports.markup import parser_for
from domain.imports.refusals import FileRefused
from domain.imports.sheets import Cell, Merged, Row, Sheet, merge, plain_cell

CHUNK = 2**18
MAX_ELEMENTS = 6_000_000
"""Of XML; a cell takes two or three."""

SPACE = "urn:oasis:names:tc:opendocument:xmlns:"
TABLE, OFFICE, TEXT, STYLE = (f"{SPACE}{name}:1.0 " for name in ("table", "office", "text", "style"))
CALC_TYPE = "urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0 value-type"
CELLS = {f"{TABLE}table-cell", f"{TABLE}covered-table-cell"}
LINKED = {f"{TABLE}table-source", f"{TABLE}cell-range-source", f"{TABLE}dde-links"}
ERRORS = ("#N/A", "#NAME?", "#VALUE!", "#REF!", "#DIV/0!", "#NUM!", "#NULL!", "Err:")
"""How the text of a formula begins that went wrong."""

Attributes = dict[str, str]


def read_opendocument(archive: ZipFile) -> list[Sheet]:
    """Return the sheets. Raises FileRefused for what is not well-formed, reaches too far, or leads out of the file."""
    reading = _Content()
    parser = parser_for(reading, namespace_separator=" ")
    try:
        with archive.open("content.xml") as stream:
            while chunk := stream.read(CHUNK):
                parser.Parse(chunk, False)
        parser.Parse(b"", True)
    except expat.ExpatError:
        raise FileRefused("corrupt") from None
    if not reading.tables:
        raise FileRefused("not_a_workbook", kind="其他文件 something else")
    return [table.sheet(reading.is_1904) for table in reading.tables]


def _times(attributes: Attributes, name: str) -> int:
    text = attributes.get(f"{TABLE}{name}", "1")
    if not (text.isascii() and text.isdigit() and 0 < len(text) < 8):
        raise FileRefused("corrupt")
    return max(1, int(text))


@dataclass
class _Table:
    name: str
    is_hidden: bool
    rows: list[list[Cell]] = field(default_factory=list)
    hidden: list[range] = field(default_factory=list)
    noted: dict[tuple[int, int], str] = field(default_factory=dict)
    merged: list[Merged] = field(default_factory=list)
    columns: int = 0
    empty: int = 0
    """Rows without a value since the last one that has some."""
    characters: int = 0

    @property
    def row(self) -> int:
        """The index of the row that comes next."""
        return len(self.rows) + self.empty

    def add(self, cells: list[Cell], times: int, is_hidden: bool) -> None:
        """Take a row, which may stand for many."""
        if is_hidden:
            self.hidden.append(range(self.row + 1, min(self.row + times, MAX_ROWS) + 1))
        if not any(cell is not None for cell in cells):
            self.empty += times
            return
        while cells[-1] is None:
            cells.pop()
        self.columns = max(self.columns, len(cells))
        check_reach(self.row + times, self.columns)
        self.rows += [[] for _ in range(self.empty)] + [list(cells) for _ in range(times)]
        self.empty = 0
        self.characters += times * sum(len(cell) for cell in cells if isinstance(cell, str))
        check_sum(len(self.rows) * self.columns, self.characters)

    def sheet(self, is_1904: bool) -> Sheet:
        """Return what was read, all rows equally long."""
        for row in self.rows:
            row += [None] * (self.columns - len(row))
        merge(self.rows, ((top, left, bottom) for top, left, bottom in self.merged if left < self.columns))
        rows: list[Row] = [tuple(row) for row in self.rows]
        hidden = frozenset(number for numbers in self.hidden for number in numbers if number <= len(rows))
        return Sheet(self.name, self.is_hidden, rows, hidden, is_1904, self.noted)


class _Content:
    """Where the parser stands."""

    def __init__(self) -> None:
        self.tables: list[_Table] = []
        self.is_1904 = False
        self._elements = self._cells = self._noted = 0
        self._style = ""
        self._hidden_styles: set[str] = set()
        self._table: _Table | None = None
        self._row: list[Cell] = []
        self._row_attributes: Attributes = {}
        self._cell: Attributes | None = None
        self._said: list[str] = []
        self._paragraphs = self._aside = 0

    def start(self, tag: str, attributes: Attributes) -> None:
        self._elements += 1
        if self._elements > MAX_ELEMENTS:
            check_sum(self._elements, 0)
        if tag in LINKED:
            raise FileRefused("external_links")
        if self._cell is not None:
            self._start_inside(tag, attributes)
        elif tag in CELLS and self._table:
            self._cell, self._said, self._paragraphs = attributes, [], 0
        elif tag == f"{TABLE}table-row":
            self._row, self._row_attributes = [], attributes
        elif tag == f"{TABLE}table":
            style = attributes.get(f"{TABLE}style-name", "")
            self._table = _Table(attributes.get(f"{TABLE}name", ""), style in self._hidden_styles)
            self.tables.append(self._table)
            check_sheets(len(self.tables))
        elif tag == f"{STYLE}style":
            self._style = attributes.get(f"{STYLE}name", "")
        elif tag == f"{STYLE}table-properties" and attributes.get(f"{TABLE}display") == "false":
            self._hidden_styles.add(self._style)
        elif tag == f"{TABLE}null-date":
            self.is_1904 = attributes.get(f"{TABLE}date-value", "").startswith("1904")

    def _start_inside(self, tag: str, attributes: Attributes) -> None:
        if self._aside or tag == f"{OFFICE}annotation":
            self._aside += 1
        elif tag == f"{TEXT}p":
            self._said += ["\n"] if self._paragraphs else []
            self._paragraphs += 1
        elif tag == f"{TEXT}s":
            length = attributes.get(f"{TEXT}c", "1")
            self._said.append(" " * min(int(length) if length.isascii() and length.isdigit() else 1, 100))
        elif tag == f"{TEXT}line-break":
            self._said.append("\n")
        elif tag == f"{TEXT}tab":
            self._said.append("\t")

    def text(self, text: str) -> None:
        if self._cell is not None and self._paragraphs and not self._aside:
            self._said.append(text)

    def end(self, tag: str) -> None:
        if self._aside:
            self._aside -= 1
        elif tag in CELLS and self._cell is not None:
            self._end_cell(self._cell)
            self._cell = None
        elif tag == f"{TABLE}table-row" and self._table and self._cell is None:
            is_hidden = self._row_attributes.get(f"{TABLE}visibility") in ("collapse", "filter")
            self._table.add(self._row, _times(self._row_attributes, "number-rows-repeated"), is_hidden)
            self._row = []
        elif tag == f"{TABLE}table" and self._cell is None and self._table:
            self._cells += len(self._table.rows) * self._table.columns
            check_sum(self._cells, sum(table.characters for table in self.tables))
            self._table = None

    def _end_cell(self, attributes: Attributes) -> None:
        table, times = self._table, _times(attributes, "number-columns-repeated")
        if table is None:
            return
        said = "".join(self._said)
        check_length(len(said))
        value = plain_cell(_value(attributes, said))
        row, column = table.row, len(self._row)
        if value is not None:
            check_reach(row + 1, column + times)
        formula = f"{TABLE}formula" in attributes
        if formula or attributes.get(CALC_TYPE) == "error":
            if "'file:" in attributes.get(f"{TABLE}formula", ""):
                raise FileRefused("external_links")
            self._noted += 1
            if self._noted > MAX_NOTED:
                raise FileRefused("too_many_formulas", bound=MAX_NOTED)
            is_error = attributes.get(CALC_TYPE) == "error" or said.startswith(ERRORS)
            table.noted[row + 1, column] = ERROR if is_error else FORMULA
        if (down := _times(attributes, "number-rows-spanned")) > 1:
            table.merged.append((row, column, row + down - 1))
        self._row += [value] * min(times, 20_000)


def _value(attributes: Attributes, said: str) -> Cell:
    kind = attributes.get(f"{OFFICE}value-type", "string")
    reads = VALUES.get(kind)
    try:
        return reads(attributes) if reads else attributes.get(f"{OFFICE}string-value", said)
    except (KeyError, ValueError):
        return said


def _day(attributes: Attributes) -> dt.date:
    moment = dt.datetime.fromisoformat(attributes[f"{OFFICE}date-value"])
    return moment.date() if moment.time() == dt.time() else moment


def _number(attributes: Attributes) -> float:
    return float(attributes[f"{OFFICE}value"])


VALUES: dict[str, Callable[[Attributes], Cell]] = {
    "float": _number,
    "percentage": _number,
    "currency": _number,
    "date": _day,
    "boolean": lambda attributes: attributes[f"{OFFICE}boolean-value"] == "true",
}
"""How the value of each type is written; the text is what is shown."""
