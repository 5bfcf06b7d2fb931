"""One table of an export as a .csv, in the encoding that spreadsheet programs expect: UTF-8 with its mark."""

import csv
import datetime as dt
import io
from collections.abc import Iterable
from types import TracebackType
from typing import IO, Self

from domain.exports.layout import Table
from domain.exports.lines import Line
from domain.texts import guarded


class DelimitedWriter:
    """Writes one table to a file, which stays open. Text that a spreadsheet program could run has an apostrophe
    before it, which the import takes away again."""

    def __init__(self, file: IO[bytes], table: Table) -> None:
        self._table = table
        self._text = io.TextIOWrapper(file, "utf-8-sig", newline="", write_through=False)
        self._rows = csv.writer(self._text)
        self._rows.writerow([column.head for column in table.columns])

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._text.flush()
        self._text.detach()

    def add(self, name: str, lines: Iterable[Line]) -> None:
        """Write lines below the others; those of another table are left out."""
        if name == self._table.name:
            self._rows.writerows([_cell(line.get(column.name)) for column in self._table.columns] for line in lines)


def _cell(value: str | dt.date | None) -> str:
    return "" if value is None else guarded(value) if isinstance(value, str) else value.isoformat()
