"""A `where` argument becomes predicates. Null means "do not compare", and what is not known to match does not match."""

from collections.abc import Callable
from typing import Any

from graphql import GraphQLError, GraphQLInputField, GraphQLInputObjectType, get_named_type
from sqlalchemy import Boolean, and_, false, func, literal_column, not_, or_, select, true

from schema.plan.binding import Binder
from schema.plan.json_sql import AnyOf, Elements
from schema.plan.spec import SPEC, Among, Combine, Compare, Custom, Link, Policy, Related, Row, Value

DEPTH, CONDITIONS = 10, 60
"""Bounds of one `where`; beyond them SQLite's parser and a reader's patience end."""


NESTING = 4
"""Links within links at which a subquery becomes a CTE on SQLite, whose parser overflows at about seven."""

ONE: Value = literal_column("1")


def spec_of(field: Any) -> Any:
    """Return the spec of a graphql-core field or input field, or None."""
    declared = field.extensions.get("strawberry-definition")
    return declared.metadata.get(SPEC) if declared is not None else None


def certainly(predicate: Value) -> Value:
    """Return a predicate that is false where the given one is unknown, so that its negation is its complement."""
    return func.coalesce(predicate, false(), type_=Boolean())


class Filter:
    """Compiles the `where` trees of one statement."""

    def __init__(self, policy: Policy, bind: Binder) -> None:
        self.policy, self.bind = policy, bind
        self.conditions = self.nesting = 0

    def predicate(self, type_: GraphQLInputObjectType, tree: dict[str, Any], row: Row, depth: int = 1) -> Value:
        """Return the predicate of one input object over a row."""
        self._bound("filter depth", depth, DEPTH)
        parts = [self._field(type_.fields[name], item, row, depth) for name, item in tree.items() if item is not None]
        return and_(true(), *parts)

    def _field(self, field: GraphQLInputField, tree: Any, row: Row, depth: int) -> Value:
        self.conditions += 1
        self._bound("filter conditions", self.conditions, CONDITIONS)
        spec, type_ = spec_of(field), get_named_type(field.type)
        if isinstance(spec, Combine):
            return self._combined(spec, type_, tree, row, depth)
        if isinstance(spec, Compare):
            return and_(true(), *(OPERATORS[name](self.bind, spec.value(row), leaf) for name, leaf in _given(tree)))
        if isinstance(spec, Among):
            return and_(true(), *(self._among(spec, name, leaf, row) for name, leaf in _given(tree)))
        if isinstance(spec, Related):
            if not spec.many:
                return self._some(spec.link, type_, tree, row, depth)
            return and_(
                true(), *(self._listed(spec.link, type_, name, item, row, depth) for name, item in _given(tree))
            )
        if isinstance(spec, Custom):
            return spec.predicate(row, tree, self.bind)
        raise TypeError(f"{field} declares no condition")

    def _combined(self, spec: Combine, type_: Any, tree: Any, row: Row, depth: int) -> Value:
        if spec.how == "not":
            return not_(certainly(self.predicate(type_, tree, row, depth + 1)))
        parts = [self.predicate(type_, item, row, depth + 1) for item in tree if item is not None]
        return and_(true(), *parts) if spec.how == "and" else or_(false(), *parts)

    def _linked(self, link: Link, row: Row, predicates: Callable[[Row], list[Value]]) -> Value:
        """Return whether some linked row that the viewer may see holds to the predicates; never unknown."""
        child = link.target.alias()
        self.nesting += 1
        where = [*([link.where(child)] if link.where else []), self.policy.rows(link.target, child, parent=link.parent)]
        if self.bind.dialect.name != "sqlite" or self.nesting < NESTING:
            found = select(ONE).select_from(child).where(_on(link, row, child), *where, *predicates(child))
            self.nesting -= 1
            return found.correlate(row).exists()
        outer, self.nesting = self.nesting, 0
        parent: Any = row.element.alias()  # type: ignore[attr-defined]
        keys = [parent.c[name].label(f"p_{name}") for name in link.parent_columns]
        joined = parent.join(child, _on(link, parent, child))
        known = select(*keys).distinct().select_from(joined).where(*where, *predicates(child)).cte()
        self.nesting = outer - 1
        same = [known.c[f"p_{name}"] == row.c[name] for name in link.parent_columns]
        return select(ONE).select_from(known).where(*same).correlate(row).exists()

    def _some(self, link: Link, type_: Any, tree: Any, row: Row, depth: int) -> Value:
        return self._linked(link, row, lambda child: [self.predicate(type_, tree, child, depth + 1)])

    def _listed(self, link: Link, type_: Any, how: str, tree: Any, row: Row, depth: int) -> Value:
        nested = get_named_type(type_.fields[how].type)
        if how == "some":
            return self._some(link, nested, tree, row, depth)
        if how == "none":
            return not_(self._some(link, nested, tree, row, depth))
        return not_(
            self._linked(link, row, lambda child: [not_(certainly(self.predicate(nested, tree, child, depth + 1)))])
        )

    def _among(self, spec: Among, how: str, leaf: Any, row: Row) -> Value:
        child = spec.link.target.alias()
        value = spec.value(child)
        items = self.bind.items(leaf, value.type)
        if how != "hasAll":
            some = self._linked(spec.link, row, lambda child: [AnyOf(spec.value(child), items)])
            return some if how == "hasAny" else not_(some)
        where = [spec.link.where(child)] if spec.link.where else []
        seen = self.policy.rows(spec.link.target, child, parent=spec.link.parent)
        counted = select(func.count(value.distinct())).select_from(child)
        counted = counted.where(_on(spec.link, row, child), *where, seen, AnyOf(value, items)).correlate(row)
        return counted.scalar_subquery() == Elements(items)

    def _bound(self, what: str, value: int, bound: int) -> None:
        if value > bound:
            raise GraphQLError(
                f"查询条件过于复杂 The {what} is {value}, at most {bound} is allowed.",
                extensions={"code": "LIMIT_EXCEEDED", "limit": what, "value": value, "bound": bound},
            )


def _on(link: Link, row: Row, child: Row) -> Value:
    if link.on is None:
        raise TypeError("A filter over linked rows needs a link that says how they hang together.")
    return link.on(row, child)


def _given(tree: dict[str, Any]) -> list[tuple[str, Any]]:
    return [(name, item) for name, item in tree.items() if item is not None]


def _same(how: Callable[[Value, Value], Value]) -> Callable[[Binder, Value, Any], Value]:
    return lambda bind, value, leaf: how(value, bind(leaf, value.type))


OPERATORS: dict[str, Callable[[Binder, Value, Any], Value]] = {
    "eq": _same(lambda a, b: a == b),
    "ne": _same(lambda a, b: a.is_distinct_from(b)),
    "gt": _same(lambda a, b: a > b),
    "gte": _same(lambda a, b: a >= b),
    "lt": _same(lambda a, b: a < b),
    "lte": _same(lambda a, b: a <= b),
    "in": lambda bind, value, leaf: AnyOf(value, bind.items(leaf, value.type)),
    "notIn": lambda bind, value, leaf: not_(certainly(AnyOf(value, bind.items(leaf, value.type)))),
    "contains": _same(lambda a, b: func.replace(a, b, "") != a),
    "startsWith": _same(lambda a, b: func.substr(a, 1, func.length(b)) == b),
    "isNull": lambda bind, value, leaf: value.is_(None) == bind(leaf, Boolean()),
}
