"""The kinds of files that an export can be, behind one way to write them."""

from collections.abc import Iterable
from contextlib import AbstractContextManager
from typing import IO, Literal, Protocol

from domain.exports.delimited import DelimitedWriter
from domain.exports.layout import TABLES
from domain.exports.lines import Line
from domain.exports.notes import notes

Format = Literal["xlsx", "csv"]


class Writer(Protocol):
    def add(self, name: str, lines: Iterable[Line]) -> None:
        """Write lines below those of the same table."""
        ...


def open_writer(file: IO[bytes], format: Format, table: str, where: str | None) -> AbstractContextManager[Writer]:
    """Return what writes the file: both tables as a workbook, or one of them as text. The file is whole when the
    context ends without an error."""
    if format == "csv":
        return DelimitedWriter(file, TABLES[table])
    from domain.exports.workbook import WorkbookWriter  # its library takes 15 MB, which few processes ever need

    return WorkbookWriter(file, notes(where))


def tables_in(format: Format, table: str) -> list[str]:
    """Return the tables that such a file holds."""
    return [table] if format == "csv" else [*TABLES]
