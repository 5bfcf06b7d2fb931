"""What every reader makes of a file: sheets of plain cells."""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from domain.imports.bounds import MAX_CELLS
from domain.imports.refusals import FileRefused

Cell = str | int | float | bool | dt.date | dt.time | dt.timedelta | None
"""Text has no blanks around it and is never empty; an empty cell is None; numbers are floats."""

Row = tuple[Cell, ...]

Merged = tuple[int, int, int]
"""A range's first row, its column, its last row: indexes from 0."""


@dataclass(frozen=True)
class Sheet:
    """Row `n` of the spreadsheet is `rows[n - 1]`; all rows are equally long."""

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


def plain_cell(value: Cell) -> Cell:
    """R3: blanks around a text, the wide one of Chinese too, are not part of it."""
    if isinstance(value, str):
        return value.strip() or None
    return float(value) if type(value) is int else value


def merge(rows: list[list[Cell]], ranges: Iterable[Merged]) -> None:
    """R4: the value of a merged range stands for all its rows. Raises FileRefused for ranges without end."""
    left = MAX_CELLS
    for top, column, bottom in ranges:
        merged = rows[top : bottom + 1]
        left -= len(merged)
        if left < 0:
            raise FileRefused("too_many_cells", bound=MAX_CELLS)
        for row in merged:
            row[column] = merged[0][column]
