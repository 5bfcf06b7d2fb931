"""Which row heads a sheet, what its columns hold, and so what kind of sheet it is (R1, R2, R6)."""

import unicodedata
from dataclasses import dataclass

from domain.imports.reading import Cell, Sheet
from domain.imports.words import HEADERS

LOOKED_AT = 10
NEEDED = 3

CATALOG = {"skill_code", "skill_name"}
"""A list of skills has two columns and no third word to be known by."""

ROLES = {
    "members": {"person_name"},
    "activities": {"activity_title"},
    "skills": {"skill_name"},
    "teams": {"team_name"},
}
"""The column that makes a sheet what it is. In this order: members and activities name teams too."""


def plain(text: str) -> str:
    """Return a word as it is compared: without any white space, full-width forms as plain ones."""
    return unicodedata.normalize("NFKC", "".join(text.split()))


COLUMNS = {plain(word): column for column, words in HEADERS.items() for word in words.split()}


@dataclass(frozen=True)
class Header:
    """What was found about a sheet. A sheet that is left out has the role `ignored` and a reason."""

    role: str
    row: int | None = None
    columns: dict[str, int] | None = None
    reason: str | None = None


def known_columns(cells: tuple[Cell, ...]) -> dict[str, int]:
    """Return where each known column stands; of two with the same meaning the first counts."""
    found: dict[str, int] = {}
    for index, cell in enumerate(cells):
        column = COLUMNS.get(plain(cell)) if isinstance(cell, str) else None
        if column:
            found.setdefault(column, index)
    return found


def find_header(sheet: Sheet) -> Header:
    """R1: the first of the first 10 rows with 3 known words; those above it are titles."""
    if sheet.is_hidden:
        return Header("ignored", reason="hidden_sheet")
    if all(cell is None for row in sheet.rows for cell in row):
        return Header("ignored", reason="empty_sheet")
    for number, cells in enumerate(sheet.rows[:LOOKED_AT], start=1):
        columns = known_columns(cells)
        if len(columns) < NEEDED and columns.keys() != CATALOG:
            continue
        for role, needed in ROLES.items():
            if needed <= columns.keys():
                return Header(role, number, columns)
    return Header("ignored", reason="no_header")
