"""How rows that hang on rows become JSON: by correlated subqueries, and where SQLite has no room for them by flat CTEs.

SQLite's parser overflows when selects nest about five connections deep (`nesting`). Then each level is a CTE of its
own, keyed by its parents, and joined where its JSON is needed: more work, as every level is written down. Both emitters
take the same description of a level, `Level`.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from graphql import GraphQLObjectType
from sqlalchemy import Select, Text, and_, case, func, literal_column, null, select, union_all
from sqlalchemy.sql.elements import False_, True_

from schema.plan.json_sql import JSON, JsonArray
from schema.plan.spec import Link, Row, Value

Columns = Callable[["Scope"], Mapping[str, Value]]
Narrow = Callable[[Row], list[Value]]


@dataclass
class Scope:
    """The rows for which JSON is being made. `source` is `base` with what was joined to it so far, where an `optional`
    row may be missing."""

    row: Row
    base: Row
    source: Row
    outer: tuple[Row, ...] = ()
    optional: bool = False


@dataclass(frozen=True)
class Level:
    """Rows of `link` under the scope. `columns` are made for each row, `aggregates` over all rows of one parent, in the
    order `shown`; `order` is the one in which `limit` counts. Where aggregates need them, rows are `numbered`: `rn_`
    counts in `order`, `cnt_` is how many there are up to the limit."""

    link: Link
    narrow: Narrow
    columns: Columns
    aggregates: Mapping[str, Callable[[Row], Value]] = field(default_factory=dict)
    defaults: Mapping[str, Value] = field(default_factory=dict)
    order: Callable[[Row], list[Any]] | None = None
    limit: Value | None = None
    shown: Callable[[Row], list[Any]] | None = None
    numbered: bool = False
    parts: Sequence[tuple[Row, Narrow]] = ()
    """Of a whole table: its rows as sources without a common row, each narrowed by itself."""
    always: bool = False
    """Every parent has its one row, by a key that is never null."""


class Emitter(Protocol):
    def one(self, scope: Scope | None, level: Level) -> Value: ...

    def many(self, scope: Scope | None, level: Level, assemble: Callable[[Mapping[str, Value]], Value]) -> Value: ...

    def count(self, scope: Scope | None, link: Link, narrow: Narrow) -> Value: ...


def _numbered(rows: Row, level: Level, partition: Sequence[Value]) -> Select[Any]:
    order = level.order(rows) if level.order else None
    return select(
        rows,
        func.row_number().over(partition_by=partition or None, order_by=order).label("rn_"),
        func.count().over(partition_by=partition or None).label("cnt_"),
    )


def _listed(level: Level, rows: Row, scope: Scope, keys: Sequence[Value]) -> Row:
    """Return the rows with their JSON, in the order of the answer."""
    columns = [value.label(name) for name, value in level.columns(scope).items()]
    numbers = [rows.c[name] for name in ("rn_", "cnt_") if name in rows.c]
    shown = level.shown or level.order
    chosen = select(*keys, *numbers, *columns).select_from(scope.source)
    return chosen.order_by(*keys, *(shown(rows) if shown else [])).subquery()


def _first(rows: Select[Any], level: Level, table: Row) -> Select[Any]:
    """Return as many of the rows as the level may have, the first in its order."""
    return rows.order_by(*level.order(table)).limit(level.limit) if level.order and level.limit is not None else rows


def _first_of_all(level: Level) -> Select[Any]:
    """Return the first rows of a whole table; of one in parts, the first among the first of each."""
    if not level.parts:
        table, narrow = level.link.target.alias(), level.narrow
        where = [level.link.where(table)] if level.link.where else []
        return _first(select(table).where(*where, *narrow(table)), level, table)
    found = [_first(select(rows).where(*narrow(rows)), level, rows) for rows, narrow in level.parts]
    if len(found) == 1:
        return found[0]
    together = union_all(*(select(rows.subquery()) for rows in found)).subquery()
    return _first(select(together), level, together)


def _by_cases(level: Level, parent: Row, outer: Sequence[Row], *columns: str) -> Select[Any]:
    """Return the first rows of a parent, in no order, from the case that it is of; the others end before they begin."""
    link, found = level.link, []
    for case_ in link.cases:
        table = link.target.alias()
        here = [case_.when(parent), case_.on(parent, table), *([link.where(table)] if link.where else [])]
        chosen = select(*(table.c[name] for name in columns)) if columns else select(table)
        first = _first(chosen.where(*here, *level.narrow(table)), level, table).correlate(*outer)
        found.append(select(first.subquery()))
    return select(union_all(*found).subquery())


class Correlated:
    """A linked row is joined, a list is a scalar subquery that reads its parent row from the outside."""

    def _narrowed(self, scope: Scope | None, link: Link, table: Row, predicates: list[Value]) -> list[Value]:
        on = [link.on(scope.row, table)] if scope and link.on is not None else []
        return [*on, *([link.where(table)] if link.where else []), *predicates]

    def one(self, scope: Scope | None, level: Level) -> Value:
        table = level.link.target.alias()
        narrowed = level.narrow(table)
        where = self._narrowed(scope, level.link, table, narrowed)
        if scope is None:
            child = Scope(table, table, table, (table,))
            (value,) = level.columns(child).values()
            return select(value).select_from(child.source).where(*where).scalar_subquery()
        optional = scope.optional or not level.always or any(not isinstance(predicate, True_) for predicate in narrowed)
        joined = scope.source.join(table, and_(*where), isouter=optional)  # PostgreSQL finds better ways if it is inner
        child = Scope(table, table, joined, (*scope.outer, table), optional)
        (value,) = level.columns(child).values()
        if any(isinstance(predicate, False_) for predicate in narrowed):
            return null()  # joined all the same, SQLite would look at each row to find that it is hidden
        scope.source, scope.outer = child.source, child.outer
        return case((table.c.id.is_not(None), value)) if optional else value

    def many(self, scope: Scope | None, level: Level, assemble: Callable[[Mapping[str, Value]], Value]) -> Value:
        outer = scope.outer if scope else ()
        if scope is None:
            page = _first_of_all(level)
        elif level.link.cases and level.limit is not None:
            page = _by_cases(level, scope.row, outer)
        else:
            table = level.link.target.alias()
            page = _first(
                select(table).where(*self._narrowed(scope, level.link, table, level.narrow(table))), level, table
            )
        rows = page.correlate(*outer).subquery()
        if level.numbered:
            rows = _numbered(rows, level, []).subquery()
        inner = _listed(level, rows, Scope(rows, rows, rows, (*outer, rows)), [])
        made = {name: aggregate(inner) for name, aggregate in level.aggregates.items()}
        return select(assemble(made)).select_from(inner).correlate(*outer).scalar_subquery()

    def count(self, scope: Scope | None, link: Link, narrow: Narrow) -> Value:
        table, outer = link.target.alias(), scope.outer if scope else ()
        chosen = select(func.count()).select_from(table).where(*self._narrowed(scope, link, table, narrow(table)))
        return chosen.correlate(*outer).scalar_subquery()


class Flat:
    """Each level is a chain of CTEs, keyed by the columns of the parents that it hangs on; for SQLite."""

    def one(self, scope: Scope | None, level: Level) -> Value:
        rows, keys = self._rows(scope, level.link, level.narrow)
        child = Scope(rows, rows, rows)
        (value,) = level.columns(child).values()
        if scope is None:
            return select(value).select_from(child.source).scalar_subquery()
        made = select(*[rows.c[f"p_{key}"] for key in keys], value.label("j")).select_from(child.source).cte()
        return self._joined(scope, made, keys).c.j  # type: ignore[no-any-return]

    def many(self, scope: Scope | None, level: Level, assemble: Callable[[Mapping[str, Value]], Value]) -> Value:
        rows, names = self._page(scope, level)
        keys = [rows.c[f"p_{name}"] for name in names]
        inner = _listed(level, rows, Scope(rows, rows, rows), keys)
        if scope is None:
            made = {name: aggregate(inner) for name, aggregate in level.aggregates.items()}
            return select(assemble(made)).select_from(inner).scalar_subquery()
        groups = [inner.c[key.key] for key in keys]
        columns = [aggregate(inner).label(name) for name, aggregate in level.aggregates.items()]
        grouped = self._joined(scope, select(*groups, *columns).group_by(*groups).cte(), names)
        return assemble(
            {
                name: func.coalesce(grouped.c[name], level.defaults[name], type_=grouped.c[name].type)
                if name in level.defaults
                else grouped.c[name]
                for name in level.aggregates
            }
        )

    def count(self, scope: Scope | None, link: Link, narrow: Narrow) -> Value:
        if scope is None:
            table = link.target.alias()
            where = [link.where(table)] if link.where else []
            return select(func.count()).select_from(table).where(*where, *narrow(table)).scalar_subquery()
        rows, names = self._rows(scope, link, narrow)
        keys = [rows.c[f"p_{name}"] for name in names]
        counted = self._joined(scope, select(*keys, func.count().label("n")).group_by(*keys).cte(), names)
        return func.coalesce(counted.c.n, 0)

    def _page(self, scope: Scope | None, level: Level) -> tuple[Row, tuple[str, ...]]:
        """Return the rows of the level, at most `limit` for each parent."""
        if scope is None:
            page = _first_of_all(level)
            return (_numbered(page.subquery(), level, []) if level.numbered else page).cte(), ()
        if level.limit is None:
            return self._rows(scope, level.link, level.narrow)
        rows, names = self._rows(scope, level.link, level.narrow, level)
        keys = [rows.c[f"p_{name}"] for name in names]
        order = level.order(rows) if level.order else None
        ranked = select(rows, func.row_number().over(partition_by=keys, order_by=order).label("rn_")).subquery()
        kept = [ranked.c[key.key] for key in keys]
        counts = [func.count().over(partition_by=kept).label("cnt_")] if level.numbered else []
        return select(ranked, *counts).where(ranked.c.rn_ <= level.limit).cte(), names

    def _rows(
        self, scope: Scope | None, link: Link, narrow: Narrow, page: Level | None = None
    ) -> tuple[Row, tuple[str, ...]]:
        """Return the linked rows of all parents; of a page at least its own, where that is less work."""
        table = link.target.alias()
        predicates = [*([link.where(table)] if link.where else []), *narrow(table)]
        if scope is None or link.on is None:
            return select(table).where(*predicates).cte(), ()
        names = link.parent_columns
        parents = select(*[scope.row.c[name] for name in names]).distinct().select_from(scope.base).subquery()
        labels = [parents.c[name].label(f"p_{name}") for name in names]
        if page and link.cases:
            here = table.c.id.in_(_by_cases(page, parents, (parents,), "id"))
            return select(table, *labels).select_from(parents.join(table, here)).cte(), names
        chosen = select(table, *labels).select_from(parents.join(table, link.on(parents, table)))
        return chosen.where(*predicates).cte(), names

    def _joined(self, scope: Scope, made: Any, names: tuple[str, ...]) -> Any:
        match = and_(*(made.c[f"p_{name}"] == scope.row.c[name] for name in names))
        scope.source = scope.source.outerjoin(made, match)
        return made


EMPTY = literal_column("'[]'", JSON)


def name_of(type_: GraphQLObjectType) -> Value:
    """Return a type's name."""
    return literal_column(f"'{type_.name}'", Text())


def array(name: str, size: Value | None = None) -> Callable[[Row], Value]:
    """Return the array of a column, of the first `size` rows where they are numbered."""
    return lambda rows: JsonArray(rows.c[name], *([] if size is None else [rows.c.rn_ <= size]))
