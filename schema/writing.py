"""A mutation: one transaction around the act and its events, then the payload, read by a plan under fresh scope."""

import asyncio
import datetime as dt
import uuid
from collections.abc import Awaitable, Callable
from dataclasses import asdict
from functools import reduce
from operator import or_
from typing import Annotated, Any

import strawberry
from graphql import GraphQLError
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession
from strawberry.utils.str_converters import to_camel_case

from domain import operations, refusals
from domain.acts import Act
from domain.permissions import PERMISSIONS, may
from models.database import forget
from schema.context import Context
from schema.plan.ids import key_of
from schema.problems import InvalidInput, NotFound, WrongState, problem

Info = strawberry.Info[Context, None]
Work = Callable[[AsyncSession, Act], Awaitable[Any]]
Method = Callable[[Any, AsyncSession, Act, Any], Awaitable[Any]]

INPUT = strawberry.argument(description="填写的内容 what to do, and to what")

NOBODY = 0
"""A key that no row has."""

TRIES = 4
LOST_RACES = ("40001", "40P01")
"""PostgreSQL's codes for transactions that it ended so that another one could go on."""


@strawberry.input
class OperationInput:
    operation_id: uuid.UUID = strawberry.field(
        description="客户端生成的编号，重发时不变 made by the client; the same when it sends again"
    )
    occurred_at: dt.datetime | None = strawberry.field(
        default=None, description="实际发生的时间（离线补交时） when it happened, if it is sent late"
    )


def mutation(
    description: str, payload: type, *problems: type, told: Callable[[int], Any] | None = None
) -> Callable[[Method], Any]:
    """Make a mutation of a method `(session, act, input)`, which returns a row of the model called as `payload`. Its
    result is the union of that, of these problems, and of those that any mutation may have. With `told` the payload is
    made of the row's key alone: the row may be gone for the viewer."""

    def declared(method: Method) -> Any:
        async def resolver(self: Any, info: Any, input: Any) -> Any:
            return await carry_out(info, input, lambda session, act: method(self, session, act, input), told)

        resolver.__name__ = method.__name__
        given: Any = Annotated[method.__annotations__["input"], INPUT]
        resolver.__annotations__ = {"info": Info, "input": given, "return": Any}
        members: tuple[Any, ...] = (payload, NotFound, WrongState, InvalidInput, *problems)
        name = to_camel_case(method.__name__)
        union = strawberry.union(f"{name[0].upper()}{name[1:]}Result", description=f"结果 what came of {name}.")
        if name not in PERMISSIONS:
            raise KeyError(f"{name} has no rule in domain.permissions")
        return strawberry.mutation(
            resolver=resolver, graphql_type=Annotated[reduce(or_, members), union], description=description
        )

    return declared


def allowed(info: Info) -> None:
    """Raises UNAUTHENTICATED or FORBIDDEN when the viewer's roles are not enough for this mutation."""
    viewer = info.context.viewer
    if not may(viewer.roles, info.field_name):
        if viewer.account_id is None:
            raise unauthenticated()
        raise GraphQLError("您的角色不能做这件事 | not for your role", extensions={"code": "FORBIDDEN"})


def unauthenticated() -> GraphQLError:
    return GraphQLError("请先登录 | sign in first", extensions={"code": "UNAUTHENTICATED"})


async def carry_out(info: Info, given: OperationInput, work: Work, told: Callable[[int], Any] | None = None) -> Any:
    """Do the work once for an operation id, however often it is sent, and return what came out of it, read now: a row
    of the API, or a problem. Raises GraphQLError for who may not, and for an id that was used for something else."""
    allowed(info)
    context = info.context
    if context.viewer.account_id is None:  # the dispatcher of one's own machine reads only: an act is somebody's
        raise unauthenticated()
    for left in reversed(range(TRIES)):
        try:
            member, key, renews = await _once(info, given, work)
            break
        except refusals.Refused as refused:
            return problem(refused)
        except operations.Reused:
            raise GraphQLError(
                "这个 operationId 已用于别的内容 | this operationId was used for something else",
                extensions={"code": "OPERATION_ID_REUSED"},
            ) from None
        except DBAPIError as error:
            if left == 0 or getattr(error.orig, "sqlstate", None) not in LOST_RACES:
                raise
            await asyncio.sleep(0.01)
    if renews and context.renew is not None:
        context.viewer = await context.renew()
    if told is not None:
        return told(key)
    found = await context.read(info, member, key)
    return problem(refusals.NotFound("row")) if found is None else found


async def _once(info: Info, given: OperationInput, work: Work) -> tuple[str, int, bool]:
    context, account_id = info.context, info.context.viewer.account_id
    assert account_id is not None and context.engine is not None
    operation_id = str(given.operation_id)
    hashed = operations.input_hash(context.keyring, info.field_name, asdict(given))
    async with AsyncSession(context.engine, expire_on_commit=False) as session, session.begin():
        known = await operations.claim(session, account_id, operation_id, hashed)
        if known is not None:
            return *known, True
        act = Act(context.viewer, context.keyring, operation_id, given.occurred_at, team_prefix=context.team_prefix)
        row = await work(session, act)
        if not act.recorded:
            raise RuntimeError(f"{info.field_name} left no event")
        member, key = type(row).__name__, row.id
        await operations.settle(session, account_id, operation_id, member, key)
    if act.has_erased:
        await forget(context.engine)
    return member, key, act.renews


def key(type_name: str, value: strawberry.ID | None) -> int | None:
    """Return the key of a global id; None for an id of another type or of nobody, which finds nothing."""
    return None if value is None else key_of(type_name)(value)
