"""Grouped counts: the dimensions asked become joins and groups, every table under scope."""

from collections.abc import Callable, Sequence

from graphql import GraphQLError
from sqlalchemy import Enum, FromClause, Subquery, Text, case, cast, func, null, select, true, type_coerce, union_all
from sqlalchemy.sql.elements import False_

from schema.plan.spec import Choice, Policy, Row, Stats, Summary, Value

MOST_DIMENSIONS = 3


def grouped(
    spec: Stats, dimensions: Sequence[Choice], policy: Policy, where: Callable[[Row], list[Value]], is_narrowed: bool
) -> Subquery:
    """Return one row a group: the columns of every dimension (null for those not asked), then the measures."""
    chosen = list(dict.fromkeys(dimensions))
    if len(chosen) > MOST_DIMENSIONS:
        raise GraphQLError(
            f"groupBy 最多 {MOST_DIMENSIONS} 项，收到 {len(chosen)} 项 (groupBy takes at most {MOST_DIMENSIONS}).",
            extensions={
                "code": "LIMIT_EXCEEDED",
                "limit": "groupBy",
                "value": len(chosen),
                "bound": MOST_DIMENSIONS,
            },
        )
    joins = dict.fromkeys(join for choice in chosen for join in spec.dimensions[choice].joins)
    smallest = None if is_narrowed else policy.smallest_group(spec.table)
    summary = spec.summary if not is_narrowed and smallest is None else None
    if summary is not None and not summary.joins.issuperset(joins):
        summary = None

    def seen(table: FromClause, row: Row, parent: FromClause | None = None) -> Value:
        return policy.rows(table, row, parent=parent) if smallest is None else true()

    source: Row = _summed(spec.table, summary, policy) if summary else spec.table.alias()
    rows: dict[str, Row] = {"": source}
    predicates = [] if summary else [seen(spec.table, source), *where(source)]
    for name in joins:
        join = spec.joins[name]
        rows[name] = join.table.alias()
        on = join.on(rows[""], rows[name]) & seen(join.table, rows[name], spec.table)
        source = source.join(rows[name], on, isouter=join.outer)
    keys = {
        column: value(rows).label(column)
        for choice in chosen
        for column, value in spec.dimensions[choice].columns.items()
    }
    bare = {name: join.table for name, join in spec.joins.items()}
    empty = {
        column: cast(null(), value({**bare, **rows}).type).label(column)
        for choice, dimension in spec.dimensions.items()
        if choice not in chosen
        for column, value in dimension.columns.items()
    }
    measures = {name: measure(rows) for name, measure in spec.measures.items()}
    if summary:
        measures = {name: func.coalesce(func.sum(rows[""].c[name]), 0) for name in summary.sums}
    labeled = [measure.label(name) for name, measure in measures.items()]
    query = select(*keys.values(), *empty.values(), *labeled).select_from(source).where(*predicates)
    query = query.group_by(*(value.element for value in keys.values()))
    if summary and keys:  # sums over nothing left are no group
        query = query.having(measures[next(iter(summary.sums))] > 0)
    if smallest is not None:
        query = query.having(func.count(rows[""].c.id.distinct()) >= smallest)
    return query.subquery()


def _summed(table: FromClause, summary: Summary, policy: Policy) -> Row:
    """Return the sums that the viewer sees, and each row that it sees besides as one more."""
    sums, row = summary.table.alias(), table.alias()
    names = [column.name for column in summary.table.c if column.name in (*table.c.keys(), *summary.sums)]
    names.remove("id")
    seen = select(*(sums.c[name] for name in names)).where(policy.rows(summary.table, sums))
    beside = policy.beside(table, row)
    if isinstance(beside, False_):
        return seen.subquery()
    single = {name: value(row).label(name) for name, value in summary.sums.items()}
    alone = select(*(single[name] if name in single else row.c[name] for name in names)).where(beside)
    return union_all(seen, alone).subquery()


def in_order(column: Value) -> tuple[Value, ...]:
    """Return how groups sort by a key: the members of an enum as they were declared, and the missing ones last."""
    kind = column.type
    key = column
    if isinstance(kind, Enum):
        key = case({name: position for position, name in enumerate(kind.enums)}, value=type_coerce(column, Text()))
    return column.is_(None), key
