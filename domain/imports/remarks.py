"""What a report says about each row, in words for the clerk who sent the workbook, and which cell that is about."""

import enum
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from domain.imports.headers import ROLES
from domain.imports.report import Entry, Report
from domain.imports.rules import as_text
from domain.imports.telling import CODES
from domain.imports.words import HEADERS


class Kind(enum.IntEnum):
    """The gravest first."""

    REFUSED = 1
    MENDED = 2
    NOTICED = 3
    SKIPPED = 4


WORDS = {Kind.REFUSED: "拒收", Kind.MENDED: "修正", Kind.NOTICED: "留意", Kind.SKIPPED: "跳过"}

COLUMNS: Mapping[str, tuple[str, ...]] = {"team": ("team_code", "team_name"), "division": ("village", "township")}
"""Where a field of the report stands, if not in the column of its name: the first of these that the sheet has."""

OF_CODES = {"phone_missing": "phone", "leader_unknown": "leader", "person_in_other_team": "name"}
"""The fields of warnings that quote no cell. Others are about the cell that they quote."""


@dataclass(frozen=True)
class Remark:
    kind: Kind
    text: str
    field: str | None = None
    quote: str | None = None
    """What stands in the cell, for a remark that names no field."""


def remarks(report: Report) -> Mapping[tuple[str, int], list[Remark]]:
    """Return the remarks on each row by sheet and number, the gravest first. Blank rows have none."""
    found: dict[tuple[str, int], list[Remark]] = defaultdict(list)
    for entry in report.rejected:
        found[_row(entry)].append(_remark(Kind.REFUSED, entry["reason"], entry["value"], entry["field"]))
    for entry in report.corrected:
        head, before = HEADERS.get(entry["field"], "名称").split(" ")[0], as_text(entry["from"])
        change = f" {before} → {entry['to']}" if before != entry["to"] else ""
        text = f"{head}{change}（{chinese(entry['code'])}）"
        found[_row(entry)].append(Remark(Kind.MENDED, text, entry["field"]))
    for entry in report.renumbered:
        text = f"编号 {entry['from']} 已被别的队使用，改为 {entry['to']}"
        found[_row(entry)].append(Remark(Kind.NOTICED, text, "team_code"))
    for entry in report.warnings:
        found[_row(entry)].append(_remark(Kind.NOTICED, entry["code"], entry["value"], OF_CODES.get(entry["code"])))
    for entry in report.skipped_rows:
        if entry["reason"] != "blank":
            found[_row(entry)].append(_remark(Kind.SKIPPED, entry["reason"], None, None))
    return found


def column_of(field: str, role: str, columns: Mapping[str, int]) -> int | None:
    """Return the index of the column in which a field stands, on a sheet of this role; None if it has none."""
    return next((columns[name] for name in _columns(field, role) if name in columns), None)


def _columns(field: str, role: str) -> tuple[str, ...]:
    return tuple(ROLES.get(role, ())) if field == "name" else COLUMNS.get(field, (field,))


def _row(entry: Entry) -> tuple[str, int]:
    return entry["sheet"], entry["row"]


def _remark(kind: Kind, code: str, value: str | None, field: str | None) -> Remark:
    return Remark(kind, chinese(code) + ("" if value is None else f" “{value}”"), field, value)


def chinese(code: str) -> str:
    """Return the Chinese words for a code: a cell has no room for two languages."""
    return CODES[code][: max(at for at, character in enumerate(CODES[code]) if "\u3400" <= character <= "\u9fff") + 1]


def lines(found: list[Remark]) -> list[str]:
    """Return what the column of results says of a row: one line for each kind."""
    kinds = sorted({remark.kind for remark in found})
    return [f"{WORDS[kind]}：{'；'.join(remark.text for remark in found if remark.kind is kind)}" for kind in kinds]
