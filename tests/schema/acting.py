"""How tests act: one mutation by one viewer, and what it left in the database."""

import uuid
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from domain.viewers import Viewer
from models import Event
from tests.schema.conftest import Api


def mutation(name: str, input_type: str, type_: str, fields: str, has_conflict: bool) -> str:
    """Return a document that carries out a mutation as `done` and shows what came of it."""
    conflict = "... on Conflict { version changed }" if has_conflict else ""
    return f"""mutation ($input: {input_type}!) {{ done: {name}(input: $input) {{ __typename
      ... on {type_} {{ {fields} }} ... on Problem {{ problemCode }} ... on WrongState {{ state allowed }}
      {conflict} }} }}"""


async def do(api: Api, viewer: Viewer, mutation: str, *, operation_id: str | None = None, **given: Any) -> Any:
    given["operationId"] = operation_id or str(uuid.uuid4())
    answer = await api(mutation, {"input": given}, viewer=viewer)
    return answer["data"]["done"] if "errors" not in answer else answer["errors"][0]["code"]


async def stored(api: Api, statement: Any) -> Any:
    assert api.engine is not None
    async with AsyncSession(api.engine) as session:
        return await session.scalar(statement)


async def events(api: Api, entity: str, key: str) -> list[tuple[Any, ...]]:
    assert api.engine is not None
    async with AsyncSession(api.engine) as session:
        found = await session.scalars(
            select(Event)
            .where(Event.entity == entity, Event.entity_id == int(key.split("_")[1]))
            .order_by(Event.number)
        )
        return [(e.type, e.actor_role, e.actor_id, e.from_status, e.to_status) for e in found]
