"""The Ariadne peer: the same models and loaders behind its resolvers, with parsed and validated documents kept."""

import os
from functools import lru_cache
from pathlib import Path
from typing import Any

from aiodataloader import DataLoader
from ariadne import EnumType, ObjectType, QueryType, make_executable_schema
from ariadne.asgi import GraphQL
from ariadne.asgi.handlers import GraphQLHTTPHandler
from graphql import DocumentNode, parse, validate
from sqlalchemy import select
from sqlalchemy.ext.asyncio import async_sessionmaker

import models
from bench.loaders import Loaders
from models.database import database_url, writing_engine

SDL = (Path(__file__).parent / "node" / "schema.graphql").read_text()
ENUMS = ("DivisionLevel", "TeamType", "MembershipRole", "PoliticalStatus", "SkillCategory", "HalfDay")

query = QueryType()
division, team, person, membership = (ObjectType(name) for name in ("Division", "Team", "Person", "Membership"))


@query.field("team")
async def _team(_: Any, info: Any, code: str) -> Any:
    found = await info.context.rows(select(models.Team).where(models.Team.code == code))
    return found[0] if found else None


@query.field("teams")
async def _teams(_: Any, info: Any, where: Any, first: int) -> Any:
    row = models.Team
    wanted = select(row).where(row.level == where["level"]["eq"], row.type == where["type"]["eq"])
    return {"nodes": await info.context.rows(wanted.order_by(row.pinyin, row.name, row.id).limit(first))}


@query.field("people")
async def _people(_: Any, info: Any, where: Any, first: int) -> Any:
    row = models.Person
    wanted = select(row).where(row.political_status == where["political_status"]["eq"])
    return {"nodes": await info.context.rows(wanted.order_by(row.pinyin, row.name, row.id).limit(first))}


@query.field("divisions")
async def _divisions(_: Any, info: Any, where: Any, first: int) -> Any:
    row = models.Division
    wanted = select(row).where(row.level == where["level"]["eq"]).order_by(row.id).limit(first)
    return {"nodes": await info.context.rows(wanted)}


def _linked(kind: ObjectType, name: str, loader: str, key: str) -> None:
    """A field that loads the row or list which belongs to a column's value."""

    async def resolve(row: Any, info: Any) -> Any:
        value = getattr(row, key)
        return None if value is None else await getattr(info.context, loader).load(value)

    kind.set_field(name, resolve)


def _paged(kind: ObjectType, name: str, loader: str) -> None:
    async def resolve(row: Any, info: Any, first: int) -> Any:
        return {"nodes": (await getattr(info.context, loader).load(row.id))[:first]}

    kind.set_field(name, resolve)


@division.field("teams")
async def _teams_below(row: Any, info: Any, where: Any, first: int) -> Any:
    return {"nodes": (await info.context.teams_below.load((row.id, where["type"]["eq"])))[:first]}


_linked(division, "parent", "divisions", "parent_id")
_linked(team, "division", "divisions", "division_id")
_linked(team, "leader", "people", "leader_id")
_linked(team, "skills", "team_skills", "id")
_linked(person, "division", "divisions", "division_id")
_linked(person, "skills", "person_skills", "id")
_linked(membership, "person", "people", "person_id")
_linked(membership, "team", "teams", "team_id")
_paged(team, "members", "members")
_paged(person, "memberships", "memberships")

enums = [EnumType(name, getattr(models, name)) for name in ENUMS]
schema = make_executable_schema(SDL, query, division, team, person, membership, *enums, convert_names_case=True)
POOL_SIZE = int(os.environ["POOL_SIZE"])
engine = writing_engine(database_url(os.environ["DATABASE_URL"]), pool_size=POOL_SIZE, max_overflow=0)
sessions = async_sessionmaker(engine, expire_on_commit=False)


@lru_cache
def parsed(text: str) -> DocumentNode:
    return parse(text)


@lru_cache
def valid(text: str) -> list[Any]:
    return validate(schema, parsed(text))


class SessionOfTheRequest(GraphQLHTTPHandler):
    """Makes the loaders of a request, and closes their session after it."""

    async def execute_graphql_query(self, request: Any, data: Any, **options: Any) -> Any:
        async with sessions() as session:
            options["context_value"] = Loaders(session, DataLoader)
            return await super().execute_graphql_query(request, data, **options)


app = GraphQL(
    schema,
    query_parser=lambda _, data: parsed(data["query"]),
    query_validator=lambda _schema, document, *_, **__: valid(document.loc.source.body),
    http_handler=SessionOfTheRequest(),
    debug=False,
)
