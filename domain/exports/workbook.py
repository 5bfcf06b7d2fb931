"""An export as an .xlsx: rows go to disk as they come, and no text is ever a formula or a link."""

import datetime as dt
from collections.abc import Iterable, Sequence
from contextlib import ExitStack
from tempfile import TemporaryDirectory
from types import TracebackType
from typing import IO, Self

from xlsxwriter import Workbook
from xlsxwriter.worksheet import Worksheet

from domain.exports.layout import MEMBERS, TEAMS, Table
from domain.exports.lines import Line

FIRST_YEAR = 1901
"""Of days as spreadsheet programs count them: they disagree about 1900, and know none before."""

NOTES = "说明"

HEAD = {"bold": True, "font_color": "#FFFFFF", "bg_color": "#8A1F11", "border": 1, "valign": "vcenter"}


class WorkbookWriter:
    """Writes the tables and a sheet of notes to a file. Nothing of what is written stays on disk but the file."""

    def __init__(self, file: IO[bytes], notes: Sequence[str], tables: Sequence[Table] = (TEAMS, MEMBERS)) -> None:
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
        self._day = self._book.add_format({"num_format": "yyyy-mm-dd"})
        self._sheets = {table.name: self._sheet(table) for table in tables}
        self._tables = {table.name: table for table in tables}
        self._next = {table.name: 1 for table in tables}
        self._write_notes(notes)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            if kind is None:
                for name, table in self._tables.items():
                    self._sheets[name].autofilter(0, 0, max(1, self._next[name] - 1), len(table.columns) - 1)
                self._book.close()
            else:
                self._give_up()
        finally:
            self._held.close()

    def add(self, name: str, lines: Iterable[Line]) -> None:
        """Write lines below those of the same table."""
        sheet, columns, row = self._sheets[name], self._tables[name].columns, self._next[name]
        for line in lines:
            for index, column in enumerate(columns):
                value = line.get(column.name)
                if isinstance(value, dt.date) and value.year >= FIRST_YEAR:
                    sheet.write_datetime(row, index, dt.datetime.combine(value, dt.time()), self._day)
                elif value is not None:
                    sheet.write_string(row, index, str(value), self._text)
            row += 1
        self._next[name] = row

    def _give_up(self) -> None:
        """Let go of what the library holds for a book that is never closed."""
        self._book.fileclosed = True
        for sheet in self._book.worksheets():
            sheet.row_data_fh.close()

    def _sheet(self, table: Table) -> Worksheet:
        sheet = self._book.add_worksheet(table.title)
        sheet.freeze_panes(1, 0)
        for index, column in enumerate(table.columns):
            sheet.set_column(index, index, column.width, self._day if column.is_day else self._text)
            if column.choices:
                sheet.data_validation(
                    1,
                    index,
                    table.rows,
                    index,
                    {
                        "validate": "list",
                        "source": list(column.choices),
                        "error_title": column.head,
                        "error_message": f"请从列表中选择：{'、'.join(column.choices)}",
                    },
                )
        sheet.set_row(0, 22)
        for index, column in enumerate(table.columns):
            sheet.write_string(0, index, column.head, self._head)
        return sheet

    def _write_notes(self, notes: Sequence[str]) -> None:
        sheet = self._book.add_worksheet(NOTES)
        sheet.set_column(0, 0, 100, self._book.add_format({"text_wrap": True, "valign": "top"}))
        for row, note in enumerate(notes):
            sheet.write_string(row, 0, note)
