"""The short way for queries that plans answer whole: from the bytes of a request to those of its answer.

It goes beside Strawberry's view and shares everything that decides: documents, bounds, coercion, cost, plans, scope.
Whatever is unusual (mutations, introspection, several operations, a mistake of any kind) it leaves to the view, which
then words it; so there is one place for each refusal.
"""

from collections.abc import Mapping
from typing import Any

from graphql import GraphQLError

from schema.cost import check_cost
from schema.plan.documents import Invalid
from schema.plan.extension import Planner


async def answer(
    planner: Planner, context: Any, text: str, variables: Mapping[str, Any] | None, operation_name: str | None
) -> bytes | None:
    """Return the body of the answer, or None for what the view has to look at. Raises TooSlow."""
    document = planner.documents.known(text)
    operation = document.operation(operation_name) if document is not None else None
    if operation is None:
        return None
    try:
        request = operation.request(dict(variables or {}))
        check_cost(operation.weight, request.variables)
        roots = operation.planned(request)
        if roots is None:
            return None
        data = await planner.plans.run(operation, request, roots, context)
    except (GraphQLError, Invalid):
        return None
    return b'{"data":' + data.encode() + b"}"
