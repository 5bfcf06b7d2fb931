"""The workbook that was sent, given back with what the import said: a column 检查结果 and colored cells, to mend and
send again. The import passes over that column, and another copy of a copy uses it anew."""

import re
import warnings
from collections import defaultdict
from collections.abc import Iterable, Mapping
from copy import copy
from pathlib import Path
from typing import IO, Any
from zipfile import BadZipFile

from openpyxl import Workbook, load_workbook
from openpyxl.cell import Cell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.utils.datetime import CALENDAR_MAC_1904
from openpyxl.utils.exceptions import InvalidFileException
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from domain.imports.headers import known_columns
from domain.imports.reading import Book, read_book
from domain.imports.remarks import Kind, Remark, column_of, lines, remarks
from domain.imports.report import Report
from domain.imports.rules import as_text
from domain.imports.words import HEADERS

RESULT = HEADERS["result"]
SUMMARY = "检查说明"
WIDTH, LINE = 80, 15
"""Of the column, in characters, and the height of a line, in points."""

FILLS = {
    Kind.REFUSED: PatternFill("solid", "FFC7CE"),
    Kind.MENDED: PatternFill("solid", "FFEB9C"),
    Kind.NOTICED: PatternFill("solid", "BDD7EE"),
    Kind.SKIPPED: PatternFill("solid", "D9D9D9"),
}
COLORS = {f"00{fill.fgColor.rgb[-6:]}" for fill in FILLS.values()}
NO_FILL = PatternFill()

STRANGE = (
    InvalidFileException,
    BadZipFile,
    ValueError,
    KeyError,
    TypeError,
    IndexError,
    AttributeError,
    OSError,
)
"""What the library raises for files of other kinds, or such as only the import's reader takes; their copy is made from
the cells alone."""

NOT_IN_TITLES = re.compile(r"[\\/*?:\[\]]")

LEGEND = {
    Kind.REFUSED: "红色：拒收的行和出错的单元格，请改正 | red: refused, please mend",
    Kind.MENDED: "黄色：已自动修正，可以不改 | yellow: mended by the import",
    Kind.NOTICED: "蓝色：已导入，请留意 | blue: taken, please look at it",
    Kind.SKIPPED: "灰色：不是数据的行 | gray: rows that are no entries",
}


def annotate(path: Path, report: Report, out: IO[bytes]) -> None:
    """Write the copy of the workbook at `path`, which was imported or tried, as its report says."""
    book, sheets = _copied(path)
    said = remarks(report)
    for entry in report.sheets:
        if entry["role"] != "ignored" and entry["name"] in sheets:
            found = {row: told for (sheet, row), told in said.items() if sheet == entry["name"]}
            _Annotated(sheets[entry["name"]], entry["role"], entry["header_row"]).write(found)
    _summarize(book, report)
    book.save(out)


