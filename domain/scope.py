"""Who may see what: which rows of a table exist for a viewer, which values are open on them. Nothing else says so."""

from collections.abc import Callable, Hashable
from typing import Any, TypeVar

from sqlalchemy import FromClause, Select, and_, bindparam, false, not_, or_, select, true

import models
from domain.permissions import may
from domain.reach import Bound, Predicate, Reach, any_of, is_false, is_true
from domain.viewers import DISPATCHER, PUBLIC, Viewer
from models import Role, TokenScope
from models.base import Key
from models.team import PUBLISHED

__all__ = ["DISPATCHER", "PUBLIC", "Scoped", "Viewer", "find_visible", "reach_of", "visible"]

Model = TypeVar("Model", bound=models.Base)

WEAKNESSES = (Role.DISPATCHER, Role.SUPERVISOR, Role.DIRECTOR, Role.AUDITOR)
"""Source: the kinds of villages with a problem are seen by banner roles only."""

OF_ACCOUNTS = ("account", "role_grant", "api_token")
"""Whose events the administrator sees."""

SMALLEST_GROUP = 5
"""People that a group needs before it is counted for who may not see them."""


class Scoped:
    """The questions, asked for one viewer inside one statement: what the planner calls its policy."""

    def __init__(self, viewer: Viewer, bound: Bound) -> None:
        self._reach, self._found = Reach(viewer, bound), Reach(viewer, bound, found=True)

    def rows(
        self, table: FromClause, row: Any, found: bool = False, parent: FromClause | None = None, wide: bool = False
    ) -> Predicate:
        """Return which rows of a table exist: of all, of a few `found` by keys (or of many, `wide`), or of those that
        hang on rows of a `parent` table that exist. Raises KeyError for a table without a rule."""
        if parent is not None and PART_OF.get(table.name) == parent.name:  # type: ignore[attr-defined]
            return true()
        one_by_one = found and not (wide and self._reach.holds_few)
        return VISIBLE[table.name](self._found if one_by_one else self._reach, row)  # type: ignore[attr-defined]

    def parts(self, table: FromClause) -> list[tuple[Any, Predicate]]:
        """Return the rows of a whole table that exist as several sources without a common row, each with a predicate;
        an index gives each by name. Nothing where `rows` is all that can be said."""
        return self._found.people_by_name() if table is models.Person.__table__ else []

    def gate(self, name: str, row: Any) -> Predicate:
        """Return where the values behind a gate are open. Raises KeyError."""
        return GATES[name](self._found, row)

    def beside(self, table: FromClause, row: Any) -> Predicate:
        """Return which rows of a table exist that its sums, as far as those exist, leave out. Raises KeyError."""
        return BESIDE[table.name](self._reach, row)  # type: ignore[attr-defined]

    def smallest_group(self, table: FromClause) -> int | None:
        """Return how large a group must be where rows are not seen but may be counted, as long as nothing narrows
        them; None where what is seen is what is counted."""
        scopes = self._reach.viewer.scopes
        return SMALLEST_GROUP if table is models.Person.__table__ and TokenScope.AGGREGATES in scopes else None


def visible(model: type[models.Base], viewer: Viewer) -> Predicate:
    """Return which of a few rows of a mapped table exist for the viewer, for statements that run at once."""
    return _visible(model, viewer, _at_once(viewer))


def find_visible(model: type[Model], viewer: Viewer) -> Select[tuple[Model]]:
    """Return the statement that finds the row with the `key`, if it exists for the viewer: one for all viewers of a
    shape, run with the key and the viewer's values."""
    wanted = model, viewer.shape
    if wanted not in FINDING:
        if len(FINDING) >= MOST_FINDING:
            FINDING.clear()
        seen = _visible(model, viewer, lambda name, type_: bindparam(name, type_=type_))
        FINDING[wanted] = select(model).where(model.__table__.c.id == bindparam("key", type_=Key), seen)
    return FINDING[wanted]


FINDING: dict[Hashable, Select[Any]] = {}
MOST_FINDING = 500


def _visible(model: type[models.Base], viewer: Viewer, bound: Bound) -> Predicate:
    table = model.__table__
    return Scoped(viewer, bound).rows(table, table, found=True)


def reach_of(viewer: Viewer) -> Reach:
    """Return what the viewer holds, for statements that run at once."""
    return Reach(viewer, _at_once(viewer))


