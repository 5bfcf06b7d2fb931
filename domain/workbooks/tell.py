"""A report as it is stored: one entry for each thing that was said about a row, and the sums. Phones are masked."""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from typing import Any

import orjson

from domain.imports import Report
from domain.imports.rules import as_text
from models import WorkbookEntryKind, WorkbookOutcome, new_key

MOST_ENTRIES = 20_000
"""Of one kind; the sums tell of the others."""

LONGEST = 100

KINDS = {
    WorkbookEntryKind.REJECTED: ("rejected", "reason"),
    WorkbookEntryKind.CORRECTED: ("corrected", "code"),
    WorkbookEntryKind.WARNING: ("warnings", "code"),
    WorkbookEntryKind.SKIPPED: ("skipped_rows", "reason"),
}
"""Where a kind stands in the report, and under what name its code."""

LIKE_PHONE = re.compile(r"\d(?:[\s\-\u2010-\u2015_.()/·]*\d){6,}")
"""Seven digits and more, whatever separates them."""

DATE = re.compile(r"(?:19|20)\d\d\s*[-/.]\s*\d{1,2}\s*[-/.]\s*\d{1,2}")

Values = dict[str, Any]


def masked(text: str, is_phone: bool = False) -> str:
    """Return a text without what may be a phone or an identity number: 125****0002. Of a field of phones that is
    broken, less is left."""
    plain = unicodedata.normalize("NFKC", text)
    if is_phone and sum(map(str.isdigit, plain)) < 11:
        return re.sub(r"\d", "*", plain)
    if DATE.fullmatch(plain.strip()):
        return text
    return LIKE_PHONE.sub(_short, plain) if LIKE_PHONE.search(plain) else text


def _short(found: re.Match[str]) -> str:
    digits = re.sub(r"\D", "", found[0])
    return f"{digits[:3]}****{digits[-4:]}" if len(digits) >= 11 else f"{digits[:3]}****"


def entries(report: Mapping[str, Any], import_id: int) -> Iterator[Values]:
    """Give the rows of the entries of a report."""
    for kind, (part, named) in KINDS.items():
        for position, entry in enumerate(report[part][:MOST_ENTRIES]):
            code, field = entry[named], entry.get("field")
            is_phone = field == "phone" or code.startswith("phone_")
            before = entry["from"] if "from" in entry else entry.get("value")
            yield {
                "id": new_key(),
                "import_id": import_id,
                "kind": kind,
                "position": position,
                "sheet": entry["sheet"],
                "row_number": entry["row"],
                "field": field or ("phone" if is_phone else None),
                "from_text": _told(before, is_phone),
                "to_text": _told(entry.get("to"), is_phone),
                "code": code,
            }


def _told(value: Any, is_phone: bool) -> str | None:
    text = as_text(value)
    return None if text is None else masked(text, is_phone)[:LONGEST]


def sums(report: Report) -> Values:
    """Return what an import's own row says of a report."""
    found = report.as_json()
    counts = found["counts"]
    return {
        "outcome": WorkbookOutcome[found["file_outcome"].upper()],
        **{
            f"{name}_{what}": counts.get(name, {}).get(what, 0)
            for name in ("teams", "members")
            for what in ("accepted", "rejected")
        },
        "rejected_count": len(report.rejected),
        "corrected_count": len(report.corrected),
        "warning_count": len(report.warnings),
        "skipped_count": len(report.skipped_rows),
        "summary": orjson.dumps(
            {name: found[name] for name in ("sheets", "counts", "issue_totals")} | {"changes": report.changes}
        ).decode(),
    }
