"""An export as an .xlsx: rows go to disk as they come, and no text is ever a formula or a link."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from contextlib import ExitStack
from tempfile import TemporaryDirectory
from types import TracebackType
from typing import IO, Any, Self

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from domain.exports.layout import MEMBERS, TEAMS, Column, Table
from domain.exports.lines import Line

FIRST_YEAR = 1901
"""Of days as spreadsheet programs count them: they disagree about 1900, and know none before."""

NOTES = "说明"

A4 = 9
"""As spreadsheet programs number sizes of paper."""

EXAMPLE_BELOW = "下一行是示例，不会导入；请从表头下面填起 | the next row is an example and is not imported"

DAY = {"num_format": "yyyy-mm-dd", "align": "center"}
EXAMPLE = {"italic": True, "font_color": "#7F7F7F"}
HEAD = {"bold": True, "font_color": "#FFFFFF", "bg_color": "#1A6346", "border": 1, "valign": "vcenter"}


class WorkbookWriter:
    """Writes the tables and a sheet of notes to a file. Nothing of what is written stays on disk but the file."""

    def __init__(
        self,
        file: IO[bytes],
        notes: Sequence[str],
        tables: Sequence[Table] = (TEAMS, MEMBERS),
        examples: Mapping[str, Line] | None = None,
    ) -> None:
        """`examples` stand above the heads of the tables, where the import sees titles."""
        self._held = ExitStack()
        folder = self._held.enter_context(TemporaryDirectory(prefix="horqin-export-"))
        self._book = Workbook(
            file,
            {
                "constant_memory": True,
                "tmpdir": folder,
                "strings_to_formulas": False,
                "strings_to_urls": False,
                "strings_to_numbers": False,
            },
        )
        self._head = self._book.add_format(HEAD)
        self._text = self._book.add_format({"num_format": "@"})
        self._day = self._book.add_format(DAY)
        self._example = self._book.add_format(EXAMPLE)
        self._above = 2 if examples else 0
        self._tables = {table.name: table for table in tables}
        self._sheets = {table.name: self._sheet(table, (examples or {}).get(table.name)) for table in tables}
        self._next = {table.name: self._above + 1 for table in tables}
        self._write_notes(notes)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            if kind is None:
                for name, table in self._tables.items():
                    last = max(self._above + 1, self._next[name] - 1)
                    self._sheets[name].autofilter(self._above, 0, last, len(table.columns) - 1)
                self._book.close()
            else:
                self._give_up()
        finally:
            self._held.close()

    def add(self, name: str, lines: Iterable[Line]) -> None:
        """Write lines below those of the same table."""
        row = self._next[name]
        for line in lines:
            self._write(self._sheets[name], self._tables[name], row, line, self._text, self._day)
            row += 1
        self._next[name] = row

    def _write(self, sheet: Worksheet, table: Table, row: int, line: Line, text: Format, day: Format) -> None:
        for index, column in enumerate(table.columns):
            value = line.get(column.name)
            if isinstance(value, dt.date) and value.year >= FIRST_YEAR:
                sheet.write_datetime(row, index, dt.datetime.combine(value, dt.time()), day)
            elif value is not None:
                sheet.write_string(row, index, str(value), text)

    def _give_up(self) -> None:
        """Let go of what the library holds for a book that is never closed."""
        self._book.fileclosed = True
        for sheet in self._book.worksheets():
            sheet.row_data_fh.close()

    def _sheet(self, table: Table, example: Line | None) -> Worksheet:
        sheet, head = self._book.add_worksheet(table.title), self._above
        sheet.freeze_panes(head + 1, 0)
        sheet.set_landscape()
        sheet.set_paper(A4)
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(head)
        for index, column in enumerate(table.columns):
            sheet.set_column(index, index, column.width, self._day if column.is_day else self._text)
            if column.choices:
                sheet.data_validation(head + 1, index, table.rows, index, _choosing(column))
        if example:
            sheet.write_string(0, 0, EXAMPLE_BELOW, self._example)
            self._write(sheet, table, 1, example, self._example, self._book.add_format(EXAMPLE | DAY))
        sheet.set_row(head, 22)
        for index, column in enumerate(table.columns):
            sheet.write_string(head, index, column.head, self._head)
        return sheet

    def _write_notes(self, notes: Sequence[str]) -> None:
        sheet, wrapped = self._book.add_worksheet(NOTES), self._book.add_format({"text_wrap": True, "valign": "top"})
        sheet.set_landscape()
        sheet.set_paper(A4)
        sheet.set_column(0, 0, 110)
        for row, note in enumerate(notes):
            sheet.write_string(row, 0, note, wrapped)


def _choosing(column: Column) -> dict[str, Any]:
    return {
        "validate": "list",
        "source": list(column.choices),
        "error_title": column.head,
        "error_message": f"请从列表中选择：{'、'.join(column.choices)}",
    }
