"""The one sheet of a .csv: in any of the encodings and with any of the delimiters that spreadsheet programs write."""

import csv
import datetime as dt
import io
import re
from collections import Counter
from itertools import islice

from domain.imports.bounds import check_length, check_reach, check_sum
from domain.imports.refusals import FileRefused
from domain.imports.sheets import Cell, Row, Sheet, plain_cell
from domain.texts import unguarded

BOMS = {b"\xef\xbb\xbf": "utf-8-sig", b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}
DELIMITERS = ",;\t|"
LOOKED_AT = 20
"""Records from which the delimiter is told."""

SAYS_DELIMITER = re.compile(r"sep=([,;\t|])\r?\n", re.IGNORECASE)
"""A first line for spreadsheet programs alone."""

DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
STRANGE = re.compile(r"[\x00-\x08\x0e-\x1f\x7f]")


def decoded(content: bytes) -> str | None:
    """Return what a file says; None if it is no text."""
    marked = next((encoding for mark, encoding in BOMS.items() if content.startswith(mark)), None)
    for encoding in [marked] if marked else ["utf-8", "gb18030"]:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if not STRANGE.search(text):
            return text
    return None


def read_delimited(text: str, name: str) -> list[Sheet]:
    """Return the sheet, called `name`; row `n` is record `n`. Raises FileRefused."""
    said = SAYS_DELIMITER.match(text)
    delimiter = said[1] if said else _delimiter(text)
    records: list[list[Cell]] = []
    columns = characters = 0
    try:
        for record in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True):
            cells = [_cell(value) for value in record]
            while cells and cells[-1] is None:
                cells.pop()
            columns = max(columns, len(cells))
            check_reach(len(records) + 1, columns)
            characters += sum(map(len, record))
            records.append(cells)
    except csv.Error as error:
        if "field limit" in str(error):
            check_length(csv.field_size_limit())
        raise FileRefused("unclosed_quote") from None
    check_sum(len(records) * columns, characters)
    if said:
        records[0] = []
    rows: list[Row] = [tuple(cells) + (None,) * (columns - len(cells)) for cells in records]
    return [Sheet(name, False, rows)]


def _delimiter(text: str) -> str:
    """Return the delimiter that cuts most records into most, equally many cells."""
    found = {delimiter: _cut(text, delimiter) for delimiter in DELIMITERS}
    return max(DELIMITERS, key=lambda delimiter: found[delimiter])


def _cut(text: str, delimiter: str) -> int:
    try:
        records = islice(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter), LOOKED_AT)
        widths = Counter(len(record) for record in records if len(record) > 1)
    except csv.Error:
        return 0
    return max((width * times for width, times in widths.items()), default=0)


def _cell(text: str) -> Cell:
    """R11: a date as ISO writes it is a date; everything else is text. R16: the apostrophe before what could run as a
    formula, as exports write it, is no part of it."""
    check_length(len(text))
    cell = plain_cell(unguarded(text.strip()))
    if isinstance(cell, str) and DAY.fullmatch(cell):
        try:
            return dt.date.fromisoformat(cell)
        except ValueError:
            return cell
    return cell
