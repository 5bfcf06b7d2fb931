"""The records of an .xls (BIFF 5 and 8): bounds, formulas, errors, merged ranges, hidden rows, the date system.

The reader's library gives values and names. It believes sizes that a file declares, so what it gets is a copy in which
only the records are left that it needs, each of which was looked at here.
"""

import struct
from collections import Counter
from collections.abc import Iterator

from domain.imports.bounds import check_length, check_reach, check_sheets, check_sum
from domain.imports.layout import ERROR, FORMULA, Layout
from domain.imports.refusals import FileRefused

HEAD = struct.Struct("<HH")
PLACE = struct.Struct("<HH")

BOF, EOF, CONTINUE = 0x0809, 0x000A, 0x003C
FILEPASS, DATE_SYSTEM, SHEET, STRINGS, BOOK_LINK = 0x002F, 0x0022, 0x0085, 0x00FC, 0x01AE
NUMBER, RK, MANY_RK, SHARED, LABEL, TRUTH, FORMULA_CELL, RESULT = (
    0x0203, 0x027E, 0x00BD, 0x00FD, 0x0204, 0x0205, 0x0006, 0x0207,
)  # fmt: skip
ROW, MERGED = 0x0208, 0x00E5
CELLS = {NUMBER, RK, MANY_RK, SHARED, LABEL, TRUTH, FORMULA_CELL}
KEPT = CELLS | {BOF, EOF, CONTINUE, DATE_SYSTEM, SHEET, STRINGS, RESULT, 0x0042, 0x041E, 0x00E0}
"""The last three: code page, number formats, and which cells have them."""

OWN_BOOK, ADD_IN = 0x0401, 0x3A01
WORKSHEET, CHART = 0, 2
HIDDEN = 0x20

Record = tuple[int, int, bytes]
"""Where it begins, its kind, and what it holds."""


def walk(stream: bytes) -> tuple[bytes, Layout]:
    """Return a copy for the reader, and the layout, whose sheets are called by their index. Raises FileRefused."""
    walked = _Walk(stream)
    try:
        walked.book()
    except (struct.error, IndexError):
        raise FileRefused("corrupt") from None
    return bytes(walked.copy), walked.layout


class _Walk:
    def __init__(self, stream: bytes) -> None:
        self.copy, self.layout = bytearray(stream), Layout()
        self._stream = stream
        self._lengths: list[int] = []
        self._uses: Counter[int] = Counter()
        self._cells = self._characters = 0

    def book(self) -> None:
        starts: list[int] = []
        strings: list[bytes] = []
        previous = 0
        for _, kind, data in self._records(0):
            if kind == FILEPASS:
                raise FileRefused("password")
            if kind == DATE_SYSTEM:
                self.layout.is_1904 = data[:2] == b"\1\0"
            elif kind == SHEET:
                if data[5] not in (WORKSHEET, CHART):
                    raise FileRefused("macros")
                starts.append(struct.unpack_from("<I", data)[0])
            elif kind == BOOK_LINK and len(data) > 3 and struct.unpack_from("<H", data, 2)[0] not in (OWN_BOOK, ADD_IN):
                raise FileRefused("external_links")
            elif kind == STRINGS or (kind == CONTINUE and previous == STRINGS):
                strings.append(data)
            previous = previous if kind == CONTINUE else kind
        check_sheets(len(starts))
        if not starts or len(set(starts)) < len(starts):
            raise FileRefused("corrupt")
        self._lengths = list(_lengths(strings)) if strings else []
        for index, start in enumerate(starts):
            self._sheet(str(index), start)
        used = sum(self._lengths[index] * uses for index, uses in self._uses.items())
        check_sum(self._cells, self._characters + used)

    def _records(self, at: int) -> Iterator[Record]:
        """Give the records from a beginning to its end; those inside, of a chart in a sheet, too."""
        depth = 0
        while at + HEAD.size <= len(self._stream):
            kind, size = HEAD.unpack_from(self._stream, at)
            data = self._stream[at + HEAD.size : at + HEAD.size + size]
            if len(data) < size or (depth == 0 and kind != BOF):
                break
            if kind not in KEPT:
                self.copy[at : at + 2] = b"\0\0"
            depth += (kind == BOF) - (kind == EOF)
            yield depth, kind, data
            if depth == 0:
                return
            at += HEAD.size + size
        raise FileRefused("corrupt")

    def _sheet(self, name: str, start: int) -> None:
        rows = columns = 0
        for depth, kind, data in self._records(start):
            if kind in CELLS:
                row, column = PLACE.unpack_from(data)
                last = struct.unpack_from("<H", data, len(data) - 2)[0] if kind == MANY_RK else column
                if row + 1 > rows or last + 1 > columns:
                    rows, columns = max(rows, row + 1), max(columns, last + 1)
                    check_reach(rows, columns)
                self._cell(name, kind, data, row + 1, column + 1)
            elif kind == RESULT:
                self._text(data, 0)
            elif kind == ROW and depth == 1 and data[12] & HIDDEN:
                self.layout.hide(name, PLACE.unpack_from(data)[0] + 1)
            elif kind == MERGED and depth == 1:
                for top, bottom, left, _ in struct.iter_unpack("<4H", data[2 : 2 + 8 * PLACE.unpack_from(data)[0]]):
                    self.layout.merge(name, top, left, bottom)
        self._cells += rows * columns
        check_sum(self._cells, self._characters)

    def _cell(self, name: str, kind: int, data: bytes, row: int, column: int) -> None:
        if kind == SHARED:
            self._uses[struct.unpack_from("<I", data, 6)[0]] += 1
        elif kind == LABEL:
            self._text(data, 6)
        elif kind == TRUTH and data[7]:
            self.layout.note(name, row, column, ERROR)
        elif kind == FORMULA_CELL:
            is_error = data[12:14] == b"\xff\xff" and data[6] == 2
            self.layout.note(name, row, column, ERROR if is_error else FORMULA)

    def _text(self, data: bytes, at: int) -> None:
        length = struct.unpack_from("<H", data, at)[0]
        check_length(length)
        self._characters += length


def _lengths(parts: list[bytes]) -> Iterator[int]:
    """Give the length of each shared text. Where a text goes on in the next record, that begins with its width."""
    count, part, at = struct.unpack_from("<I", parts[0], 4)[0], 0, 8

    def skip(size: int) -> bytes:
        nonlocal part, at
        taken = b""
        while len(taken) < size:
            if at == len(parts[part]):
                part, at = part + 1, 0
            piece = parts[part][at : at + size - len(taken)]
            taken, at = taken + piece, at + len(piece)
        return taken

    for _ in range(count):
        length, flags = struct.unpack("<HB", skip(3))
        check_length(length)
        runs = struct.unpack("<H", skip(2))[0] if flags & 8 else 0
        more = struct.unpack("<I", skip(4))[0] if flags & 4 else 0
        left, width = length, 1 + (flags & 1)
        while left:
            fitting = min(left, (len(parts[part]) - at) // width)
            left, at = left - fitting, at + fitting * width
            if left:
                part, at = part + 1, 1
                width = 1 + (parts[part][0] & 1)
        skip(4 * runs + more)
        yield length
