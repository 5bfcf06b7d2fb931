"""What an operation may cost: its fields, multiplied by the pages they stand under, known before anything runs."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from graphql import (
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLField,
    GraphQLSchema,
    IntValueNode,
    ListValueNode,
    NullValueNode,
    OperationDefinitionNode,
    SelectionSetNode,
    ValueNode,
    VariableNode,
    get_named_type,
    get_nullable_type,
    is_leaf_type,
    is_list_type,
)

from schema.limits import COST, INPUTS, INTROSPECTED, refuse_over

PAGE = 20
"""How many a connection gives when the client does not say."""

LIST, GROUPS = 8, 50
"""How many a plain list and a list of groups are taken to have: neither can be asked for a page."""

ENORMOUS = 10**9
"""Stands for every number that is no Int: the cost refuses it long before."""


@dataclass(frozen=True, slots=True)
class Weight:
    """What a selection costs: a fixed part, and parts that a variable multiplies."""

    fixed: int
    parts: "tuple[tuple[str, int, Weight], ...]" = ()  # variable, its default, what is under it

    def cost(self, variables: Mapping[str, Any] | None) -> int:
        """Return the cost under these variables, coerced or as they came."""
        return self.fixed + sum(
            _amount((variables or {}).get(name), default) * under.cost(variables) for name, default, under in self.parts
        )

    def times(self, page: int) -> "Weight":
        parts = tuple((name, default, under.times(page)) for name, default, under in self.parts)
        return Weight(self.fixed * page, parts)


def weigh(
    schema: GraphQLSchema, operation: OperationDefinitionNode, fragments: Mapping[str, FragmentDefinitionNode]
) -> Weight:
    """Weigh an operation of a validated document once, for all variables. A field costs 1; `first`, `last` and a list
    of ids multiply what is under them, a connection without them counts a page. What @skip and @include leave out
    still counts, so that the weight depends on nothing else."""
    return _Scales(schema, operation, fragments).selection(
        operation.selection_set, schema.get_root_type(operation.operation), introspected=False
    )


def check_cost(weight: Weight, variables: Mapping[str, Any] | None) -> int:
    """Return the cost. Raises LIMIT_EXCEEDED over the bound, and when the variables hold too many objects: each may
    become a condition of the statement."""
    refuse_over("inputs", _objects(variables), INPUTS)
    cost = weight.cost(variables)
    refuse_over("cost", cost, COST)
    return cost


class _Scales:
    def __init__(
        self,
        schema: GraphQLSchema,
        operation: OperationDefinitionNode,
        fragments: Mapping[str, FragmentDefinitionNode],
    ) -> None:
        self.schema, self.fragments = schema, fragments
        self.defaults = {
            variable.variable.name.value: variable.default_value for variable in operation.variable_definitions or ()
        }

    def selection(self, selection_set: SelectionSetNode, parent: Any, introspected: bool) -> Weight:
        fixed, parts = 0, list[tuple[str, int, Weight]]()
        for node in selection_set.selections:
            if isinstance(node, FieldNode):
                weight = self.field(node, parent, introspected)
            else:
                spread: Any = self.fragments[node.name.value] if isinstance(node, FragmentSpreadNode) else node
                on = spread.type_condition
                kind = self.schema.get_type(on.name.value) if on else parent
                weight = self.selection(spread.selection_set, kind, introspected)
            fixed += weight.fixed
            parts += weight.parts
        return Weight(fixed, tuple(parts))

    def field(self, node: FieldNode, parent: Any, introspected: bool) -> Weight:
        if node.selection_set is None:
            return Weight(1)
        field = self.schema.get_field(parent, node.name.value)
        kind = get_named_type(field.type) if field else None
        introspected = introspected or node.name.value in ("__schema", "__type")
        under = self.selection(node.selection_set, kind, introspected)
        if introspected:
            pages: list[int | tuple[str, int]] = [INTROSPECTED.get(node.name.value, 1)]
        else:
            pages = self.pages(node, _usual(field, parent))
        fixed, parts = 1, list[tuple[str, int, Weight]]()
        for page in pages:
            if isinstance(page, int):
                weight = under.times(page)
                fixed += weight.fixed
                parts += weight.parts
            else:
                parts.append((*page, under))
        return Weight(fixed, tuple(parts))

    def pages(self, node: FieldNode, default: int) -> list[int | tuple[str, int]]:
        """Return how often what is under a field comes, for each argument that says so: a number, or a variable's
        name and what it is without one."""
        pages: list[int | tuple[str, int]] = []
        for argument in node.arguments or ():
            if argument.name.value in ("first", "last", "ids") and not isinstance(argument.value, NullValueNode):
                if isinstance(argument.value, VariableNode):
                    name = argument.value.name.value
                    pages.append((name, _literal(self.defaults.get(name), default)))
                else:
                    pages.append(_literal(argument.value, default))
        return pages or [default]


def _usual(field: GraphQLField | None, parent: Any) -> int:
    """Return how often what is under a field comes when no argument says so."""
    if field is None or is_leaf_type(get_named_type(field.type)):
        return 1
    if get_named_type(field.type).name.endswith("Connection"):
        return PAGE
    if not is_list_type(get_nullable_type(field.type)) or parent.name.endswith("Connection"):
        return 1  # a page was counted where it was asked for
    return GROUPS if "groupBy" in field.args else LIST


def _literal(value: ValueNode | None, default: int) -> int:
    if isinstance(value, IntValueNode):
        return ENORMOUS if len(value.value) > 9 else max(0, int(value.value))
    return len(value.values) if isinstance(value, ListValueNode) else default


def _amount(value: Any, default: int) -> int:
    if isinstance(value, list):
        return len(value)
    if isinstance(value, int | float):
        return max(0, min(int(value), ENORMOUS))
    return default


def _objects(variables: Mapping[str, Any] | None) -> int:
    count, left = 0, list((variables or {}).values())
    while left:
        value = left.pop()
        if isinstance(value, dict):
            count += 1
            left.extend(value.values())
        elif isinstance(value, list):
            left.extend(value)
    return count
