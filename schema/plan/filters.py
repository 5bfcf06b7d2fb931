"""A `where` argument becomes predicates. Null means "do not compare", and what is not known to match does not match."""

from collections.abc import Callable
from typing import Any

from graphql import GraphQLError, GraphQLInputField, GraphQLInputObjectType, get_named_type
from sqlalchemy import Boolean, and_, false, func, literal, not_, or_, select, true

from schema.plan.binding import Binder
from schema.plan.json_sql import AnyOf, Elements
from schema.plan.spec import SPEC, Among, Combine, Compare, Custom, Link, Policy, Related, Row, Value

DEPTH, CONDITIONS = 10, 60
"""Bounds of one `where`; beyond them SQLite's parser and a reader's patience end."""


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
        self.conditions = 0

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

    def _linked(self, link: Link, row: Row, child: Row, *predicates: Value) -> Value:
        assert link.on is not None
        where = [link.where(child)] if link.where else []
        seen = self.policy.rows(link.target, child)
        chosen = select(literal(1)).select_from(child).where(link.on(row, child), *where, seen, *predicates)
        return chosen.correlate(row).exists()

    def _some(self, link: Link, type_: Any, tree: Any, row: Row, depth: int) -> Value:
        child = link.target.alias()
        return self._linked(link, row, child, self.predicate(type_, tree, child, depth + 1))

    def _listed(self, link: Link, type_: Any, how: str, tree: Any, row: Row, depth: int) -> Value:
        nested = get_named_type(type_.fields[how].type)
        if how == "some":
            return self._some(link, nested, tree, row, depth)
        if how == "none":
            return not_(self._some(link, nested, tree, row, depth))
        child = link.target.alias()
        return not_(self._linked(link, row, child, not_(certainly(self.predicate(nested, tree, child, depth + 1)))))

    def _among(self, spec: Among, how: str, leaf: Any, row: Row) -> Value:
        child = spec.link.target.alias()
        value = spec.value(child)
        items = self.bind.items(leaf, value.type)
        found = AnyOf(value, items)
        if how == "hasAny":
            return self._linked(spec.link, row, child, found)
        if how == "hasNone":
            return not_(self._linked(spec.link, row, child, found))
        assert spec.link.on is not None
        where = [spec.link.where(child)] if spec.link.where else []
        seen = self.policy.rows(spec.link.target, child)
        counted = select(func.count(value.distinct())).select_from(child)
        counted = counted.where(spec.link.on(row, child), *where, seen, found).correlate(row)
        return counted.scalar_subquery() == Elements(items)

    def _bound(self, what: str, value: int, bound: int) -> None:
        if value > bound:
            raise GraphQLError(
                f"查询条件过于复杂 The {what} is {value}, at most {bound} is allowed.",
                extensions={"code": "LIMIT_EXCEEDED", "limit": what, "value": value, "bound": bound},
            )


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