def _copied(path: Path) -> tuple[Workbook, Mapping[str, Worksheet]]:
    """Return the workbook and its sheets by name."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of parts that are not kept
        try:
            book = load_workbook(path, keep_links=False)
            _keep_results(book, path)
        except STRANGE:
            return _rebuilt(read_book(path))
    return book, {sheet.title: sheet for sheet in book.worksheets}


def _cells(sheet: Worksheet) -> Iterable[Cell]:
    """Return the cells that are there: asking for a range would make all that are not."""
    return list(sheet._cells.values())


def _keep_results(book: Workbook, path: Path) -> None:
    """Put the stored results of formulas in their place, as the import took them: saving would lose them. A formula
    without one stays."""
    formulas = [(sheet, cell) for sheet in book.worksheets for cell in _cells(sheet) if cell.data_type == "f"]
    if formulas:
        stored = load_workbook(path, data_only=True, keep_links=False)
        for sheet, cell in formulas:
            result = stored[sheet.title][cell.coordinate].value
            if result is not None:
                _put(cell, result)


def _rebuilt(found: Book) -> tuple[Workbook, Mapping[str, Worksheet]]:
    book, sheets = Workbook(), dict[str, Worksheet]()
    book.remove(book.active)
    for read in found.sheets:
        if read.is_1904:
            book.epoch = CALENDAR_MAC_1904
        sheet = sheets[read.name] = book.create_sheet(NOT_IN_TITLES.sub("_", read.name)[:31])
        for number, cells in enumerate(read.rows, start=1):
            for index, value in enumerate(cells, start=1):
                if value is not None:
                    _put(sheet.cell(number, index), value)
        for number in read.hidden_rows:
            sheet.row_dimensions[number].hidden = True
        if read.is_hidden:
            sheet.sheet_state = "hidden"
    return book, sheets


def _put(cell: Cell, value: Any) -> None:
    cell.value = ILLEGAL_CHARACTERS_RE.sub("", value) if isinstance(value, str) else value
    if isinstance(value, str):
        cell.data_type = "s"  # also what begins with =


class _Annotated:
    """One sheet with its column of results: the one that a copy has already, or a new one behind all others."""

    def __init__(self, sheet: Worksheet, role: str, head: int) -> None:
        self._sheet, self._role, self._head = sheet, role, head
        self._rows: dict[int, list[Cell]] = defaultdict(list)
        for cell in _cells(sheet):
            if cell.row >= head and cell.value is not None:
                self._rows[cell.row].append(cell)
        last = max(cell.column for cells in self._rows.values() for cell in cells)
        heads = {cell.column: cell.value for cell in self._rows[head]}
        self._columns = known_columns(tuple(heads.get(index) for index in range(1, last + 1)))
        ranges = [found.max_col for found in sheet.merged_cells.ranges if found.max_row >= head]
        self._column = self._columns.get("result", max([last, *ranges])) + 1

    def write(self, told: Mapping[int, list[Remark]]) -> None:
        self._clear()
        self._sheet.freeze_panes = self._sheet.freeze_panes or f"A{self._head + 1}"
        self._sheet.page_setup.orientation, self._sheet.page_setup.fitToHeight = "landscape", 0
        self._sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
        head = self._sheet.cell(self._head, self._column, RESULT)
        head.font, head.alignment = Font(bold=True), Alignment(vertical="center")
        self._sheet.column_dimensions[get_column_letter(self._column)].width = WIDTH
        for number, found in told.items():
            for remark in reversed(found):  # the gravest color stays
                cell = self._cell(number, remark)
                if cell is not None:
                    cell.fill = FILLS[remark.kind]
            result = self._sheet.cell(number, self._column)
            said = lines(found)
            _put(result, "\n".join(said))
            result.fill = FILLS[min(remark.kind for remark in found)]
            result.alignment = Alignment(wrap_text=True, vertical="top")
            self._sheet.row_dimensions[number].height = LINE * sum(map(_height, said))

    def _clear(self) -> None:
        """Take away what an earlier copy said."""
        for cell in _cells(self._sheet):
            if cell.row > self._head and cell.fill.fgColor.rgb in COLORS:
                cell.fill = copy(NO_FILL)
            if cell.row > self._head and cell.column == self._column:
                cell.value = None

    def _cell(self, number: int, remark: Remark) -> Cell | None:
        """Return what a remark is about: the cell of its field, or the one that it quotes."""
        if remark.field is not None:
            index = column_of(remark.field, self._role, self._columns)
            return None if index is None else self._sheet.cell(number, index + 1)
        if remark.quote is None:
            return None
        texts = [(cell, as_text(cell.value) or "") for cell in self._rows[number] if cell.column != self._column]
        same = [cell for cell, text in texts if text == remark.quote]
        return next(iter([*same, *(cell for cell, text in texts if remark.quote in text)]), None)


def _height(line: str) -> int:
    """Return over how many lines of the column a text goes: a Chinese character takes two of Latin script."""
    return -(-sum(2 if character > "\u2e80" else 1 for character in line) // WIDTH)


def _summarize(book: Workbook, report: Report) -> None:
    if SUMMARY in book.sheetnames:
        book.remove(book[SUMMARY])
    sheet = book.create_sheet(SUMMARY)
    sheet.column_dimensions["A"].width = 100
    sheet.append([f"{report.file}：每一行的结果写在“{RESULT}”一列 | what became of each row stands in its last column"])
    sheet.append(
        ["改正红色的行，保存后再导入：没有改的行不会重复，这一列不会导入 | mend the red rows and import it again"]
    )
    for kind, words in LEGEND.items():
        sheet.append([words])
        sheet.cell(sheet.max_row, 1).fill = FILLS[kind]
    sheet.page_setup.orientation = "landscape"
    for role, count in report.counts.items():
        sheet.append([f"{ROLES_ZH[role]}：接受 {count['accepted']} 行，拒收 {count['rejected']} 行"])


ROLES_ZH = {"teams": "队伍", "members": "队员", "skills": "技能", "activities": "活动"}
