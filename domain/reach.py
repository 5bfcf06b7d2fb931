"""What a viewer holds - places, teams, platforms, people - and whom that covers, as predicates of a statement.

Values are bound one by one, so that one plan serves all viewers of a shape.
"""

from collections.abc import Callable, Iterable
from typing import Any

from sqlalchemy import ColumnElement, Select, Text, false, or_, select, true, union_all
from sqlalchemy.types import TypeEngine

import models
from domain.viewers import Viewer
from models import MembershipStatus, Role
from models.base import Key

OPEN = (MembershipStatus.INVITED, MembershipStatus.APPLIED, MembershipStatus.ACTIVE)
"""The states in which a person is, or may soon be, one of the team's people."""

Predicate = ColumnElement[bool]
Bound = Callable[[str, TypeEngine[Any]], ColumnElement[Any]]
"""Makes a parameter of one of the viewer's values, by its name."""


def any_of(parts: Iterable[Predicate]) -> Predicate:
    """Return `or`, folded: nothing is false, anything true is true."""
    kept = [part for part in parts if not is_false(part)]
    if any(is_true(part) for part in kept):
        return true()
    return or_(*kept) if kept else false()


def is_false(predicate: Any) -> bool:
    return type(predicate) is type(false())


def is_true(predicate: Any) -> bool:
    return type(predicate) is type(true())


def _is_open(member: Any) -> Predicate:
    return or_(*(member.c.status == status for status in OPEN))


class Reach:
    """What one viewer holds and what follows from it, as predicates inside one statement. For a few rows `found` by
    their keys each is checked by itself; for rows of a whole table the set of keys is made once."""

    def __init__(self, viewer: Viewer, bound: Bound, found: bool = False) -> None:
        self.viewer, self._bound, self._found = viewer, bound, found

    def within(self, column: Any) -> Predicate:
        """A place in one of the coordinator's subtrees."""
        return self._between(column, "", len(self.viewer.ranges))

    def _between(self, column: Any, name: str, count: int) -> Predicate:
        return any_of(
            column.between(self._bound(f"{name}low{n}", Key), self._bound(f"{name}high{n}", Key)) for n in range(count)
        )

    def own(self, column: Any) -> Predicate:
        """One of the people for whom the account acts."""
        return self._among(column, "person", len(self.viewer.person_ids))

    def acting(self, column: Any) -> Predicate:
        """The person for whom the account acts."""
        return column == self._bound("acting", Key) if self.viewer.person_id is not None else false()

    def mine(self, column: Any) -> Predicate:
        """The viewer's account."""
        return column == self._bound("account", Key) if self.viewer.is_signed_in else false()

    def led(self, column: Any) -> Predicate:
        """A team that the viewer leads."""
        return self._among(column, "led", len(self.viewer.led))

    def recorded(self, column: Any) -> Predicate:
        """A team that the viewer keeps the records of."""
        return self._among(column, "recorded", len(self.viewer.recorded))

    def on_platform(self, column: Any) -> Predicate:
        """A team of the viewer's platforms."""
        if not self.viewer.platforms:
            return false()
        row = models.TeamPlatform.__table__.alias()
        return self.among(
            column, row.c.team_id, row, self._among(row.c.platform, "platform", len(self.viewer.platforms), Text())
        )

    def among(self, key: Any, column: Any, rows: Any, *where: Predicate) -> Predicate:
        """Return whether a key is in the column of these rows."""
        if self._found:
            return select(column).select_from(rows).where(column == key, *where).correlate(key.table).exists()
        return key.in_(select(column).select_from(rows).where(*where))  # type: ignore[no-any-return]

    def _among(self, column: Any, name: str, count: int, type_: TypeEngine[Any] = Key) -> Predicate:
        return any_of(column == self._bound(f"{name}{n}", type_) for n in range(count))

    def covers_team(self, row: Any) -> Predicate:
        """Whose members the viewer may see by name."""
        if self.viewer.sees_county:
            return true()
        return any_of([self.within(row.c.division_id), self.holds_team(row)])

    def holds_team(self, row: Any) -> Predicate:
        """A team that is the viewer's by itself, wherever it is."""
        return any_of([self.led(row.c.id), self.recorded(row.c.id), self.on_platform(row.c.id)])

    def administers(self, division: Any) -> Predicate:
        """A place about whose teams and people the viewer decides."""
        return true() if self.viewer.has(Role.DISPATCHER) else self.within(division)

    def reviews(self, division: Any) -> Predicate:
        """A place whose teams and certificates the viewer reviews: an office's, not a station's that it also has."""
        if self.viewer.has(Role.DISPATCHER):
            return true()
        return self._between(division, "office_", len(self.viewer.offices))

    def manages_team(self, row: Any) -> Predicate:
        """Whose phones the viewer may see, and whose members it admits."""
        return any_of([self.administers(row.c.division_id), self.led(row.c.id)])

    def covers_person(self, key: Any, division: Any = None) -> Predicate:
        """The person with this key; `division` is the column of the home place when the row itself is at hand."""
        if self.viewer.sees_county:
            return true()
        if not self._found and self.holds_few:
            return key.in_(union_all(*self._own_keys(), self._members(self.covers_team)))  # type: ignore[no-any-return]
        return any_of([self.own(key), self.at_home(key, division), self._in_team(key, self.covers_team)])

    @property
    def holds_few(self) -> bool:
        """Whether it is some teams whose people the viewer may see, and no place or platform: from the few keys of
        these people each is found at once, however many others there are."""
        return bool(self.viewer.led or self.viewer.recorded) and not (self.viewer.ranges or self.viewer.platforms)

    def _own_keys(self) -> list[Select[Any]]:
        return [select(self._bound(f"person{n}", Key)) for n in range(len(self.viewer.person_ids))]

    def _members(self, reach: Callable[[Any], Predicate]) -> Select[Any]:
        """Return the people with an open membership in a team within reach."""
        member, team = models.Membership.__table__.alias(), models.Team.__table__.alias()
        joined = member.join(team, team.c.id == member.c.team_id)
        return select(member.c.person_id).select_from(joined).where(_is_open(member), reach(team))

    def manages_person(self, key: Any, division: Any = None) -> Predicate:
        if self.viewer.has(Role.DISPATCHER):
            return true()
        return any_of([self.at_home(key, division), self._in_team(key, self.manages_team)])

    def at_home(self, key: Any, division: Any) -> Predicate:
        if not self.viewer.ranges or division is not None:
            return self.within(division)
        person = models.Person.__table__.alias()
        return self.among(key, person.c.id, person, self.within(person.c.division_id))

    def _in_team(self, key: Any, reach: Callable[[Any], Predicate]) -> Predicate:
        """A person with an open membership in a team within reach."""
        member, team = models.Membership.__table__.alias(), models.Team.__table__.alias()
        reached = reach(team)
        if is_false(reached):
            return false()
        if self._found:  # the team by its key, within a range or not: else PostgreSQL goes through the whole range
            one = select(reached).where(team.c.id == member.c.team_id).correlate(member).scalar_subquery()
            return self.among(key, member.c.person_id, member, _is_open(member), one)
        joined = member.join(team, team.c.id == member.c.team_id)
        return self.among(key, member.c.person_id, joined, _is_open(member), reached)
