"""The short way for queries that plans answer whole: from the bytes of a request to those of its answer.

It goes beside Strawberry's view and shares everything that decides: documents, bounds, coercion, cost, plans, scope.
Whatever is unusual (mutations, introspection, several operations, a mistake of any kind) it leaves to the view, which
then words it; so there is one place for each refusal.
"""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from graphql import GraphQLError

from schema.cost import check_cost
from schema.plan.documents import Invalid
from schema.plan.extension import Planner
from schema.plan.plans import Plan, arguments_of

UNCHANGED = b""
"""Instead of an answer that its sender has already."""


async def answer(
    planner: Planner,
    context: Any,
    text: str,
    variables: Mapping[str, Any] | None,
    operation_name: str | None,
    fits: Callable[[Plan, list[Any]], Awaitable[bool]] | None = None,
) -> bytes | None:
    """Return the body of the answer, UNCHANGED where the plan with these arguments `fits` what the sender has, or None
    for what the view has to look at. Raises TooSlow."""
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
        plan = planner.plans.plan(operation, request, roots, context)
        arguments = arguments_of(plan, request, context)
        if fits is not None and await fits(plan, arguments):
            return UNCHANGED
        data = await planner.plans.carry_out(plan, arguments, operation, context)
    except (GraphQLError, Invalid):
        return None
    return b'{"data":' + data.encode() + b"}"
