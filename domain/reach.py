"""What a viewer holds - places, teams, platforms, people - and whom that covers, as predicates of a statement.

Values are bound one by one, so that one plan serves all viewers of a shape.
"""

from collections.abc import Callable, Iterable
from typing import Any

from sqlalchemy import ColumnElement, Select, Text, and_, false, not_, or_, select, true, union_all
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


def _people_at(division: Any) -> Any:
    """Return the people of a place as rows of their table, but for what the index of the place has in its order."""
    place, person = models.PersonPlace.__table__.alias(), models.Person.__table__.alias()
    indexed = {"id": place.c.person_id.label("id"), "pinyin": place.c.pinyin, "name": place.c.name}
    joined = place.join(person, person.c.id == place.c.person_id)
    columns = [indexed.get(column.name, column) for column in person.c]
    return select(*columns).select_from(joined).where(place.c.division_id == division).subquery()


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
        held = self._among(row.c.platform, "platform", len(self.viewer.platforms), Text())
        return self.among(column, row.c.team_id, row, held, several=True)

    def among(self, key: Any, column: Any, rows: Any, *where: Predicate, several: bool = False) -> Predicate:
        """Return whether a key is in the column of these rows, of which `several` may have it. Each of a few found ones
        is looked for, and as a value: for `exists` PostgreSQL may gather all of these rows first, however many."""
        if self._found:
            one = select(column).select_from(rows).where(column == key, *where).correlate(key.table)
            return (one.limit(1) if several else one).scalar_subquery().is_not(None)
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

    def covers_person(self, key: Any) -> Predicate:
        """The person with this key: oneself, somebody at home or serving at one's place, or in a team of one's own."""
        if self.viewer.sees_county:
            return true()
        if not self._found and self._is_listed:
            return key.in_(union_all(*self._own_keys(), *self._placed_keys(), *self._held_keys()))  # type: ignore[no-any-return]
        return any_of([self.own(key), self._placed(key), self._in_team(key, self.holds_team)])

    @property
    def holds_few(self) -> bool:
        """Whether it is some teams whose people the viewer may see, and no place or platform: from the few keys of
        these people each is found at once, however many others there are."""
        return self._holds_teams and not (self.viewer.ranges or self.viewer.platforms)

    @property
    def _holds_teams(self) -> bool:
        return bool(self.viewer.led or self.viewer.recorded)

    @property
    def _is_listed(self) -> bool:
        """Whether the keys of all people within reach stand together somewhere, by place or team."""
        return bool(self.viewer.ranges or self._holds_teams) and not self.viewer.platforms

    def _own_keys(self) -> list[Select[Any]]:
        return [select(self._bound(f"person{n}", Key)) for n in range(len(self.viewer.person_ids))]

    def _held_keys(self) -> list[Select[Any]]:
        """The people with an open membership in a team that is the viewer's by itself."""
        if not self._holds_teams:
            return []
        member, team = models.Membership.__table__.alias(), models.Team.__table__.alias()
        joined = member.join(team, team.c.id == member.c.team_id)
        return [select(member.c.person_id).select_from(joined).where(_is_open(member), self.holds_team(team))]

    def _places(self) -> list[ColumnElement[Any]]:
        """The keys of the coordinator's places: a subtree begins with its root."""
        return [self._bound(f"low{n}", Key) for n in range(len(self.viewer.ranges))]

    def _placed(self, key: Any, first: int | None = None) -> Predicate:
        """A person at one of the coordinator's places, or at one of the `first` of them."""
        place = models.PersonPlace.__table__.alias()
        return any_of(
            self.among(key, place.c.person_id, place, place.c.division_id == here) for here in self._places()[:first]
        )

    def _placed_keys(self) -> list[Select[Any]]:
        place = models.PersonPlace.__table__.alias()
        return [select(place.c.person_id).where(place.c.division_id == here) for here in self._places()]

    def people_by_name(self) -> list[tuple[Any, Predicate]]:
        """Return the people within reach in parts that share nobody, each as rows that an index gives by name, with
        what else holds for them; nothing for who has no place, and where parts would not say all."""
        if self.viewer.sees_county or self.viewer.platforms or not self.viewer.ranges:
            return []
        parts = []
        for number, key in enumerate(self._places()):
            rows = _people_at(key)
            parts.append((rows, not_(self._placed(rows.c.id, number))))
        if others := [*self._own_keys(), *self._held_keys()]:
            person = models.Person.__table__.alias()
            parts.append((person, and_(person.c.id.in_(union_all(*others)), not_(self._placed(person.c.id)))))
        return parts

    def manages_person(self, key: Any) -> Predicate:
        if self.viewer.has(Role.DISPATCHER):
            return true()
        return any_of([self._placed(key), self._in_team(key, lambda team: self.led(team.c.id))])

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
            return self.among(key, member.c.person_id, member, _is_open(member), one, several=True)
        joined = member.join(team, team.c.id == member.c.team_id)
        return self.among(key, member.c.person_id, joined, _is_open(member), reached, several=True)
