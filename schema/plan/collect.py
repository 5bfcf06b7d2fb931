"""Which fields of an operation are asked of an object type: fragments opened, `@skip` and `@include` decided."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from graphql import GraphQLInputType, GraphQLObjectType, GraphQLSchema, is_abstract_type
from graphql.language import (
    BooleanValueNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    OperationDefinitionNode,
    SelectionNode,
    SelectionSetNode,
    VariableNode,
)

Collected: TypeAlias = dict[str, list[FieldNode]]
"""The field nodes that share a response key, in the order of the answer."""


@dataclass(frozen=True)
class Request:
    """An operation and the coerced values of its variables; `declared` are the variables' types."""

    schema: GraphQLSchema
    operation: OperationDefinitionNode
    fragments: Mapping[str, FragmentDefinitionNode]
    declared: Mapping[str, GraphQLInputType]
    variables: Mapping[str, Any]

    def collect(self, type_: GraphQLObjectType, sets: Iterable[SelectionSetNode | None]) -> Collected:
        """Return the fields that these selection sets ask of an object of this type."""
        found: Collected = {}
        visited: set[str] = set()
        for selection_set in sets:
            if selection_set is not None:
                self._collect(type_, selection_set, found, visited)
        return found

    def below(self, type_: GraphQLObjectType, nodes: Iterable[FieldNode]) -> Collected:
        """Return the fields asked under the nodes of one field."""
        return self.collect(type_, (node.selection_set for node in nodes))

    def _collect(
        self, type_: GraphQLObjectType, selection_set: SelectionSetNode, found: Collected, visited: set[str]
    ) -> None:
        for node in selection_set.selections:
            if not self._included(node):
                continue
            if isinstance(node, FieldNode):
                found.setdefault((node.alias or node.name).value, []).append(node)
                continue
            spread: Any = node
            if isinstance(node, FragmentSpreadNode):
                if node.name.value in visited:
                    continue
                visited.add(node.name.value)
                spread = self.fragments[node.name.value]
            condition = spread.type_condition
            if condition is None or self._applies(condition.name.value, type_):
                self._collect(type_, spread.selection_set, found, visited)

    def _applies(self, condition: str, type_: GraphQLObjectType) -> bool:
        wanted = self.schema.type_map[condition]
        return wanted is type_ or (is_abstract_type(wanted) and self.schema.is_sub_type(wanted, type_))

    def _included(self, node: SelectionNode) -> bool:
        for directive in node.directives or ():
            if directive.name.value in ("skip", "include"):
                (argument,) = directive.arguments or ()
                value = argument.value
                given = (
                    self.variables.get(value.name.value)
                    if isinstance(value, VariableNode)
                    else isinstance(value, BooleanValueNode) and value.value
                )
                if bool(given) is (directive.name.value == "skip"):
                    return False
        return True