def _at_once(viewer: Viewer) -> Bound:
    return lambda name, type_: bindparam(None, viewer.values[name], type_=type_, unique=True)


def _all(reach: Reach, row: Any) -> Predicate:
    return true()


def _nobody(reach: Reach, row: Any) -> Predicate:
    return false()


def _team(reach: Reach, row: Any) -> Predicate:
    return any_of([_team_tally(reach, row), _team_by_itself(reach, row)])


def _team_tally(reach: Reach, row: Any) -> Predicate:
    """What may be seen of teams whoever they are: of a team, or of the sums over those of one place and state."""
    if reach.viewer.sees_county or TokenScope.TEAMS in reach.viewer.scopes:
        return true()
    published = or_(*(row.c.status == status for status in PUBLISHED))
    return any_of([published, reach.within(row.c.division_id)])


def _team_by_itself(reach: Reach, row: Any) -> Predicate:
    return any_of([reach.mine(row.c.applicant_id), reach.holds_team(row)])


def _beside_tally(reach: Reach, row: Any) -> Predicate:
    """The teams that are seen for what they are, and not because of their place or state."""
    alone, summed = _team_by_itself(reach, row), _team_tally(reach, row)
    if is_false(alone) or is_true(summed):
        return false()
    unpublished = (row.c.status != status for status in PUBLISHED)  # said as the index says it that holds only these
    return and_(*unpublished, not_(summed), alone)


def _of_team(reach: Reach, row: Any) -> Predicate:
    team = models.Team.__table__.alias()
    seen = _team(reach, team)
    if is_true(seen):
        return true()
    return select(team.c.id).where(team.c.id == row.c.team_id, seen).correlate(row).exists()


def _person(reach: Reach, row: Any) -> Predicate:
    return reach.covers_person(row.c.id)


def _of_person(reach: Reach, row: Any) -> Predicate:
    return reach.covers_person(row.c.person_id)


def _membership(reach: Reach, row: Any) -> Predicate:
    """Own ones, those of teams within reach in every state, and those of people at home there."""
    if reach.viewer.sees_county:
        return true()
    team = models.Team.__table__.alias()
    reached = reach.covers_team(team)
    parts = [reach.own(row.c.person_id), reach.at_home(row.c.person_id, None)]
    if not is_false(reached):
        parts.append(reach.among(row.c.team_id, team.c.id, team, reached))
    return any_of(parts)


def _roles(*roles: Role) -> Callable[[Reach, Any], Predicate]:
    return lambda reach, row: true() if reach.viewer.has(*roles) else false()


def _mine(column: str, *roles: Role) -> Callable[[Reach, Any], Predicate]:
    return lambda reach, row: true() if reach.viewer.has(*roles) else reach.mine(row.c[column])


def _grant(reach: Reach, row: Any) -> Predicate:
    """One's own, and for a coordinator those that hold at its place or for a team there."""
    if reach.viewer.has(Role.ADMIN, Role.AUDITOR):
        return true()
    parts = [reach.mine(row.c.account_id), reach.within(row.c.division_id)]
    if reach.viewer.ranges:
        team = models.Team.__table__.alias()
        parts.append(reach.among(row.c.team_id, team.c.id, team, reach.within(team.c.division_id)))
    return any_of(parts)


def _of_token(reach: Reach, row: Any) -> Predicate:
    if reach.viewer.has(Role.ADMIN):
        return true()
    token = models.ApiToken.__table__.alias()
    return (
        select(token.c.id).where(token.c.id == row.c.token_id, reach.mine(token.c.account_id)).correlate(row).exists()
    )


def _workbook_import(reach: Reach, row: Any) -> Predicate:
    """Of who sees the county all, else one's own, as long as one may import."""
    if reach.viewer.sees_county:
        return true()
    return reach.mine(row.c.account_id) if may(reach.viewer.roles, "importWorkbook") else false()


def _of_import(reach: Reach, row: Any) -> Predicate:
    found = models.WorkbookImport.__table__.alias()
    seen = _workbook_import(reach, found)
    if is_true(seen):
        return true()
    return select(found.c.id).where(found.c.id == row.c.import_id, seen).correlate(row).exists()


