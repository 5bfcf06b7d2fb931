"""The account of an import, row by row, in the form that shared/data/README.md lays down."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from domain.imports.headers import Header
from domain.imports.reading import Cell
from domain.imports.rules import Fault, Repaired

RULES_VERSION = 1

Entry = dict[str, Any]


@dataclass
class Named:
    """Whom the accepted rows name; no part of the written report."""

    teams: set[int] = field(default_factory=set)
    members: set[tuple[int, int]] = field(default_factory=set)
    """Team and person."""
    townships: set[int] = field(default_factory=set)
    """Where the named teams are: the township, or the banner of a team of its own level."""


@dataclass
class Report:
    """Grows while a workbook is read. A row is accepted, rejected with one reason, or skipped."""

    file: str
    sha256: str
    sheets: list[Entry] = field(default_factory=list)
    counts: dict[str, dict[str, int]] = field(default_factory=dict)
    rejected: list[Entry] = field(default_factory=list)
    corrected: list[Entry] = field(default_factory=list)
    warnings: list[Entry] = field(default_factory=list)
    skipped_rows: list[Entry] = field(default_factory=list)
    renumbered: list[Entry] = field(default_factory=list)
    updated: list[Entry] = field(default_factory=list)
    changes: dict[str, dict[str, int]] = field(default_factory=dict)
    """How many accepted rows made something new, changed what the registry held, or said what it knew."""
    named: Named = field(default_factory=Named)

    def add_sheet(self, name: str, header: Header) -> None:
        self.sheets.append({"name": name, "role": header.role, "header_row": header.row, "reason": header.reason})
        if header.role != "ignored":
            self.counts.setdefault(header.role, {"accepted": 0, "rejected": 0})

    def accept(self, role: str) -> None:
        self.counts[role]["accepted"] += 1

    def reject(self, role: str, sheet: str, row: int, about: str, fault: Fault) -> None:
        self.counts[role]["rejected"] += 1
        entry = {"sheet": sheet, "row": row, "reason": fault.code, "field": about, "value": fault.value}
        self.rejected.append(entry)

    def correct(self, sheet: str, row: int, about: str, cell: Cell, repaired: Repaired[Any]) -> None:
        entry = {"sheet": sheet, "row": row, "field": about, "from": cell, "to": repaired.to, "code": repaired.code}
        self.corrected.append(entry)

    def warn(self, sheet: str, row: int, fault: Fault) -> None:
        self.warnings.append({"sheet": sheet, "row": row, "code": fault.code, "value": fault.value})

    def skip(self, sheet: str, row: int, reason: str) -> None:
        self.skipped_rows.append({"sheet": sheet, "row": row, "reason": reason})

    def renumber(self, sheet: str, row: int, old: str, new: str) -> None:
        self.renumbered.append({"sheet": sheet, "row": row, "from": old, "to": new})

    def change(self, role: str, sheet: str, row: int, fields: Iterable[str] = (), *, is_new: bool = False) -> None:
        """Note what an accepted row did to the registry; `fields` are those in which it differed."""
        names = list(fields)
        outcome = "created" if is_new else "updated" if names else "unchanged"
        self.changes.setdefault(role, {"created": 0, "updated": 0, "unchanged": 0})[outcome] += 1
        if outcome == "updated":
            self.updated.append({"sheet": sheet, "row": row, "fields": names})

    @property
    def met_known_rows(self) -> bool:
        return any(found["updated"] or found["unchanged"] for found in self.changes.values())

    def as_json(self) -> Entry:
        """Return the report as the samples write it. `renumbered` is there only when a team got another code, `changes`
        and `updated` only when the registry held something of the file already."""
        has_issues = self.rejected or self.corrected or self.warnings
        return {
            "rules_version": RULES_VERSION,
            "file": self.file,
            "file_outcome": "accepted_with_issues" if has_issues else "accepted",
            "sheets": self.sheets,
            "counts": self.counts,
            "rejected": self.rejected,
            "corrected": self.corrected,
            "warnings": self.warnings,
            "skipped_rows": self.skipped_rows,
            "sha256": self.sha256,
            "issue_totals": {
                "rejected": _totals(self.rejected, "reason"),
                "corrected": _totals(self.corrected, "code"),
                "warnings": _totals(self.warnings, "code"),
                "skipped_rows": _totals(self.skipped_rows, "reason"),
            },
        } | self._beyond_samples()

    def _beyond_samples(self) -> Entry:
        changes = {"changes": self.changes, "updated": self.updated} if self.met_known_rows else {}
        return ({"renumbered": self.renumbered} if self.renumbered else {}) | changes


def _totals(entries: list[Entry], key: str) -> dict[str, int]:
    return dict(Counter(entry[key] for entry in entries))
