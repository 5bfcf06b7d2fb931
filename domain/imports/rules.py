"""The import rules that look at one cell: each a pure function that returns its value, or the fault it found.

Numbers and codes are those of shared/data/README.md. Where a place is looked up (R9) stands in `places.py`, what
depends on other rows (R12, R13) in `rows.py`. Repairs (R3, R8, R10, R11 `corrected`) come with the messy workbooks.
"""

import datetime as dt
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TypeVar

from domain.imports import words
from domain.imports.reading import Cell
from domain.texts import is_name
from models import DivisionLevel, TeamType

T = TypeVar("T")

LONGEST_QUOTE = 60
"""Characters of a faulty value that the report repeats."""

PHONE = re.compile(r"1[0-9]{10}")
BETWEEN = re.compile(r"[\s、,，;；/]+")


@dataclass(frozen=True)
class Fault:
    """What is wrong with a cell: the code of the rule and the value that the report repeats."""

    code: str
    value: str | None = None


def as_text(cell: Cell) -> str | None:
    """Return what a cell says; a whole number without the `.0` under which it is kept."""
    if cell is None or isinstance(cell, str):
        return cell
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell)


def fault(code: str, cell: Cell) -> Fault:
    text = as_text(cell)
    return Fault(code, text if text is None or len(text) <= LONGEST_QUOTE else f"{text[:LONGEST_QUOTE]}…")


def name(cell: Cell) -> str | Fault:
    """R7 `name_missing`, R16 `unsafe_text`: the name of a team, person or skill."""
    text = as_text(cell)
    if text is None:
        return Fault("name_missing")
    return text if is_name(text) else fault("unsafe_text", cell)


def optional_name(cell: Cell) -> str | Fault | None:
    """R16 `unsafe_text`, for what may be left empty: a code, a leader, an ethnicity."""
    return None if cell is None else name(cell)


def level(cell: Cell) -> DivisionLevel | Fault:
    """R7 and R8 `level_unknown`: missing or not one of the three."""
    found = words.LEVELS.get(as_text(cell) or "")
    return found or fault("level_unknown", cell)


def team_type(cell: Cell) -> TeamType | Fault:
    """R7 and R8 `type_missing`, `type_unknown`."""
    if cell is None:
        return Fault("type_missing")
    found = words.TYPES.get(as_text(cell) or "")
    return found or fault("type_unknown", cell)


def phone(cell: Cell) -> str | Fault:
    """R10 `phone_missing`, `phone_invalid`: 11 digits, the first is 1. Nothing is guessed."""
    if cell is None:
        return Fault("phone_missing")
    return cell if isinstance(cell, str) and PHONE.fullmatch(cell) else fault("phone_invalid", cell)


def day(cell: Cell) -> dt.date | Fault | None:
    """R11 `date_invalid`: a date cell, or nothing."""
    if isinstance(cell, dt.datetime):
        return cell.date()
    return cell if cell is None or isinstance(cell, dt.date) else fault("date_invalid", cell)


def word_in(known: Mapping[str, T]) -> Callable[[Cell], T | Fault | None]:
    """Return the rule `word_unknown` (ours) for a cell that holds nothing or one of the `known` words."""

    def rule(cell: Cell) -> T | Fault | None:
        return None if cell is None else known.get(as_text(cell) or "", fault("word_unknown", cell))

    return rule


def listed(cell: Cell, known: Mapping[str, T]) -> tuple[list[T], list[str]]:
    """R14: split at 、 , ， ; ； / and blanks; return what is known, each once, and the words that are not."""
    parts = [part for part in BETWEEN.split(as_text(cell) or "") if part]
    return _once(known[part] for part in parts if part in known), _once(part for part in parts if part not in known)


def _once(values: Iterable[T]) -> list[T]:
    return list(dict.fromkeys(values))
