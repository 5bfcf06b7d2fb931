"""The hook into Strawberry: what plans can answer is answered by one statement, the rest goes to graphql-core."""

from collections.abc import AsyncIterator, Awaitable, Callable, Hashable, Iterator
from typing import Any

import orjson
from graphql import FieldNode, GraphQLError, GraphQLSchema, OperationType
from graphql.execution import ExecutionResult
from sqlalchemy import FromClause
from strawberry.extensions import SchemaExtension

from schema.cost import check_cost
from schema.plan.collect import Request
from schema.plan.documents import Document, Documents, Invalid, Operation
from schema.plan.plans import Plans


class Planner:
    """The documents and plans of one schema."""

    def __init__(self, schema: GraphQLSchema) -> None:
        self.documents, self.plans = Documents(schema), Plans()


def planner_of(schema: GraphQLSchema) -> Planner:
    """Return the schema's planner, made at its first use."""
    planner: Planner | None = schema.extensions.get("planner")
    if planner is None:
        planner = schema.extensions["planner"] = Planner(schema)
    return planner


class PlanExtension(SchemaExtension):
    """Answers queries whose root fields are all planned."""

    _document: Document

    @property
    def _planner(self) -> Planner:
        return planner_of(self.execution_context.schema._schema)

    def on_parse(self) -> Iterator[None]:
        self._document = self._planner.documents.read(self.execution_context.query or "")
        self.execution_context.graphql_document = self._document.node
        yield

    def on_validate(self) -> Iterator[None]:
        self.execution_context.validation_rules = ()
        if self._document.errors:
            self.execution_context.pre_execution_errors = self._document.errors
        yield

    async def on_execute(self) -> AsyncIterator[None]:
        context = self.execution_context
        context.result = await self._answer()
        yield
        operation = self._document.operation(context.operation_name)
        await context.context.answered(operation.name if operation else "")

    async def _answer(self) -> ExecutionResult | None:
        context = self.execution_context
        operation = self._document.operation(context.operation_name)
        if operation is None:
            return None
        try:
            request = operation.request(context.variables)
            check_cost(operation.weight, request.variables)
            roots = operation.planned(request)
            if roots is None or context.context.walks:
                if operation.node.operation is OperationType.MUTATION:
                    context.context.writes()
                context.context.walk = self._walker(operation, request)
                context.context.read_row = self._row_reader(operation, request)
                return None
            text = await self._planner.plans.run(operation, request, roots, context.context)
        except Invalid as invalid:
            return ExecutionResult(None, invalid.errors)
        except GraphQLError as error:
            return ExecutionResult(None, [error])
        data: Any = orjson.Fragment(text)
        return ExecutionResult(data, None)

    def _walker(self, operation: Operation, request: Request) -> Callable[[str, list[FieldNode]], Awaitable[Any]]:
        """Return what resolves a root field on its own, for graphql-core to walk through."""

        async def walk(key: str, nodes: list[FieldNode]) -> Any:
            asking = self.execution_context.context
            text = await self._planner.plans.run(operation, request, {key: nodes}, asking, walked=True)
            return orjson.loads(text)[key]

        return walk

    def _row_reader(self, operation: Operation, request: Request) -> Callable[..., Awaitable[Any]]:
        """Return what reads the row that a mutation gives back."""

        async def read(type_name: str, table: FromClause, key: int, nodes: list[FieldNode], where: Hashable) -> Any:
            asking = self.execution_context.context
            plans = self._planner.plans
            return orjson.loads(await plans.run_row(operation, request, asking, type_name, table, key, nodes, where))

        return read
