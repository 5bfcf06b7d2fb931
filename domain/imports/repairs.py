"""Phones and dates as people and spreadsheet programs write them (R3, R10, R11): mended where nothing is guessed."""

import datetime as dt
import re
import unicodedata
from collections.abc import Callable

from domain.imports.reading import Cell
from domain.imports.rules import Fault, Repaired, fault

PHONE = re.compile(r"1[0-9]{10}")
MASKED = re.compile(r"1[0-9]{2}\*{4}[0-9]{4}")
MASKED_NAME = re.compile(r".\*\*")
EXCEL_TEXT = re.compile(r"'(.*)|=\"(.*)\"")
"""Two tricks that keep a spreadsheet program from taking digits for a number."""
COUNTRY = re.compile(r"(?:\+|00)86")
SEPARATORS = re.compile(r"[\s\-\u2010-\u2015_.()/·]")

DATE = re.compile(r"([0-9]{4})\s*[-/.年]\s*([0-9]{1,2})\s*[-/.月]\s*([0-9]{1,2})\s*日?")
FIRST_DAYS = {False: dt.date(1899, 12, 30), True: dt.date(1904, 1, 1)}
"""What serial 0 stands for; the older system counts a 29 February 1900 that never was, long before our dates."""
SERIALS = range(10_000, 80_000)
"""From 1927 to 2119: other numbers in a column of dates are no dates."""


def masked_phone(cell: Cell) -> str | None:
    """Return a phone as the registry shows it to those who may not see it, 138****1234; None for anything else."""
    return cell if isinstance(cell, str) and MASKED.fullmatch(cell) else None


def is_masked_name(cell: Cell) -> bool:
    """Whether a name stands there as the registry shows it to the public: 张**."""
    return isinstance(cell, str) and MASKED_NAME.fullmatch(cell) is not None


def phone(cell: Cell) -> str | Repaired[str] | Fault:
    """R10: 11 digits, the first is 1. `phone_missing`, `phone_invalid`; mended as `phone_float`, `phone_excel_text`,
    `fullwidth_digits` (R3), `phone_separators`. Digits that are lost are never guessed."""
    if cell is None:
        return Fault("phone_missing")
    if isinstance(cell, str) and PHONE.fullmatch(cell):
        return cell
    for code, step in STEPS.items():
        digits = step(cell)
        if digits is not None and PHONE.fullmatch(digits):
            return Repaired(digits, digits, code)
    return fault("phone_invalid", cell)


def _from_number(cell: Cell) -> str | None:
    if isinstance(cell, str):
        return cell.removesuffix(".0")
    return str(int(cell)) if isinstance(cell, int | float) and float(cell).is_integer() else None


def _from_trick(cell: Cell) -> str | None:
    found = EXCEL_TEXT.fullmatch(cell) if isinstance(cell, str) else None
    return _from_parts(found[1] or found[2] or "") if found else None


def _from_wide(cell: Cell) -> str | None:
    text = unicodedata.normalize("NFKC", cell) if isinstance(cell, str) else None
    return None if text is None or text == cell else _from_parts(text)


def _from_parts(cell: Cell) -> str | None:
    return COUNTRY.sub("", SEPARATORS.sub("", cell), 1) if isinstance(cell, str) else None


STEPS: dict[str, Callable[[Cell], str | None]] = {
    "phone_float": _from_number,
    "phone_excel_text": _from_trick,
    "fullwidth_digits": _from_wide,
    "phone_separators": _from_parts,
}
"""What may have happened to a phone, the simplest first."""


def day_in(is_1904: bool) -> Callable[[Cell], dt.date | Repaired[dt.date] | Fault | None]:
    """Return the rule R11 for a workbook of one of the two date systems: `date_text`, `date_serial`, `date_invalid`."""

    def day(cell: Cell) -> dt.date | Repaired[dt.date] | Fault | None:
        if cell is None or isinstance(cell, dt.date):
            return cell.date() if isinstance(cell, dt.datetime) else cell
        if isinstance(cell, str):
            found = _written(unicodedata.normalize("NFKC", cell))
            return Repaired(found, found.isoformat(), "date_text") if found else fault("date_invalid", cell)
        if isinstance(cell, int | float) and int(cell) in SERIALS:
            found = FIRST_DAYS[is_1904] + dt.timedelta(days=int(cell))
            return Repaired(found, found.isoformat(), "date_serial")
        return fault("date_invalid", cell)

    return day


def _written(text: str) -> dt.date | None:
    found = DATE.fullmatch(text)
    try:
        return dt.date(*map(int, found.groups())) if found else None
    except ValueError:
        return None
