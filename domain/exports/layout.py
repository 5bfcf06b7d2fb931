"""The two tables of an export: their columns, headed by the first word under which the import knows each.

What the import does not know (a state, a note on skills) has a head that it ignores; the ethnicity, which is shown to
nobody without a purpose on record, is left out.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import Enum
from typing import TypeVar

from domain.imports import words
from models import HalfDay, Platform, SpokenLanguage

T = TypeVar("T", bound=Enum)

BETWEEN = "、"
"""Between the words of a list."""


@dataclass(frozen=True)
class Column:
    """`name` is the key of its value in a line, `width` is in characters of Latin script; who fills it in chooses from
    `choices`. What the import passes over is not `is_read`."""

    name: str
    head: str
    width: int
    is_day: bool = False
    choices: tuple[str, ...] = ()
    is_read: bool = True


@dataclass(frozen=True)
class Table:
    """One sheet. `rows` is how many rows its drop-downs reach over."""

    name: str
    title: str
    columns: tuple[Column, ...]
    rows: int


def _known(name: str, width: int, *, is_day: bool = False, choices: Mapping[str, object] | None = None) -> Column:
    return Column(name, words.HEADERS[name].split()[0], width, is_day, tuple(choices or ()))


TEAMS = Table(
    "teams",
    "队伍",
    (
        _known("team_code", 13),
        _known("team_name", 36),
        _known("level", 10, choices=words.LEVELS),
        _known("type", 11, choices=words.TYPES),
        _known("township", 18),
        _known("village", 20),
        _known("leader", 13),
        _known("phone", 14),
        _known("founded_on", 12, is_day=True),
        _known("platforms", 26),
        Column("status", "状态", 9, is_read=False),
    ),
    rows=5_000,
)

MEMBERS = Table(
    "members",
    "队员",
    (
        _known("team_code", 13),
        _known("team_name", 36),
        _known("person_name", 13),
        _known("gender", 7, choices=words.GENDERS),
        _known("political_status", 11, choices=words.POLITICAL_STATUSES),
        _known("phone", 14),
        _known("joined_on", 12, is_day=True),
        _known("skills", 30),
        _known("languages", 14),
        _known("half_days", 30),
        Column("role", "队内角色", 10, is_read=False),
        Column("skill_note", "特长备注", 30, is_read=False),
    ),
    rows=100_000,
)

TO_FILL_IN = tuple(
    replace(table, columns=tuple(column for column in (*table.columns, *more) if column.is_read))
    for table, more in ((TEAMS, ()), (MEMBERS, (_known("ethnicity", 9),)))
)
"""The tables of a template: all that the import takes, and nothing else."""

TABLES = {table.name: table for table in (TEAMS, MEMBERS)}


def _by_code(known: Mapping[str, T]) -> Mapping[str, str]:
    """Return the first word for each code."""
    return {member.value: word for word, member in reversed([*known.items()])}


LEVELS, TYPES = _by_code(words.LEVELS), _by_code(words.TYPES)
GENDERS, POLITICAL_STATUSES = _by_code(words.GENDERS), _by_code(words.POLITICAL_STATUSES)
PLATFORMS, LANGUAGES, HALF_DAYS = _by_code(words.PLATFORMS), _by_code(words.LANGUAGES), _by_code(words.HALF_DAYS)

# A code without a word could not be written so that the import takes it back.
assert PLATFORMS.keys() == {one.value for one in Platform}
assert LANGUAGES.keys() == {one.value for one in SpokenLanguage}
assert HALF_DAYS.keys() == {one.value for one in HalfDay}
