"""The BerryQL peer: its types over the same models, and one statement for each root field."""

import os
from collections.abc import AsyncIterator
from typing import Any

import orjson
from berryql import BerrySchema, BerryType, field, relation
from sqlalchemy import Text, cast
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker
from sqlalchemy.orm import column_property
from starlette.applications import Starlette
from starlette.requests import Request
from strawberry.asgi import GraphQL
from strawberry.extensions import ParserCache, SchemaExtension, ValidationCache
from strawberry.schema.config import StrawberryConfig

import models
from bench.planned import TownshipTeam
from models.database import database_url, writing_engine

for _model in (models.Person, models.Team):  # BerryQL would show a key of 63 bits as a float
    _model.key = column_property(cast(_model.id, Text))  # type: ignore[attr-defined]

berry = BerrySchema()
BY_NAME = ["pinyin:asc", "name:asc"]  # the primary key is added by BerryQL
BY_ENTRY = ["joined_on:asc:nulls_last"]


@berry.type(model=models.Skill)
class Skill(BerryType):
    code = field()
    name = field()


@berry.type(model=models.TeamSkill)
class TeamSkill(BerryType):
    skill_id = field()
    people_count = field()
    skill = relation("Skill", single=True)


@berry.type(model=models.PersonSkill)
class PersonSkill(BerryType):
    skill_id = field()
    level = field()
    skill = relation("Skill", single=True)


@berry.type(model=models.Division)
class Division(BerryType):
    id = field()
    code = field()
    name = field()
    parent = relation("Division", single=True)
    teams_below = relation("TownshipTeamType", order_multi=BY_NAME, arguments={"type": {"column": "type", "op": "eq"}})


@berry.type(model=models.Person)
class Person(BerryType):
    id = field("key")
    pinyin = field()
    name = field()
    division = relation("Division", single=True)
    skills = relation("PersonSkill", order_by="skill_id", order_dir="asc")
    memberships = relation("Membership", order_multi=BY_ENTRY)


@berry.type(model=models.Membership)
class Membership(BerryType):
    role = field()
    joined_on = field()
    person = relation("Person", single=True)
    team = relation("Team", single=True)


@berry.type(model=models.Team)
class Team(BerryType):
    id = field("key")
    pinyin = field()
    code = field()
    name = field()
    member_count = field()
    division = relation("Division", single=True)
    leader = relation("Person", single=True)
    skills = relation("TeamSkill", order_multi=["people_count:desc", "skill_id:asc"])
    members = relation("Membership", scope={"status": {"eq": "ACTIVE"}}, order_multi=BY_ENTRY)


@berry.type(model=TownshipTeam)
class TownshipTeamType(BerryType):
    code = field()
    name = field()
    pinyin = field()
    members = relation("Membership", fk_column_name="team_id", scope={"status": {"eq": "ACTIVE"}}, order_multi=BY_ENTRY)


@berry.query()
class Query:
    team = relation("Team", single=True, arguments={"code": {"column": "code", "op": "eq"}})
    teams = relation(
        "Team",
        order_multi=BY_NAME,
        arguments={"level": {"column": "level", "op": "eq"}, "type": {"column": "type", "op": "eq"}},
    )
    people = relation(
        "Person", order_multi=BY_NAME, arguments={"political_status": {"column": "political_status", "op": "eq"}}
    )
    divisions = relation("Division", order_by="id", arguments={"level": {"column": "level", "op": "eq"}})


class SessionOfTheRequest(SchemaExtension):
    async def on_operation(self) -> AsyncIterator[None]:
        yield
        await self.execution_context.context["db_session"].close()


schema = berry.to_strawberry(strawberry_config=StrawberryConfig(auto_camel_case=True))
schema.extensions = [*schema.extensions, SessionOfTheRequest, ParserCache(), ValidationCache()]
POOL_SIZE = int(os.environ.get("POOL_SIZE", "4"))
engine = writing_engine(database_url(os.environ["DATABASE_URL"]), pool_size=POOL_SIZE, max_overflow=0)
sessions = async_sessionmaker(engine, expire_on_commit=False)


class View(GraphQL[dict[str, AsyncSession], None]):
    async def get_context(self, request: Request, response: Any) -> dict[str, AsyncSession]:  # type: ignore[override]
        return {"db_session": sessions()}

    def encode_json(self, data: object) -> bytes:
        return orjson.dumps(data)


app = Starlette()
app.mount("/graphql", View(schema))
