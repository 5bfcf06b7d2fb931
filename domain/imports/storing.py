"""The plan of an import is carried out: changes, new rows, and an event for each team, person and membership."""

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from domain.events import Actor, Happened, record_all
from domain.imports.changes import Change, Values
from domain.imports.judging import Progress
from domain.imports.planning import Plan
from domain.imports.refusals import FileRefused
from domain.imports.registry import teams_of
from domain.imports.words import STEPS
from models import Membership, Person, Skill, Team

AT_ONCE = 5_000
"""Rows in one statement."""

IMPORTED: tuple[tuple[Any, tuple[str, ...]], ...] = (
    (Skill, ()),
    (Person, ("division_id",)),
    (Team, ("division_id",)),
    (Membership, ("team_id", "person_id")),
)
"""What an import begins the chains of, and what of it the first event holds."""


async def store(session: AsyncSession, plan: Plan, actor: Actor, progress: Progress | None) -> None:
    """Write everything. Raises FileRefused when somebody else has changed one of the rows since it was read."""
    await _hold(session, plan.changes)
    await _change(session, [(one, one.values) for one in plan.changes], is_counted=True)
    done, total = 0, sum(map(len, plan.rows.values()))
    for model, found in plan.rows.items():
        for start in range(0, len(found), AT_ONCE):
            some = found[start : start + AT_ONCE]
            await session.execute(insert(model.__table__), some)
            done += len(some)
            if progress:
                progress(done=done, total=total, what=STEPS["storing"])
    await _change(session, [(one, one.later) for one in plan.changes if one.later])
    await record_all(session, happened(plan), actor)


async def _hold(session: AsyncSession, changes: list[Change]) -> None:
    """Lock the rows, in one order for all writers."""
    versions: dict[Any, dict[int, int]] = defaultdict(dict)
    for one in changes:
        versions[one.model][one.id] = one.version
    for model, expected in versions.items():
        keys = sorted(expected)
        for start in range(0, len(keys), AT_ONCE):
            held = select(model.id, model.version).where(model.id.in_(keys[start : start + AT_ONCE]))
            for key, version in await session.execute(held.order_by(model.id).with_for_update()):
                if version != expected[key]:
                    raise FileRefused("changed_meanwhile")


async def _change(session: AsyncSession, changes: list[tuple[Change, Values]], *, is_counted: bool = False) -> None:
    alike: dict[tuple[Any, tuple[str, ...]], list[Values]] = defaultdict(list)
    for one, values in changes:
        alike[one.model, tuple(values)].append({"key": one.id} | {f"new_{name}": said for name, said in values.items()})
    for (model, names), parameters in alike.items():
        table = model.__table__
        values = {name: bindparam(f"new_{name}") for name in names} | (
            {"version": table.c.version + 1} if is_counted else {}
        )
        await session.execute(update(table).where(table.c.id == bindparam("key")).values(values), parameters)


def happened(plan: Plan) -> Iterator[Happened]:
    """Give the events, in ids and codes."""
    for model, payload in IMPORTED:
        name = model.__tablename__
        for row in plan.rows[model]:
            details = {"version": 1} | {key: row[key] for key in payload}
            status = row["status"].value if "status" in row else None
            yield Happened(name, row["id"], f"{name}.imported", details, to_status=status)
    for one in plan.changes:
        name = one.model.__tablename__
        yield Happened(name, one.id, f"{name}.edited", {"version": one.version + 1, "fields": one.fields})


async def touched_teams(session: AsyncSession, plan: Plan) -> set[int]:
    """Return the teams whose counts may have changed."""
    changed = [one.id for one in plan.changes if one.model is Person]
    joined = {row["team_id"] for row in plan.rows[Membership]}
    return joined | {row["id"] for row in plan.rows[Team]} | await teams_of(session, changed)
