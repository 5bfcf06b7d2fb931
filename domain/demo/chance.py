"""Chance that comes out the same each time, so that the demo's rows are the same on every machine."""

import datetime as dt
from random import Random

SEED = 1354
THEN = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
"""When the demo's rows say they were made."""


def dice(what: str) -> Random:
    """Return a source of its own for each part, so that a change of one part leaves the others as they were."""
    return Random(f"{SEED} {what}")  # noqa: S311  invented data, no secrets


def words(*lines: str) -> list[str]:
    """Return the words of some lines."""
    return " ".join(lines).split()
