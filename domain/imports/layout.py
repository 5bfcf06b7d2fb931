"""What of a workbook matters and the reader's library does not tell: hidden rows, formulas, errors, the date system."""

from collections import defaultdict
from collections.abc import Mapping

from domain.imports.refusals import FileRefused
from domain.imports.sheets import Merged

MAX_NOTED = 200_000
"""Cells with a formula or an error, in the whole workbook; more is no list that people keep."""

FORMULA, ERROR = "formula", "error"

MAIN, LINKS = "xl/workbook.xml", "xl/_rels/workbook.xml.rels"


class Layout:
    """Hears of everything in the parts of a workbook, and answers when all was heard. In an .xlsx a sheet is found by
    its name, through the links to its part; elsewhere the part is called as the sheet is asked for."""

    def __init__(self) -> None:
        self.is_1904 = False
        self._links: dict[str, str] = {}
        self._parts: dict[str, str] = {}
        self._hidden: dict[str, set[int]] = defaultdict(set)
        self._noted: dict[str, dict[tuple[int, int], str]] = defaultdict(dict)
        self._merged: dict[str, list[Merged]] = defaultdict(list)
        self._left = MAX_NOTED

    def hear(self, part: str, tag: str, attributes: dict[str, str], row: int) -> None:
        """Take an element, without the prefix of its tag; `row` is where the part stands."""
        if tag == "row":
            if attributes.get("hidden") in ("1", "true"):
                self.hide(part, row)
        elif part == MAIN and tag == "workbookPr":
            self.is_1904 = attributes.get("date1904") in ("1", "true")
        elif part == MAIN and tag == "sheet":
            link = next((value for name, value in attributes.items() if name.rpartition(":")[2] == "id"), "")
            self._links[attributes.get("name", "")] = link
        elif part == LINKS and tag == "Relationship":
            target = attributes.get("Target", "")
            self._parts[attributes.get("Id", "")] = target.removeprefix("/") if target[:1] == "/" else f"xl/{target}"

    def hide(self, part: str, row: int) -> None:
        """Take the number of a hidden row."""
        self._hidden[part].add(row)

    def merge(self, part: str, top: int, column: int, bottom: int) -> None:
        """Take a merged range: indexes of its first row, its first column and its last row."""
        self._merged[part].append((top, column, bottom))

    def note(self, part: str, row: int, column: int, kind: str) -> None:
        """Take a cell that holds a formula, or an error instead of a value. Raises FileRefused for too many."""
        self._left -= 1
        if self._left < 0:
            raise FileRefused("too_many_formulas", bound=MAX_NOTED)
        self._noted[part].setdefault((row, column - 1), kind)

    def hidden_rows(self, sheet: str) -> frozenset[int]:
        """Return the numbers of a sheet's hidden rows."""
        return frozenset(self._hidden.get(self._part(sheet), ()))

    def noted(self, sheet: str) -> Mapping[tuple[int, int], str]:
        """Return a sheet's cells with formulas and errors, by row number and index of the column."""
        return self._noted.get(self._part(sheet), {})

    def merged(self, sheet: str) -> list[Merged]:
        """Return a sheet's merged ranges; those of an .xlsx are told by the reader's library."""
        return self._merged.get(self._part(sheet), [])

    def _part(self, sheet: str) -> str:
        return self._parts.get(self._links[sheet], "") if sheet in self._links else sheet
