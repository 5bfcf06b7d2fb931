"""Who may see what. One function says which rows of a table exist for a viewer, one which values are open."""

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, FromClause, false, or_, select, true

import models


@dataclass(frozen=True)
class Viewer:
    """Who asks. Until accounts exist there are two: everybody, and the banner's dispatcher on one's own machine."""

    role: str

    @property
    def shape(self) -> Hashable:
        """What of the viewer shapes a statement; grants will travel as values."""
        return self.role


PUBLIC, DISPATCHER = Viewer("PUBLIC"), Viewer("DISPATCHER")

PUBLISHED = (models.TeamStatus.ACTIVE, models.TeamStatus.SUSPENDED, models.TeamStatus.DORMANT)
"""The states in which a team has been approved and has not ended."""

Predicate = Callable[[Any], ColumnElement[bool]]


def _all(row: Any) -> ColumnElement[bool]:
    return true()


def _nothing(row: Any) -> ColumnElement[bool]:
    return false()


def _published(row: Any) -> ColumnElement[bool]:
    return or_(*(row.c.status == status for status in PUBLISHED))


def _of_published_team(row: Any) -> ColumnElement[bool]:
    team = models.Team.__table__.alias()
    return select(team.c.id).where(team.c.id == row.c.team_id, _published(team)).correlate(row).exists()


VISIBLE: dict[str, Predicate] = {
    "division": _all,
    "division_alias": _all,
    "division_weakness": _nothing,
    "network_node": _all,
    "organization": _all,
    "unit": _all,
    "skill": _all,
    "enum_label": _all,
    "team": _published,
    "team_platform": _of_published_team,
    "team_skill": _of_published_team,
    "membership": _nothing,
    "person": _nothing,
    "person_language": _nothing,
    "person_skill": _nothing,
    "availability": _nothing,
    "event": _nothing,
    "event_head": _nothing,
}
"""What the public sees of every table. A table that is not named here cannot be read."""

GATES = ("names", "phones", "weaknesses")


def visible(table: FromClause, row: Any, viewer: Viewer) -> ColumnElement[bool]:
    """Return which rows of a table exist for the viewer. Raises KeyError for a table without a rule."""
    rule = VISIBLE[table.name]  # type: ignore[attr-defined]
    return true() if viewer.role == DISPATCHER.role else rule(row)


def open_to(gate: str, viewer: Viewer) -> ColumnElement[bool]:
    """Return where values behind a gate are shown: `names` in clear, `phones`, `weaknesses` of villages."""
    if gate not in GATES:
        raise KeyError(gate)
    return true() if viewer.role == DISPATCHER.role else false()


@dataclass(frozen=True)
class Scoped:
    """The two questions, asked for one viewer: what the planner calls its policy."""

    viewer: Viewer

    def rows(self, table: FromClause, row: Any) -> ColumnElement[bool]:
        return visible(table, row, self.viewer)

    def gate(self, name: str, row: Any) -> ColumnElement[bool]:
        return open_to(name, self.viewer)
