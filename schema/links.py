"""Links between tables that no single relationship describes: subtrees of places, members now, shares."""

from typing import Any

from sqlalchemy import Boolean, ColumnElement, FromClause, Integer, case, false, func, literal_column, type_coerce

from models import AliasConfidence, Division, DivisionLevel, HalfDay, Membership, MembershipStatus, Team, TeamSkill
from models.division import township_number
from schema.plan.fields import through
from schema.plan.spec import Case, Link, Row, Value

SMALLEST_SHARE = 5
"""Members a team needs before the share of party members among them is shown to anybody."""


def _same_township(place: Row, row: Row) -> ColumnElement[bool]:
    return township_number(row.c.division_id) == township_number(place.c.id)


def _same_banner(place: Row, row: Row) -> ColumnElement[bool]:
    """Nearly all rows: `coalesce` keeps PostgreSQL from taking the range for a narrow one, and from sorting it."""
    return func.coalesce(row.c.division_id.between(place.c.id, place.c.last_id), false(), type_=Boolean())


CASES = (
    Case(lambda place: place.c.level == DivisionLevel.VILLAGE, lambda place, row: row.c.division_id == place.c.id),
    Case(lambda place: place.c.level == DivisionLevel.TOWNSHIP, _same_township),
    Case(lambda place: place.c.level == DivisionLevel.BANNER, _same_banner),
)


def below(table: Any) -> Link:
    """Return the link from a place to the rows of a table at the place and everywhere below."""
    target: FromClause = table.__table__

    def on(place: Row, row: Row) -> ColumnElement[bool]:
        return row.c.division_id.between(place.c.id, place.c.last_id)

    return Link(target, on, ("id", "last_id", "level"), cases=CASES)


def place_of(column: str) -> Link:
    """Return the link from a row to the place whose key stands in one of its columns."""
    return Link(Division.__table__, lambda row, place: place.c.id == row.c[column], (column,))


def _active(membership: Row) -> ColumnElement[bool]:
    return membership.c.status == MembershipStatus.ACTIVE


MEMBERS = through(Team.memberships, _active)
"""From a team to its active memberships."""

MEMBERSHIPS = Link(Membership.__table__, lambda person, row: row.c.person_id == person.c.id, ("id",))
"""From a person to all memberships, ended ones too."""

ALIASES = through(Division.aliases, lambda alias: alias.c.confidence != AliasConfidence.LOW)
"""From a place to its spellings, without those that are still a question."""

TEAMS_WITH_SKILL = Link(TeamSkill.__table__, lambda skill, row: row.c.skill_id == skill.c.id, ("id",))
"""From a skill to one row for each team that has it."""


def party_member_share(team: Row) -> Value:
    """Return the percentage of party members, rounded; null for teams of fewer than five."""
    share = (team.c.party_member_count * 100 + team.c.member_count // 2) // team.c.member_count
    return case((team.c.member_count >= SMALLEST_SHARE, share), else_=None)


def exact_party_member_share(team: Row) -> Value:
    """Return the percentage that filters compare: 50.4 is more than half, though it is shown as 50."""
    share = team.c.party_member_count * literal_column("100.0") / team.c.member_count
    return type_coerce(case((team.c.member_count >= SMALLEST_SHARE, share), else_=None), Integer())


def shared_birth_year(person: Row) -> Value:
    """Return the year of birth of who shares it: what filters, orders and counts may use."""
    return case((person.c.shares_birth_year, person.c.birth_year))


def shared_political_status(person: Row) -> Value:
    """Return the political status of who shares it."""
    return case((person.c.shares_political_status, person.c.political_status))


def half_day_position(row: Row) -> Value:
    """Return the place of a half-day in the week, Monday morning first."""
    whens = {day.value: position for position, day in enumerate(HalfDay)}
    return case(whens, value=row.c.half_day, else_=len(whens))
