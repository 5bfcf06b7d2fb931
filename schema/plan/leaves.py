"""The request's values while a plan is compiled: what shapes the statement is known, the rest are leaves to bind."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, TypeAlias

from graphql import (
    GraphQLEnumType,
    GraphQLField,
    GraphQLInputObjectType,
    GraphQLInputType,
    GraphQLList,
    Undefined,
    get_named_type,
    get_nullable_type,
)
from graphql.language import (
    FieldNode,
    ListValueNode,
    NullValueNode,
    ObjectValueNode,
    OperationDefinitionNode,
    ValueNode,
    VariableNode,
)
from graphql.utilities.coerce_input_value import coerce_default_value, coerce_input_literal

from schema.plan.spec import Choice

Variables: TypeAlias = Mapping[str, Any]
Reader: TypeAlias = Callable[[Variables], Any]
Tree: TypeAlias = Any
"""None, a Leaf, a Choice, a dict of trees by field name, or a list of trees."""


@dataclass(frozen=True)
class Leaf:
    """A value that does not shape the statement; `read` takes it from the coerced variables. A `fixed` one stands in
    the document itself."""

    read: Reader
    fixed: bool = False


def _constant(value: Any) -> Reader:
    return lambda _: value


def _given(name: str) -> Reader:
    return lambda variables: variables.get(name)


def _inside(read: Reader, key: Any) -> Reader:
    return lambda variables: read(variables)[key]


def _is_choice(type_: GraphQLInputType) -> bool:
    named = get_named_type(type_)
    return isinstance(named, GraphQLEnumType) and issubclass(getattr(named, "wrapped_cls", object), Choice)


def _is_leafy(type_: GraphQLInputType) -> bool:
    return not isinstance(get_named_type(type_), GraphQLInputObjectType) and not _is_choice(type_)


def tree_of_value(type_: GraphQLInputType, value: Any, read: Reader) -> Tree:
    """Return the tree of a coerced value; `read` finds that value again in other variables of the same shape."""
    bare: Any = get_nullable_type(type_)
    if value is None:
        return None
    if _is_leafy(bare):
        return Leaf(read)
    if isinstance(bare, GraphQLList):
        return [tree_of_value(bare.of_type, item, _inside(read, at)) for at, item in enumerate(value)]
    if isinstance(bare, GraphQLInputObjectType):
        return {name: tree_of_value(bare.fields[name].type, item, _inside(read, name)) for name, item in value.items()}
    return value


def tree_of_ast(type_: GraphQLInputType, node: ValueNode, variables: Variables, declared: Variables) -> Tree:
    """Return the tree of a literal that may hold variables; `Undefined` for a variable that was not given."""
    bare: Any = get_nullable_type(type_)
    if isinstance(node, VariableNode):
        name = node.name.value
        if name not in variables:
            return Undefined
        return tree_of_value(declared[name], variables[name], _given(name))
    if isinstance(node, NullValueNode):
        return None
    if _is_leafy(bare):
        return Leaf(_literal(bare, node), not isinstance(node, ListValueNode))
    if isinstance(bare, GraphQLList):
        items = node.values if isinstance(node, ListValueNode) else (node,)
        return [tree_of_ast(bare.of_type, item, variables, declared) for item in items]
    if isinstance(bare, GraphQLInputObjectType) and isinstance(node, ObjectValueNode):
        given = {
            item.name.value: tree_of_ast(bare.fields[item.name.value].type, item.value, variables, declared)
            for item in node.fields
        }
        return {name: tree for name, tree in given.items() if tree is not Undefined}
    return coerce_input_literal(node, bare)


def _literal(type_: Any, node: ValueNode) -> Reader:
    if isinstance(node, VariableNode):
        return _given(node.name.value)
    if isinstance(node, ListValueNode):
        readers = [_literal(get_nullable_type(type_.of_type), item) for item in node.values]
        return lambda variables: [read(variables) for read in readers]
    return _constant(coerce_input_literal(node, type_))


def arguments(field: GraphQLField, node: FieldNode, variables: Variables, declared: Variables) -> dict[str, Tree]:
    """Return the trees of a field's arguments by name, defaults included; what was not given is absent."""
    given = {argument.name.value: argument.value for argument in node.arguments or ()}
    trees: dict[str, Tree] = {}
    for name, argument in field.args.items():
        tree = tree_of_ast(argument.type, given[name], variables, declared) if name in given else Undefined
        default = coerce_default_value(argument) if tree is Undefined else Undefined
        if default is not Undefined:
            tree = tree_of_value(argument.type, default, _constant(default))
        if tree is not Undefined:
            trees[name] = tree
    return trees


@cache
def shaper(type_: GraphQLInputType) -> Callable[[Any], Any]:
    """Return what gives the part of a coerced value of this type that shapes the statement, hashable: part of the
    plan's key."""
    bare: Any = get_nullable_type(type_)
    if _is_leafy(bare):
        return lambda value: value is not None
    if isinstance(bare, GraphQLList):
        item = shaper(bare.of_type)
        return lambda value: value if value is None else tuple(item(one) for one in value)
    if isinstance(bare, GraphQLInputObjectType):

        def fields(value: Any) -> Any:
            return value if value is None else tuple((name, parts(name)(value[name])) for name in sorted(value))

        def parts(name: str) -> Callable[[Any], Any]:  # asked only when needed: types may hold themselves
            return shaper(bare.fields[name].type)

        return fields
    return lambda value: value


def directive_variables(operation: OperationDefinitionNode, fragments: Mapping[str, Any]) -> frozenset[str]:
    """Return the names of variables in `@skip` and `@include`: their values shape the statement."""
    found: set[str] = set()
    waiting: list[Any] = [operation, *fragments.values()]
    while waiting:
        node = waiting.pop()
        for directive in getattr(node, "directives", None) or ():
            for argument in directive.arguments or ():
                if isinstance(argument.value, VariableNode):
                    found.add(argument.value.name.value)
        selections = getattr(node, "selection_set", None)
        waiting.extend(selections.selections if selections else ())
    return frozenset(found)
