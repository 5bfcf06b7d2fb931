"""The compiler: one validated operation becomes one SQL statement whose only value is the answer's JSON text."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from operator import itemgetter
from typing import Any

from graphql import GraphQLField, GraphQLObjectType, get_named_type, is_non_null_type
from graphql.language import FieldNode
from sqlalchemy import Dialect, FromClause, Select, Text, case, false, func, literal, literal_column, null, select, true

from schema.plan.binding import Binder
from schema.plan.collect import Collected, Request
from schema.plan.connections import connection
from schema.plan.emit import EMPTY, Emitter, Level, Narrow, Scope, array, name_of
from schema.plan.filters import Filter, spec_of
from schema.plan.ids import asked_ids
from schema.plan.json_sql import JSON, JsonObject, JsonText
from schema.plan.leaves import Leaf, arguments
from schema.plan.spec import (
    MARK,
    Connection,
    Count,
    Find,
    Group,
    Link,
    Many,
    Nodes,
    OfViewer,
    One,
    PolicyOf,
    Row,
    Scalar,
    Stats,
    Value,
    Values,
)
from schema.plan.stats import grouped, in_order

ROW = "$row"
"""Where the key of the row stands among the variables."""

TYPE = "$type"
"""The key under which an object names its type when graphql-core walks the answer; no alias can be written so."""


@dataclass(frozen=True)
class Target:
    """The database that a statement is for, and how it writes lists there."""

    dialect: Dialect
    emit: Emitter


@dataclass(frozen=True)
class Statement:
    """What was compiled; `sealed` says that the answer holds values to open."""

    select: Select[Any]
    bind: Binder
    sealed: bool


def compile_request(
    request: Request, policy_of: PolicyOf, target: Target, roots: Collected, walked: bool = False
) -> Statement:
    """Compile these root fields of the request. `walked` adds each object's type, for graphql-core to find it."""
    compiler = _Compiler(request, policy_of, target, walked)
    query = request.schema.query_type
    assert query is not None
    answer = compiler.object(query, roots, None)
    return Statement(select(answer), compiler.bind, compiler.sealed)


def compile_row(
    request: Request, policy_of: PolicyOf, target: Target, type_name: str, table: FromClause, nodes: list[FieldNode]
) -> Statement:
    """Compile what the nodes ask of one row, whose key the variables hold: what a mutation gives back."""
    compiler = _Compiler(request, policy_of, target, walked=True)
    type_ = request.schema.type_map[type_name]
    assert isinstance(type_, GraphQLObjectType)
    seen = compiler.narrow(Link(table))

    def narrow(row: Row) -> list[Value]:
        return [row.c.id == compiler.bind(Leaf(itemgetter(ROW)), row.c.id.type), *seen(row)]

    def columns(child: Scope) -> Mapping[str, Value]:
        return {"j": compiler.object(type_, request.below(type_, nodes), child)}

    answer = func.coalesce(compiler.emit.one(None, Level(Link(table), narrow, columns)), literal_column("'null'", JSON))
    return Statement(select(answer), compiler.bind, compiler.sealed)


