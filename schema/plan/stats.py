"""Grouped counts: the dimensions asked become joins and groups, every table under scope."""

from collections.abc import Callable, Sequence

from graphql import GraphQLError
from sqlalchemy import Enum, FromClause, Subquery, Text, case, cast, func, null, select, true, type_coerce

from schema.plan.spec import Choice, Policy, Row, Stats, Value

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
    rows: dict[str, Row] = {"": spec.table.alias()}
    source = rows[""]
    smallest = None if is_narrowed else policy.smallest_group(spec.table)

    def seen(table: FromClause, row: Row, parent: FromClause | None = None) -> Value:
        return policy.rows(table, row, parent=parent) if smallest is None else true()

    predicates = [seen(spec.table, source)]
    for name in dict.fromkeys(join for choice in chosen for join in spec.dimensions[choice].joins):
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
    measures = [measure(rows).label(name) for name, measure in spec.measures.items()]
    query = select(*keys.values(), *empty.values(), *measures).select_from(source)
    query = query.where(*predicates, *where(rows[""]))
    query = query.group_by(*(value.element for value in keys.values()))
    if smallest is not None:
        query = query.having(func.count(rows[""].c.id.distinct()) >= smallest)
    return query.subquery()


def in_order(column: Value) -> tuple[Value, ...]:
    """Return how groups sort by a key: the members of an enum as they were declared, and the missing ones last."""
    kind = column.type
    key = column
    if isinstance(kind, Enum):
        key = case({name: position for position, name in enumerate(kind.enums)}, value=type_coerce(column, Text()))
    return column.is_(None), key
