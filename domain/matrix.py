"""The permission matrix: which role sees which field and may do which act, near and far, as data."""

import csv
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from models import Role

FILE = Path(__file__).parent / "data" / "permissions.csv"

DISTANCES = ("own", "neighbor", "other")
"""A row within the viewer's scope; the nearest one outside; one in another township. Each has a letter in a cell."""

READS, WRITES = "AMP-", "AFUN-"
"""The letters of a field: the value, masked or null, a part of the list or the count, no such row for the viewer. And
of a mutation: may act, forbidden for the role, not signed in, not allowed here, no such row for the viewer."""

Matrix = Mapping[str, Mapping[Role, str]]
"""For each `Type.field` and each role, the letters of the three distances."""


@cache
def matrix() -> Matrix:
    """Return what the file says. Raises ValueError for a cell that is none."""
    found: dict[str, dict[Role, str]] = {}
    with FILE.open(newline="", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            name = f"{row['type']}.{row['field']}"
            letters = WRITES if row["type"] == "Mutation" else READS
            found[name] = {role: row[role.name] for role in Role}
            for role, cell in found[name].items():
                if len(cell) != len(DISTANCES) or not set(cell) <= set(letters):
                    raise ValueError(f"{name} has {cell!r} for {role.name}")
    return found


def written(cells: Matrix) -> str:
    """Return the text of the file that says this."""
    lines = [",".join(["type", "field", *(role.name for role in Role)])]
    lines += [",".join([*name.split("."), *(row[role] for role in Role)]) for name, row in cells.items()]
    return "\n".join(lines) + "\n"
