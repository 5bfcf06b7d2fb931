"""Documents known by their text: parsed, bounded and validated once, then taken from memory."""

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from graphql import (
    GraphQLError,
    GraphQLInputType,
    GraphQLSchema,
    is_non_null_type,
    specified_rules,
    type_from_ast,
    validate,
)
from graphql.execution.values import get_variable_values
from graphql.language import (
    DocumentNode,
    FragmentDefinitionNode,
    OperationDefinitionNode,
    OperationType,
)

from schema.cost import Weight, weigh
from schema.limits import check_document, parse_document
from schema.plan.collect import Collected, Request
from schema.plan.filters import spec_of
from schema.plan.leaves import directive_variables, shaper
from schema.plan.plain import plain_reader

KNOWN = 512
"""Documents kept; a client has some dozens."""


class Invalid(Exception):
    """Holds what is wrong with the variables of a request, one GraphQLError each."""

    def __init__(self, errors: Sequence[GraphQLError]) -> None:
        super().__init__(*errors)
        self.errors = list(errors)


class Operation:
    """An operation of a valid document, and what about it does not change between requests."""

    def __init__(
        self, schema: GraphQLSchema, node: OperationDefinitionNode, fragments: dict[str, FragmentDefinitionNode]
    ) -> None:
        self.schema, self.node, self.fragments = schema, node, fragments
        self.declared: dict[str, GraphQLInputType] = {}
        for definition in node.variable_definitions or ():
            declared: Any = type_from_ast(schema, definition.type)
            self.declared[definition.variable.name.value] = declared

    @cached_property
    def name(self) -> str:
        """Its name, "" without one."""
        return self.node.name.value if self.node.name else ""

    @cached_property
    def switches(self) -> frozenset[str]:
        """The variables whose values decide `@skip` and `@include`."""
        return directive_variables(self.node, self.fragments)

    @cached_property
    def weight(self) -> Weight:
        """What it costs, but for the variables."""
        return weigh(self.schema, self.node, self.fragments)

    def request(self, inputs: dict[str, Any] | None) -> Request:
        """Return the operation with coerced variables. Raises Invalid."""
        plain = self._plain(inputs or {})
        if plain is not None:
            return Request(self.schema, self.node, self.fragments, self.declared, plain)
        found = get_variable_values(
            self.schema, self.node.variable_definitions or (), inputs or {}, max_errors=20, hide_suggestions=True
        )
        if isinstance(found, list):
            raise Invalid(found)
        return Request(self.schema, self.node, self.fragments, self.declared, found.coerced)

    def _plain(self, inputs: dict[str, Any]) -> dict[str, Any] | None:
        """Return the coerced variables where each is a plain value of its type, as nearly always; None leaves them to
        the library, which also words what is wrong."""
        coerced: dict[str, Any] = {}
        for name, read in self._readers.items():
            if name not in inputs:
                if name in self._needed:
                    return None
                continue
            value = read(inputs[name])
            if value is None:
                return None
            coerced[name] = value
        return coerced

    @cached_property
    def _needed(self) -> frozenset[str]:
        """The variables that must be given, or have a default."""
        return frozenset(
            definition.variable.name.value
            for definition in self.node.variable_definitions or ()
            if definition.default_value is not None or is_non_null_type(self.declared[definition.variable.name.value])
        )

    def shapes(self, variables: Mapping[str, Any]) -> Hashable:
        """Return what of the coerced variables shapes a plan."""
        return tuple([(name, self._shapers[name](value)) for name, value in variables.items()])

    @cached_property
    def _shapers(self) -> dict[str, Callable[[Any], Any]]:
        return {name: shaper(declared) for name, declared in self.declared.items()}

    @cached_property
    def _readers(self) -> dict[str, Callable[[Any], Any]]:
        return {name: plain_reader(declared) for name, declared in self.declared.items()}

    def planned(self, request: Request) -> Collected | None:
        """Return the root fields when one statement answers them all, else None: graphql-core takes it."""
        return self._planned(request) if self.switches else self._always_planned

    @cached_property
    def _always_planned(self) -> Collected | None:
        return self._planned(Request(self.schema, self.node, self.fragments, self.declared, {}))

    def _planned(self, request: Request) -> Collected | None:
        query = self.schema.query_type
        if self.node.operation is not OperationType.QUERY or query is None:
            return None
        roots = request.collect(query, [self.node.selection_set])
        names = {nodes[0].name.value for nodes in roots.values()}
        if any(name != "__typename" and (name.startswith("__") or not spec_of(query.fields[name])) for name in names):
            return None
        return roots


@dataclass(frozen=True)
class Document:
    """A document that could be parsed; with `errors` it may not be carried out."""

    node: DocumentNode
    errors: list[GraphQLError]
    operations: dict[str | None, Operation]

    def operation(self, name: str | None) -> Operation | None:
        """Return the operation of that name, or the only one."""
        if name is None:
            return next(iter(self.operations.values())) if len(self.operations) == 1 else None
        return self.operations.get(name)


class Documents:
    """The documents of one schema."""

    def __init__(self, schema: GraphQLSchema) -> None:
        self.schema = schema
        self._kept: dict[str, Document] = {}

    def read(self, text: str) -> Document:
        """Return the document of a text. Raises GraphQLError for what cannot be parsed or passes a bound."""
        document = self._kept.pop(text, None) or self._read(text)
        if len(self._kept) >= KNOWN:
            del self._kept[next(iter(self._kept))]
        self._kept[text] = document  # put back last: the first is the one not used for longest
        return document

    def known(self, text: str) -> Document | None:
        """Return the document of a text that was read before and is valid."""
        document = self._kept.get(text)
        return document if document is not None and not document.errors else None

    def _read(self, text: str) -> Document:
        node = parse_document(text)
        check_document(text, node)
        errors = validate(self.schema, node, specified_rules, max_errors=20, hide_suggestions=False)
        if errors:
            return Document(node, errors, {})
        fragments = {item.name.value: item for item in node.definitions if isinstance(item, FragmentDefinitionNode)}
        operations = {
            item.name.value if item.name else None: Operation(self.schema, item, fragments)
            for item in node.definitions
            if isinstance(item, OperationDefinitionNode)
        }
        return Document(node, [], operations)
