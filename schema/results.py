"""Mutations that change nothing in the registry: signing in, tokens, opening a value. They take no operation id, for
what they give must not be given twice."""

from collections.abc import Awaitable, Callable
from functools import reduce
from operator import or_
from typing import Annotated, Any

import strawberry
from strawberry.utils.str_converters import to_camel_case

from domain.permissions import PERMISSIONS
from domain.refusals import Refused
from schema.problems import problem
from schema.writing import INPUT, Info, allowed

Method = Callable[..., Awaitable[Any]]


def answering(description: str, *members: type) -> Callable[[Method], Any]:
    """Make a mutation of a method `(context, input)`, or `(context)`, that gives one of the members or is refused."""

    def declared(method: Method) -> Any:
        name = to_camel_case(method.__name__)
        if name not in PERMISSIONS:
            raise KeyError(f"{name} has no rule in domain.permissions")

        async def resolver(self: Any, info: Any, **given: Any) -> Any:
            allowed(info)
            try:
                return await method(self, info.context, **given)
            except Refused as refused:
                return problem(refused)

        async def with_input(self: Any, info: Any, input: Any) -> Any:
            return await resolver(self, info, input=input)

        async def without(self: Any, info: Any) -> Any:
            return await resolver(self, info)

        takes = method.__annotations__.get("input")
        chosen: Any = with_input if takes else without
        chosen.__name__ = method.__name__
        chosen.__annotations__ = {"info": Info, "return": Any}
        if takes:
            chosen.__annotations__["input"] = Annotated[takes, INPUT]
        kind: Any = reduce(or_, members)
        if len(members) > 1:
            union = strawberry.union(f"{name[0].upper()}{name[1:]}Result", description=f"结果 what came of {name}.")
            kind = Annotated[kind, union]
        return strawberry.mutation(resolver=chosen, graphql_type=kind, description=description)

    return declared
