"""Whether SQLite has room for a statement in which lists stand within lists."""

import sqlite3
from contextlib import closing

JOINS = 60
"""SQLite joins 64 tables at most; no part of a statement with so few joins has more."""


def has_room(sql: str) -> bool:
    """Return whether this SQLite can read the statement: the parser of 3.40 overflows at a hundred open clauses, which
    lists use up at about the sixth level. Where there are no tables, what it misses first tells that it got to the
    end."""
    if sql.count(" JOIN ") > JOINS:
        return False
    with closing(sqlite3.connect(":memory:")) as nowhere:
        try:
            nowhere.execute(f"EXPLAIN {sql}")
        except sqlite3.OperationalError as error:
            return "no such table" in str(error)
        except sqlite3.ProgrammingError:  # of its values, which come later
            return True
    return True