def _event(reach: Reach, row: Any) -> Predicate:
    """All of them for the auditor, the registry's for who sees the county, else what happened to one's own people
    and teams."""
    if reach.viewer.has(Role.AUDITOR):
        return true()
    membership, team = models.Membership.__table__.alias(), models.Team.__table__.alias()
    workbook = models.WorkbookImport.__table__.alias()
    rows = {
        "team": select(team.c.id).where(any_of([reach.mine(team.c.applicant_id), reach.covers_team(team)])),
        "membership": select(membership.c.id).where(_membership(reach, membership)),
    }
    if not is_false(imports := _workbook_import(reach, workbook)):
        rows["workbook_import"] = select(workbook.c.id).where(imports)
    if reach.viewer.sees_county:
        return any_of(row.c.entity == entity for entity in (*rows, "person"))
    if not reach.viewer.is_signed_in:
        return false()
    return any_of(
        [
            *(row.c.entity == entity for entity in OF_ACCOUNTS if reach.viewer.has(Role.ADMIN)),
            *(and_(row.c.entity == entity, row.c.entity_id.in_(keys)) for entity, keys in rows.items()),
            and_(row.c.entity == "person", reach.covers_person(row.c.entity_id)),
        ]
    )


VISIBLE: dict[str, Callable[[Reach, Any], Predicate]] = {
    "division": _all,
    "division_alias": _all,
    "division_weakness": _roles(*WEAKNESSES),
    "network_node": _all,
    "organization": _all,
    "unit": _all,
    "skill": _all,
    "enum_label": _all,
    "team": _team,
    "team_tally": _team_tally,
    "team_platform": _of_team,
    "team_skill": _of_team,
    "membership": _membership,
    "person": _person,
    "person_place": _of_person,
    "person_language": _of_person,
    "person_skill": _of_person,
    "availability": _of_person,
    "event": _event,
    "event_head": _roles(Role.AUDITOR),
    "account": _mine("id", Role.ADMIN, Role.AUDITOR),
    "role_grant": _grant,
    "session": _mine("account_id", Role.ADMIN),
    "api_token": _mine("account_id", Role.ADMIN),
    "api_token_scope": _of_token,
    "workbook_import": _workbook_import,
    "workbook_import_entry": _of_import,
    "wechat_identity": _nobody,
    "sign_in_code": _nobody,
    "attempt": _nobody,
    "operation": _nobody,
    "change_stamp": _nobody,
}
"""Which rows of every table exist for a viewer. A table that is not named here cannot be read."""

BESIDE = {"team": _beside_tally}
"""Of tables with sums over their rows: which rows those who see sums of a place see beside them."""

PART_OF = {
    "team_platform": "team",
    "team_skill": "team",
    "person_language": "person",
    "person_skill": "person",
    "availability": "person",
    "workbook_import_entry": "workbook_import",
}
"""Rows that exist when what they are a part of does: below such a row nothing more has to be asked."""


def _own_or(column: str) -> Callable[[Reach, Any], Predicate]:
    """Open to the person, and to others while the person shares it."""
    return lambda reach, row: any_of([reach.own(row.c.id), row.c[column]])


def _person_phone(reach: Reach, row: Any) -> Predicate:
    managed = reach.manages_person(row.c.id)
    return any_of([reach.own(row.c.id), false() if is_false(managed) else and_(row.c.shares_phone, managed)])


def _consent(reach: Reach, row: Any) -> Predicate:
    """Whether something is shared: for the person, who manages it, and who looks after the rules."""
    if reach.viewer.has(Role.PRIVACY_OFFICER):
        return true()
    return any_of([reach.own(row.c.id), reach.manages_person(row.c.id)])


GATES: dict[str, Callable[[Reach, Any], Predicate]] = {
    "team_names": Reach.covers_team,
    "applicant": lambda reach, row: any_of([reach.mine(row.c.applicant_id), reach.manages_team(row)]),
    "team_phones": Reach.manages_team,
    "person_phone": _person_phone,
    "consent": _consent,
    "birth_year": _own_or("shares_birth_year"),
    "political_status": _own_or("shares_political_status"),
    "weaknesses": _roles(*WEAKNESSES),
    "mine": lambda reach, row: reach.mine(row.c.id),
    "acting": lambda reach, row: reach.acting(row.c.id),
    "own": lambda reach, row: reach.own(row.c.id),
    "actors": _roles(Role.AUDITOR),
}
"""Where values are open on rows that exist for the viewer."""
