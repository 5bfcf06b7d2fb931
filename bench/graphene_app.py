"""The Graphene peer: the same models and loaders behind its types, with parsed and validated documents kept."""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import lru_cache
from typing import Any

import graphene
import orjson
from aiodataloader import DataLoader
from graphql import DocumentNode, execute, parse, validate
from sqlalchemy import select
from sqlalchemy.ext.asyncio import async_sessionmaker
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

import models
from bench.loaders import Loaders
from models.database import database_url, writing_engine

DivisionLevel = graphene.Enum.from_enum(models.DivisionLevel)
TeamType = graphene.Enum.from_enum(models.TeamType)
MembershipRole = graphene.Enum.from_enum(models.MembershipRole)
PoliticalStatus = graphene.Enum.from_enum(models.PoliticalStatus)


def linked(type_: Any, loader: str, key: str, **options: Any) -> Any:
    """A field that loads the row or list which belongs to a column's value."""

    async def resolve(row: Any, info: Any) -> Any:
        value = getattr(row, key)
        return None if value is None else await getattr(info.context, loader).load(value)

    return graphene.Field(type_, resolver=resolve, **options)


def paged(type_: Any, loader: str) -> Any:
    async def resolve(row: Any, info: Any, first: int) -> Any:
        return {"nodes": (await getattr(info.context, loader).load(row.id))[:first]}

    return graphene.Field(type_, first=graphene.Int(default_value=20), resolver=resolve)


def many(type_: Any) -> Any:
    return graphene.List(graphene.NonNull(type_), required=True)


def comparison(name: str, type_: Any) -> Any:
    return type(f"{name}Filter", (graphene.InputObjectType,), {"eq": graphene.InputField(type_, required=True)})


class TeamWhere(graphene.InputObjectType):
    type = graphene.InputField(comparison("TeamType", TeamType), required=True)
    level = graphene.InputField(comparison("DivisionLevel", DivisionLevel))


class DivisionWhere(graphene.InputObjectType):
    level = graphene.InputField(comparison("DivisionLevel", DivisionLevel), required=True)


class PersonWhere(graphene.InputObjectType):
    political_status = graphene.InputField(comparison("PoliticalStatus", PoliticalStatus), required=True)


class Division(graphene.ObjectType):
    code = graphene.String(required=True)
    name = graphene.String(required=True)
    parent = linked(lambda: Division, "divisions", "parent_id")
    teams = graphene.Field(
        lambda: TeamConnection, first=graphene.Int(default_value=20), where=TeamWhere(required=True), required=True
    )

    @staticmethod
    async def resolve_teams(row: Any, info: Any, where: Any, first: int) -> Any:
        return {"nodes": (await info.context.teams_below.load((row.id, where.type.eq)))[:first]}


class Skill(graphene.ObjectType):
    code = graphene.String(required=True)
    name = graphene.String(required=True)


class PersonSkill(graphene.ObjectType):
    level = graphene.Int(required=True)
    skill = graphene.Field(Skill, required=True)


class TeamSkill(graphene.ObjectType):
    people_count = graphene.Int(required=True)
    skill = graphene.Field(Skill, required=True)


class Membership(graphene.ObjectType):
    role = graphene.Field(MembershipRole, required=True)
    joined_on = graphene.Date()
    person = linked(lambda: Person, "people", "person_id")
    team = linked(lambda: Team, "teams", "team_id")


class MembershipConnection(graphene.ObjectType):
    nodes = many(Membership)


class Person(graphene.ObjectType):
    id = graphene.ID(required=True)
    name = graphene.String(required=True)
    division = linked(Division, "divisions", "division_id")
    skills = linked(graphene.List(graphene.NonNull(PersonSkill)), "person_skills", "id", required=True)
    memberships = paged(MembershipConnection, "memberships")


class Team(graphene.ObjectType):
    id = graphene.ID(required=True)
    code = graphene.String(required=True)
    name = graphene.String(required=True)
    member_count = graphene.Int(required=True)
    division = linked(Division, "divisions", "division_id")
    leader = linked(Person, "people", "leader_id")
    skills = linked(graphene.List(graphene.NonNull(TeamSkill)), "team_skills", "id", required=True)
    members = paged(MembershipConnection, "members")


class TeamConnection(graphene.ObjectType):
    nodes = many(Team)


class DivisionConnection(graphene.ObjectType):
    nodes = many(Division)


class PersonConnection(graphene.ObjectType):
    nodes = many(Person)


class Query(graphene.ObjectType):
    team = graphene.Field(Team, code=graphene.String(required=True))
    divisions = graphene.Field(
        DivisionConnection, first=graphene.Int(default_value=20), where=DivisionWhere(required=True)
    )
    teams = graphene.Field(TeamConnection, first=graphene.Int(default_value=20), where=TeamWhere(required=True))
    people = graphene.Field(PersonConnection, first=graphene.Int(default_value=20), where=PersonWhere(required=True))

    @staticmethod
    async def resolve_team(_: Any, info: Any, code: str) -> Any:
        found = await info.context.rows(select(models.Team).where(models.Team.code == code))
        return found[0] if found else None

    @staticmethod
    async def resolve_divisions(_: Any, info: Any, where: Any, first: int) -> Any:
        row = models.Division
        wanted = select(row).where(row.level == where.level.eq).order_by(row.id).limit(first)
        return {"nodes": await info.context.rows(wanted)}

    @staticmethod
    async def resolve_teams(_: Any, info: Any, where: Any, first: int) -> Any:
        row = models.Team
        wanted = select(row).where(row.level == where.level.eq, row.type == where.type.eq)
        return {"nodes": await info.context.rows(wanted.order_by(row.pinyin, row.name, row.id).limit(first))}

    @staticmethod
    async def resolve_people(_: Any, info: Any, where: Any, first: int) -> Any:
        row = models.Person
        wanted = select(row).where(row.political_status == where.political_status.eq)
        return {"nodes": await info.context.rows(wanted.order_by(row.pinyin, row.name, row.id).limit(first))}


schema = graphene.Schema(query=Query).graphql_schema
POOL_SIZE = int(os.environ.get("POOL_SIZE", "4"))
engine = writing_engine(database_url(os.environ["DATABASE_URL"]), pool_size=POOL_SIZE, max_overflow=0)
sessions = async_sessionmaker(engine, expire_on_commit=False)


@lru_cache
def known(text: str) -> tuple[DocumentNode, list[Any]]:
    document = parse(text)
    return document, validate(schema, document)


async def graphql(request: Request) -> Response:
    asked = orjson.loads(await request.body())
    document, mistakes = known(asked["query"])
    if mistakes:
        return Response(orjson.dumps({"errors": [mistake.formatted for mistake in mistakes]}), 400)
    async with sessions() as session:
        context = Loaders(session, DataLoader)
        done: Any = execute(schema, document, context_value=context, variable_values=asked.get("variables"))
        answer = await done if hasattr(done, "__await__") else done
    return Response(orjson.dumps(answer.formatted), media_type="application/json")


@asynccontextmanager
async def life(_: Starlette) -> AsyncIterator[None]:
    yield
    await engine.dispose()


app = Starlette(routes=[Route("/graphql", graphql, methods=["POST"])], lifespan=life)
