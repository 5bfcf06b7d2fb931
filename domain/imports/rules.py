"""The import rules that look at one cell: each a pure function that returns its value, or the fault it found.

Numbers and codes are those of shared/data/README.md. Where a place is looked up (R9) stands in `places.py`, what
depends on other rows (R12, R13) in `judging.py`, phones and dates (R10, R11) in `repairs.py`.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

from domain.imports import words
from domain.imports.reading import Cell
from domain.texts import is_name
from models import DivisionLevel, PoliticalStatus, TeamType

T = TypeVar("T")

LONGEST_QUOTE = 60
"""Characters of a faulty value that the report repeats."""

CHINESE = re.compile(r"[\u3400-\u9fff·]+")
BETWEEN = re.compile(r"[\s、,，;；/]+")


@dataclass(frozen=True)
class Fault:
    """What is wrong with a cell: the code of the rule and the value that the report repeats."""

    code: str
    value: str | None = None


@dataclass(frozen=True)
class Repaired(Generic[T]):
    """A value that was mended: how the report writes it now, and the code of the rule."""

    value: T
    to: str
    code: str


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


def name(cell: Cell) -> str | Repaired[str] | Fault:
    """R7 `name_missing`, R16 `unsafe_text`, R3 `inner_space`: the name of a team, person or skill."""
    text = as_text(cell)
    if text is None:
        return Fault("name_missing")
    if not is_name(text):
        return fault("unsafe_text", cell)
    joined = "".join(text.split())
    return Repaired(joined, joined, "inner_space") if joined != text and CHINESE.fullmatch(joined) else text


def optional_name(cell: Cell) -> str | Repaired[str] | Fault | None:
    """R16 `unsafe_text`, for what may be left empty: a code, a leader, an ethnicity."""
    return None if cell is None else name(cell)


def level(cell: Cell) -> DivisionLevel | Repaired[DivisionLevel] | Fault:
    """R7 and R8 `level_unknown`, `level_synonym`: missing or not one of the three."""
    found = _meant(cell, words.LEVELS, words.LEVEL_SYNONYMS, "level_synonym")
    return found or fault("level_unknown", cell)


def team_type(cell: Cell) -> TeamType | Repaired[TeamType] | Fault:
    """R7 and R8 `type_missing`, `type_unknown`, `type_synonym`."""
    if cell is None:
        return Fault("type_missing")
    return _meant(cell, words.TYPES, words.TYPE_SYNONYMS, "type_synonym") or fault("type_unknown", cell)


def political_status(cell: Cell) -> PoliticalStatus | Repaired[PoliticalStatus] | Fault | None:
    """R8 `status_synonym`; `word_unknown` is ours."""
    if cell is None:
        return None
    found = _meant(cell, words.POLITICAL_STATUSES, words.STATUS_SYNONYMS, "status_synonym")
    return found or fault("word_unknown", cell)


def ethnicity(cell: Cell) -> str | Repaired[str] | Fault | None:
    """R8 `ethnicity_synonym`: any name, since counties differ in whom they have."""
    full = words.ETHNICITY_SYNONYMS.get(as_text(cell) or "")
    return Repaired(full, full, "ethnicity_synonym") if full else optional_name(cell)


def _meant(cell: Cell, known: Mapping[str, T], synonyms: Mapping[str, str], code: str) -> T | Repaired[T] | None:
    text = as_text(cell) or ""
    word = synonyms.get(text)
    return Repaired(known[word], word, code) if word else known.get(text)


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
