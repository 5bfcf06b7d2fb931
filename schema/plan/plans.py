"""Plans: compiled statements kept by everything that shapes them, and run with the values of a request."""

import re
import time
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from graphql import FieldNode
from sqlalchemy import Dialect, FromClause
from sqlalchemy.dialects import sqlite
from sqlalchemy.dialects.postgresql import asyncpg

from schema.plan.binding import VIEWER, Reader, left_over, positions, tables, written
from schema.plan.collect import Collected, Request
from schema.plan.compile import ROW, Statement, Target, compile_request, compile_row
from schema.plan.documents import Operation
from schema.plan.emit import Correlated, Flat
from schema.plan.nesting import has_room
from schema.plan.spec import PolicyOf

KEPT = 1024
"""Plans kept. Compiling one again costs some milliseconds."""

CLOCK = re.compile(r"\b(now|random|current_(date|time|timestamp)|local(time|timestamp)|\w+_timestamp)\b", re.I)
"""What makes two runs of a statement over the same rows differ."""

DIALECTS: dict[str, Dialect] = {
    "postgresql": asyncpg.dialect(),  # type: ignore[no-untyped-call]
    "sqlite": sqlite.dialect(paramstyle="qmark"),
}
for _dialect in DIALECTS.values():
    _dialect.statement_compiler = written(_dialect.statement_compiler)


class Database(Protocol):
    """Where statements run: read-only, with a time limit."""

    dialect: str

    async def fetch(self, sql: str, arguments: list[Any]) -> str | None: ...


class Asking(Protocol):
    """What a request brings: who asks, of which database, how sealed values are opened, what is counted."""

    @property
    def policy(self) -> PolicyOf: ...

    @property
    def viewer_shape(self) -> Hashable: ...

    @property
    def viewer_values(self) -> Mapping[str, Any]:
        """The values that the policy binds, by name."""
        ...

    @property
    def reader(self) -> Database: ...

    def open_sealed(self, text: str) -> str: ...

    async def answered(self, operation: str) -> None:
        """Comes when all is read and before the answer leaves, for an operation of this name; what it raises takes the
        answer's place."""
        ...

    def writes(self) -> None:
        """Comes before an operation that may write: what it reads has to hold that."""
        ...

    def planned(self, hit: bool) -> None: ...

    def ran(self, seconds: float) -> None: ...


@dataclass(frozen=True)
class Plan:
    """A statement for one database and viewer's shape; `readers` take its parameters' values from the variables,
    `checks` those that it does not need but that may be wrong. A `steady` one gives the same answer for the same
    values as long as its `tables` do not change."""

    sql: str
    readers: list[Reader]
    checks: list[Reader]
    sealed: bool
    tables: frozenset[str]
    steady: bool

    def bound(self, values: Mapping[str, Any]) -> list[Any]:
        """Return the statement's arguments. Raises GraphQLError for values that the request may mend."""
        for check in self.checks:
            check(values)
        return [read(values) for read in self.readers]


class Plans:
    """The plans of one process."""

    def __init__(self) -> None:
        self._kept: dict[Hashable, Plan] = {}

    async def run(
        self, operation: Operation, request: Request, roots: Collected, asking: Asking, walked: bool = False
    ) -> str:
        """Return the JSON text of the root fields, which is the whole answer unless graphql-core walks it. Raises
        GraphQLError for values that the request may mend."""
        plan = self.plan(operation, request, roots, asking, walked)
        return await self.carry_out(plan, arguments_of(plan, request, asking), None if walked else operation, asking)

    async def carry_out(self, plan: Plan, arguments: list[Any], operation: Operation | None, asking: Asking) -> str:
        """Return the JSON text of the root fields; with the operation, it is the whole answer."""
        text = await _carried_out(plan, arguments, asking)
        if operation is not None:
            await asking.answered(operation.name)
        return text

    async def run_row(
        self,
        operation: Operation,
        request: Request,
        asking: Asking,
        type_name: str,
        table: FromClause,
        key: int,
        nodes: list[FieldNode],
        where: Hashable,
    ) -> str:
        """Return the JSON text of what the nodes of a field, at this place of the operation, ask of one row; `null`
        when the viewer cannot see it."""
        plan = self._plan(
            self._key(operation, request, (type_name, where), asking),
            asking,
            lambda target: compile_row(request, asking.policy, target, type_name, table, nodes),
        )
        values = {**request.variables, VIEWER: asking.viewer_values, ROW: key}
        return await _carried_out(plan, plan.bound(values), asking)

    def plan(
        self, operation: Operation, request: Request, roots: Collected, asking: Asking, walked: bool = False
    ) -> Plan:
        """Return the plan, compiled when it is new."""
        return self._plan(
            self._key(operation, request, tuple(roots) if walked else None, asking),
            asking,
            lambda target: compile_request(request, asking.policy, target, roots, walked),
        )

    def _plan(self, key: Hashable, asking: Asking, compile_: Callable[[Target], Statement]) -> Plan:
        plan = self._kept.pop(key, None)
        asking.planned(hit=plan is not None)
        if plan is None:
            plan = _compiled(compile_, DIALECTS[asking.reader.dialect])
            if len(self._kept) >= KEPT:
                del self._kept[next(iter(self._kept))]
        self._kept[key] = plan  # put back last: the first is the one not used for longest
        return plan

    def _key(self, operation: Operation, request: Request, part: Any, asking: Asking) -> Hashable:
        switches = tuple([request.variables.get(name) for name in sorted(operation.switches)])
        return (
            operation,
            operation.shapes(request.variables),
            switches,
            asking.viewer_shape,
            asking.reader.dialect,
            part,
        )


def arguments_of(plan: Plan, request: Request, asking: Asking) -> list[Any]:
    """Return what the request and its viewer bind. Raises GraphQLError for values that the request may mend."""
    return plan.bound({**request.variables, VIEWER: asking.viewer_values})


async def _carried_out(plan: Plan, arguments: list[Any], asking: Asking) -> str:
    started = time.perf_counter()
    text = await asking.reader.fetch(plan.sql, arguments)
    asking.ran(time.perf_counter() - started)
    if text is None:
        raise RuntimeError("A plan gave no answer.")
    return asking.open_sealed(text) if plan.sealed else text


def _compiled(compile_: Callable[[Target], Statement], dialect: Dialect) -> Plan:
    plan = plan_of(compile_(Target(dialect, Correlated())), dialect)
    if dialect.name == "sqlite" and not has_room(plan.sql):
        plan = plan_of(compile_(Target(dialect, Flat())), dialect)
    return plan


def plan_of(statement: Statement, dialect: Dialect) -> Plan:
    """Return the plan that carries out a compiled statement."""
    compiled = statement.select.compile(dialect=dialect)
    readers = statement.bind.readers
    return Plan(
        str(compiled),
        positions(compiled, readers),
        left_over(compiled, readers),
        statement.sealed,
        tables(compiled),
        not statement.sealed and CLOCK.search(str(compiled)) is None,
    )
