"""What an import says about rows is stored without anybody's phone, and not without bound."""

from typing import Any

import pytest

from domain.workbooks import tell


@pytest.mark.parametrize(
    ("text", "is_phone", "shown"),
    [
        ("12511000002", False, "125****0002"),
        ("12511000002.0", True, "125****0020"),
        ("+86 125-1100-0002", True, "+861****0002"),
        ("那顺１２５１１０００００２", False, "那顺125****0002"),
        ("1251100002", True, "**********"),
        ("1250abcd", True, "****abcd"),
        ("150404199001011234", False, "150****1234"),
        ("2019.7.4", False, "2019.7.4"),
        ("2019-11-29", False, "2019-11-29"),
        ("KYZQ-0002", False, "KYZQ-0002"),
        ("高力板村", False, "高力板村"),
    ],
)
def test_what_may_be_a_phone_is_masked(text: str, is_phone: bool, shown: str) -> None:
    assert tell.masked(text, is_phone) == shown


def test_more_entries_than_anybody_reads_are_counted_only() -> None:
    blank = [{"sheet": "队员", "row": row, "reason": "blank"} for row in range(tell.MOST_ENTRIES + 9)]
    report: dict[str, Any] = {"rejected": [], "corrected": [], "warnings": [], "skipped_rows": blank}
    found = list(tell.entries(report, 7))
    assert len(found) == tell.MOST_ENTRIES
    assert (found[3]["row_number"], found[3]["code"], found[3]["import_id"]) == (3, "blank", 7)
