"""How far the cells of a workbook really reach, and how much text they hold, found without laying them out.

A reader makes a full rectangle around all cells and a copy of a shared text for each cell that uses it. So two cells
in opposite corners, or one long text used everywhere, would take all memory from a file of some kilobytes.
"""

import re
from collections import Counter
from xml.parsers import expat

from domain.imports.bounds import MAX_CELLS, MAX_TEXT_CHARACTERS, check_length, check_reach
from domain.imports.layout import ERROR, FORMULA, Layout
from domain.imports.markup import parser_for
from domain.imports.refusals import FileRefused

MAX_ELEMENTS = 3 * MAX_CELLS
"""Of XML, in the whole workbook. A cell takes three; also empty ones take time."""

NUMBER = re.compile(r"[0-9]{1,7}")
PLACE = re.compile(r"([A-Za-z]{1,3})([0-9]{1,7})")


class Extent:
    """Takes the parts of a workbook one after the other, in any order."""

    def __init__(self) -> None:
        self.layout = Layout()
        self._strings: list[int] = []
        self._uses: Counter[str] = Counter()
        self._elements = 0

    def measure(self, part: bytes, name: str = "") -> None:
        """Look at one XML part. Raises FileRefused for what is not well-formed or reaches too far."""
        before, reading = len(self._strings), _Part(name, self.layout, self._strings, self._uses, self._elements)
        parser = parser_for(reading)
        try:
            parser.Parse(part, True)
        except expat.ExpatError:
            raise FileRefused("corrupt") from None
        self._elements = reading.elements
        if 0 < before < len(self._strings):
            raise FileRefused("corrupt")  # two lists of texts: which one a cell means would be a guess

    def check_text(self) -> None:
        """Add up the shared texts as often as cells use them. Raises FileRefused."""
        longest = max(self._strings, default=0)
        lengths = {str(index): length for index, length in enumerate(self._strings)}
        if sum(lengths.get(index, longest) * uses for index, uses in self._uses.items()) > MAX_TEXT_CHARACTERS:
            raise FileRefused("too_much_text", bound=MAX_TEXT_CHARACTERS)


def _number(text: str) -> int:
    if not NUMBER.fullmatch(text):
        raise FileRefused("corrupt")
    return int(text)


def _place(text: str) -> tuple[int, int]:
    """Return row and column of `AB12`: 12, 28."""
    if not (match := PLACE.fullmatch(text)):
        raise FileRefused("corrupt")
    column = 0
    for letter in match[1].upper():
        column = column * 26 + ord(letter) - ord("A") + 1
    return int(match[2]), column


class _Part:
    """Where a parser stands in one part. Only cells with a value count: the reader leaves the others out."""

    def __init__(self, name: str, layout: Layout, strings: list[int], uses: Counter[str], elements: int) -> None:
        self._name, self._layout = name, layout
        self._strings, self._uses, self.elements = strings, uses, elements
        self._row = self._column = 0
        self._last_row = self._last_column = 0
        self._is_shared = self._is_in_string = False
        self._value: list[str] | None = None
        self._inline = -1
        """Characters of the text that is written into a cell, where the parser stands in one."""

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        self.elements += 1
        if self.elements > MAX_ELEMENTS:
            raise FileRefused("too_many_cells", bound=MAX_CELLS)
        tag = tag.rpartition(":")[2]
        if tag == "c":
            self._start_cell(attributes)
        elif tag == "f":
            self._layout.note(self._name, self._row, self._column, FORMULA)
        elif tag in ("v", "is"):
            self._count_cell()
            self._value = [] if self._is_shared else None
            self._inline = -1 if self._is_shared else 0
        elif tag == "row":
            self._row, self._column = _number(attributes.get("r", str(self._row + 1))), 0
        elif tag == "si":
            self._is_in_string = True
            self._strings.append(0)
        if tag != "c":
            self._layout.hear(self._name, tag, attributes, self._row)

    def end(self, tag: str) -> None:
        tag = tag.rpartition(":")[2]
        if tag == "v" and self._value is not None:
            self._uses["".join(self._value).strip()] += 1
            self._value = None
        elif tag == "si":
            self._is_in_string = False
        if tag in ("v", "is"):
            self._inline = -1

    def text(self, text: str) -> None:
        if self._value is not None:
            self._value.append(text)
        elif self._is_in_string:
            self._strings[-1] += len(text)
            check_length(self._strings[-1])
        elif self._inline >= 0:
            self._inline += len(text)
            check_length(self._inline)

    def _start_cell(self, attributes: dict[str, str]) -> None:
        self._is_shared = attributes.get("t") == "s"
        self._column += 1
        if "r" in attributes:
            self._row, self._column = _place(attributes["r"])
        if attributes.get("t") == "e":
            self._layout.note(self._name, self._row, self._column, ERROR)

    def _count_cell(self) -> None:
        self._last_row = max(self._last_row, self._row)
        self._last_column = max(self._last_column, self._column)
        check_reach(self._last_row, self._last_column)