class _Compiler:
    def __init__(self, request: Request, policy_of: PolicyOf, target: Target, walked: bool) -> None:
        self.request, self.walked = request, walked
        self.bind, self.emit = Binder(target.dialect), target.emit
        self.policy = policy_of(self.bind.viewer)
        self.sealed = False

    def object(self, type_: GraphQLObjectType, collected: Collected, scope: Scope | None) -> Value:
        """Return the JSON object of a row. Without a scope: of the root."""
        named = [(TYPE, name_of(type_))] if self.walked and scope is not None else []
        return JsonObject([*named, *((key, self._field(type_, nodes, scope)) for key, nodes in collected.items())])

    def _field(self, type_: GraphQLObjectType, nodes: list[FieldNode], scope: Scope | None) -> Value:
        name = nodes[0].name.value
        if name == "__typename":
            return name_of(type_)
        field = type_.fields[name]
        given = arguments(field, nodes[0], self.request.variables, self.request.declared)
        match spec_of(field):
            case Scalar() as spec:
                assert scope is not None
                return self._scalar(spec, given, scope)
            case Group():
                return self._root(field, nodes)
            case OfViewer(name):
                return JsonText(self.bind.viewer(name, Text()))
            case One() as spec:
                return self._one(spec, field, nodes, given, scope)
            case Many() as spec:
                narrow = self.narrow(spec.link, spec.find, given, spec.gate)
                level = _list(spec.link, narrow, lambda child: {"j": self.below(field, nodes, child)}, spec.order)
                return self.emit.many(scope, level, lambda made: made["j"])
            case Values() as spec:
                return self._values(spec, given, scope)
            case Count() as spec:
                return self.emit.count(scope, spec.link, self.narrow(spec.link))
            case Connection() as spec:
                return connection(self, spec, field, nodes, given, scope)
            case Nodes() as spec:
                return self._nodes(spec, field, nodes, given)
            case Stats() as spec:
                return self._stats(spec, field, nodes, given)
        raise TypeError(f"{type_.name}.{name} does not say where its value lives")

    def _root(self, field: GraphQLField, nodes: list[FieldNode]) -> Value:
        type_ = get_named_type(field.type)
        assert isinstance(type_, GraphQLObjectType)
        named = [(TYPE, name_of(type_))] if self.walked else []
        fields = self.request.below(type_, nodes).items()
        return JsonObject([*named, *((key, self._field(type_, found, None)) for key, found in fields)])

    def below(self, field: GraphQLField, nodes: list[FieldNode], scope: Scope) -> Value:
        type_ = get_named_type(field.type)
        assert isinstance(type_, GraphQLObjectType)
        return self.object(type_, self.request.below(type_, nodes), scope)

    def _scalar(self, spec: Scalar, given: Mapping[str, Any], scope: Scope) -> Value:
        otherwise = null() if spec.otherwise is None else spec.otherwise(scope.row)
        gate = true() if spec.gate is None else self.policy.gate(spec.gate, scope.row)
        self.sealed |= spec.sealed and not _is(gate, false())

        def value() -> Value:
            found = spec.value(scope.row, given, self.bind)
            return literal(MARK, Text()) + found if spec.sealed else found

        return _gated(gate, value, otherwise)

    def _values(self, spec: Values, given: Mapping[str, Any], scope: Scope | None) -> Value:
        narrow = self.narrow(spec.link)
        level = _list(spec.link, narrow, lambda child: {"j": spec.value(child.row, given, self.bind)}, spec.order)
        gate = self.policy.gate(spec.gate, scope.row) if spec.gate and scope else true()
        return _gated(gate, lambda: self.emit.many(scope, level, lambda made: made["j"]), null())

    def _one(
        self, spec: One, field: GraphQLField, nodes: list[FieldNode], given: Mapping[str, Any], scope: Scope | None
    ) -> Value:
        narrow = self.narrow(spec.link, spec.find, given, spec.gate)
        always = is_non_null_type(field.type) and spec.link.where is None
        level = Level(spec.link, narrow, lambda child: {"j": self.below(field, nodes, child)}, always=always)
        return self.emit.one(scope, level)

    def narrow(
        self, link: Link, find: Find | None = None, given: Mapping[str, Any] | None = None, gate: str | None = None
    ) -> Narrow:
        """Return the predicates of a level: what the arguments find, and always what the viewer may see."""

        def narrow(row: Row) -> list[Value]:
            found = [find(row, given or {}, self.bind)] if find else []
            open_ = [self.policy.gate(gate, row)] if gate else []
            by_keys = bool(found) or link.on is not None
            seen = self.policy.rows(link.target, row, by_keys, link.parent, wide=bool(link.cases))
            return [*found, *open_, seen]

        return narrow

    def where(self, field: GraphQLField, given: Mapping[str, Any], row: Row) -> list[Value]:
        tree = given.get("where")
        if tree is None:
            return []
        return [Filter(self.policy, self.bind).predicate(get_named_type(field.args["where"].type), tree, row)]  # type: ignore[arg-type]

    def _nodes(self, spec: Nodes, field: GraphQLField, nodes: list[FieldNode], given: Mapping[str, Any]) -> Value:
        def found(scope: Scope) -> Mapping[str, Value]:
            return {"j": func.coalesce(*(self._node(name, spec, nodes, scope) for name in spec.tables), type_=JSON)}

        asked = asked_ids(given["id" if spec.single else "ids"], self.bind)
        if spec.single:
            return self.emit.one(None, Level(Link(asked), lambda row: [], found))
        level = _list(Link(asked), lambda row: [], found, lambda row: (row.c.position,))
        return self.emit.many(None, level, lambda made: made["j"])

    def _node(self, name: str, spec: Nodes, nodes: list[FieldNode], scope: Scope) -> Value:
        table, type_ = spec.tables[name], self.request.schema.type_map[name]
        assert isinstance(type_, GraphQLObjectType)

        def on(asked: Row, row: Row) -> Any:
            return (row.c.id == asked.c.key) & (asked.c.type == literal_column(f"'{name}'"))

        def columns(child: Scope) -> Mapping[str, Value]:
            return {"j": self.object(type_, self.request.below(type_, nodes), child)}

        link = Link(table, on, ("type", "key"))
        return self.emit.one(scope, Level(link, self.narrow(link), columns))

    def _stats(self, spec: Stats, field: GraphQLField, nodes: list[FieldNode], given: Mapping[str, Any]) -> Value:
        chosen = given["groupBy"]
        groups = grouped(spec, chosen, self.policy, lambda row: self.where(field, given, row), bool(given.get("where")))
        order = [name for choice in dict.fromkeys(chosen) for name in spec.dimensions[choice].columns]

        def sort(row: Row) -> tuple[Value, ...]:
            return tuple(key for name in order for key in in_order(row.c[name]))

        level = _list(Link(groups), lambda row: [], lambda child: {"j": self.below(field, nodes, child)}, sort)
        return self.emit.many(None, level, lambda made: made["j"])


def _list(
    link: Link,
    narrow: Narrow,
    columns: Callable[[Scope], Mapping[str, Value]],
    order: Callable[[Row], tuple[Value, ...]],
) -> Level:
    """Return the level of a plain list; its one column is `j`."""
    return Level(link, narrow, columns, {"j": array("j")}, {"j": EMPTY}, lambda row: list(order(row)))


def _gated(gate: Value, value: Callable[[], Value], otherwise: Value) -> Value:
    """Return the value where the gate is open; a gate known while compiling leaves no trace in the statement."""
    if _is(gate, true()):
        return value()
    return otherwise if _is(gate, false()) else case((gate, value()), else_=otherwise)


def _is(predicate: Value, constant: Value) -> bool:
    return type(predicate) is type(constant)
