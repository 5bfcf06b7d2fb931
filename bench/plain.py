"""The plain version to compare with: the same models behind Strawberry resolvers, the async ORM and DataLoaders."""

import os
from collections.abc import AsyncIterator
from typing import Any

import orjson
import strawberry
from sqlalchemy import select
from sqlalchemy.ext.asyncio import async_sessionmaker
from starlette.applications import Starlette
from strawberry.asgi import GraphQL
from strawberry.extensions import ParserCache, SchemaExtension, ValidationCache

import models
from bench.loaders import Loaders
from models.database import database_url, writing_engine

for _enum in (models.DivisionLevel, models.TeamType, models.MembershipRole, models.PoliticalStatus):
    strawberry.enum(_enum)

Info = strawberry.Info[Loaders, None]


@strawberry.type
class Division:
    code: str
    name: str


@strawberry.type
class Skill:
    code: str
    name: str


@strawberry.type
class PersonSkill:
    level: int
    skill: Skill


@strawberry.type
class TeamSkill:
    people_count: int
    skill: Skill


@strawberry.type
class Membership:
    role: models.MembershipRole

    @strawberry.field
    async def team(row: strawberry.Parent[models.Membership], info: Info) -> "Team":
        return await info.context.teams.load(row.team_id)


@strawberry.type
class MembershipConnection:
    nodes: list[Membership]


@strawberry.type
class Person:
    name: str

    @strawberry.field
    def id(row: strawberry.Parent[models.Person]) -> strawberry.ID:
        return strawberry.ID(f"Person_{row.id}")

    @strawberry.field
    async def division(row: strawberry.Parent[models.Person], info: Info) -> Division | None:
        return await info.context.divisions.load(row.division_id) if row.division_id else None

    @strawberry.field
    async def skills(row: strawberry.Parent[models.Person], info: Info) -> list[PersonSkill]:
        return await info.context.person_skills.load(row.id)

    @strawberry.field
    async def memberships(row: strawberry.Parent[models.Person], info: Info, first: int = 20) -> MembershipConnection:
        rows = await info.context.memberships.load(row.id)
        return MembershipConnection(nodes=rows[:first])


@strawberry.type
class Team:
    code: str
    name: str
    member_count: int

    @strawberry.field
    def id(row: strawberry.Parent[models.Team]) -> strawberry.ID:
        return strawberry.ID(f"Team_{row.id}")

    @strawberry.field
    async def division(row: strawberry.Parent[models.Team], info: Info) -> Division:
        return await info.context.divisions.load(row.division_id)

    @strawberry.field
    async def leader(row: strawberry.Parent[models.Team], info: Info) -> Person | None:
        return await info.context.people.load(row.leader_id) if row.leader_id else None

    @strawberry.field
    async def skills(row: strawberry.Parent[models.Team], info: Info) -> list[TeamSkill]:
        return await info.context.team_skills.load(row.id)


@strawberry.type
class TeamConnection:
    nodes: list[Team]


@strawberry.type
class PersonConnection:
    nodes: list[Person]


@strawberry.input
class DivisionLevelFilter:
    eq: models.DivisionLevel


@strawberry.input
class TeamTypeFilter:
    eq: models.TeamType


@strawberry.input
class PoliticalStatusFilter:
    eq: models.PoliticalStatus


@strawberry.input
class TeamWhere:
    level: DivisionLevelFilter
    type: TeamTypeFilter


@strawberry.input
class PersonWhere:
    political_status: PoliticalStatusFilter


@strawberry.type
class Query:
    @strawberry.field
    async def teams(self, info: Info, where: TeamWhere, first: int = 20) -> TeamConnection:
        team = models.Team
        statement = select(team).where(team.level == where.level.eq, team.type == where.type.eq)
        ordered = statement.order_by(team.pinyin, team.name, team.id).limit(first)
        return TeamConnection(nodes=await info.context.rows(ordered))

    @strawberry.field
    async def people(self, info: Info, where: PersonWhere, first: int = 20) -> PersonConnection:
        person = models.Person
        statement = select(person).where(person.political_status == where.political_status.eq)
        ordered = statement.order_by(person.pinyin, person.name, person.id).limit(first)
        return PersonConnection(nodes=await info.context.rows(ordered))


class SessionOfTheRequest(SchemaExtension):
    async def on_operation(self) -> AsyncIterator[None]:
        yield
        await self.execution_context.context.session.close()


schema = strawberry.Schema(Query, extensions=[SessionOfTheRequest, ParserCache(), ValidationCache()])
POOL_SIZE = int(os.environ.get("POOL_SIZE", "8"))
engine = writing_engine(database_url(os.environ["DATABASE_URL"]), pool_size=POOL_SIZE, max_overflow=0)
sessions = async_sessionmaker(engine, expire_on_commit=False)


class View(GraphQL[Loaders, None]):
    async def get_context(self, request: Any, response: Any) -> Loaders:
        return Loaders(sessions())

    def encode_json(self, data: object) -> bytes:
        return orjson.dumps(data)


app = Starlette()
app.mount("/graphql", View(schema))
