"""The strawchemy peer: types, filters and orders made from the same models, one statement for each root field."""

import os
from collections.abc import AsyncIterator
from typing import Any

import orjson
import strawberry
from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker
from starlette.applications import Starlette
from starlette.requests import Request
from strawberry.annotation import StrawberryAnnotation
from strawberry.asgi import GraphQL
from strawberry.extensions import ParserCache, SchemaExtension, ValidationCache
from strawberry.types.arguments import StrawberryArgument
from strawchemy import QueryHook, Strawchemy, StrawchemyAsyncRepository, StrawchemyConfig

import models
from bench.planned import TeamStat
from models.database import database_url, writing_engine

strawberry.enum(models.TeamType, name="TeamKind")  # `TeamType` is the name of what strawchemy makes for a team
strawchemy = Strawchemy(StrawchemyConfig("postgresql", repository_type=StrawchemyAsyncRepository))


class OfTheTypeAskedFor(QueryHook[models.Team]):
    """Relations take no filters of their own; a hook may narrow them by what the request asks."""

    def apply_hook(self, statement: Select[tuple[models.Team]], alias: Any) -> Select[tuple[models.Team]]:
        below = next(field for field in self.info.selected_fields[0].selections if field.name == "teamsBelow")
        return statement.where(alias.type == below.arguments["type"])


def argument(name: str, kind: Any) -> StrawberryArgument:
    return StrawberryArgument(name, None, type_annotation=StrawberryAnnotation(kind))


@strawchemy.order(models.Team, include=["pinyin", "name", "id"])
class TeamOrder: ...


@strawchemy.order(models.TeamSkill, include=["people_count", "skill_id"])
class TeamSkillOrder: ...


@strawchemy.order(models.PersonSkill, include=["skill_id"])
class PersonSkillOrder: ...


@strawchemy.order(models.Membership, include=["joined_on", "id"])
class MembershipOrder: ...


@strawchemy.order(models.Person, include=["pinyin", "name", "id"])
class PersonOrder: ...


@strawchemy.order(models.Division, include=["id"])
class DivisionOrder: ...


@strawchemy.filter(models.Team, include=["code", "level", "type"])
class TeamFilter: ...


@strawchemy.filter(models.Person, include=["political_status"])
class PersonFilter: ...


@strawchemy.filter(models.Division, include=["level"])
class DivisionFilter: ...


@strawchemy.type(models.Skill, include=["code", "name"], override=True)
class SkillType: ...


@strawchemy.type(models.TeamSkill, include=["people_count", "skill"], order=TeamSkillOrder, override=True)
class TeamSkillType: ...


@strawchemy.type(models.PersonSkill, include=["level", "skill"], order=PersonSkillOrder, override=True)
class PersonSkillType: ...


@strawchemy.type(models.Division, include=["code", "name", "parent", "teams_below"], override=True)
class DivisionType:
    teams_below: list["TeamType"] = strawchemy.field(
        order_by_input=TeamOrder,
        pagination=True,
        arguments=[argument("limit", int), argument("order_by", list[TeamOrder]), argument("type", models.TeamType)],
        query_hook=OfTheTypeAskedFor(),
    )


@strawchemy.type(
    models.Membership, include=["role", "joined_on", "person", "team"], order=MembershipOrder, override=True
)
class MembershipType: ...


@strawchemy.type(
    models.Person, include=["id", "name", "division", "skills", "memberships"], paginate=["memberships"], override=True
)
class PersonType:
    id: strawberry.ID


@strawchemy.type(
    models.Team,
    include=["id", "code", "name", "member_count", "division", "leader", "skills", "members"],
    paginate=["members"],
    order=TeamOrder,
    override=True,
)
class TeamType:
    id: strawberry.ID


@strawchemy.type(TeamStat, include=["level", "type", "township", "team_count", "member_count"], override=True)
class TeamStatType: ...


@strawberry.type
class Query:
    team_stats: list[TeamStatType] = strawchemy.field()
    teams: list[TeamType] = strawchemy.field(filter_input=TeamFilter, order_by_input=TeamOrder, pagination=True)
    people: list[PersonType] = strawchemy.field(filter_input=PersonFilter, order_by_input=PersonOrder, pagination=True)
    divisions: list[DivisionType] = strawchemy.field(
        filter_input=DivisionFilter, order_by_input=DivisionOrder, pagination=True
    )

    @strawchemy.field
    async def team(self, info: strawberry.Info, code: str) -> TeamType | None:
        wanted = select(models.Team).where(models.Team.code == code)
        found = StrawchemyAsyncRepository(TeamType, info, filter_statement=wanted)
        return (await found.get_one_or_none()).graphql_type_or_none()


class SessionOfTheRequest(SchemaExtension):
    async def on_operation(self) -> AsyncIterator[None]:
        yield
        await self.execution_context.context["session"].close()


schema = strawberry.Schema(Query, extensions=[SessionOfTheRequest, ParserCache(), ValidationCache()])
POOL_SIZE = int(os.environ.get("POOL_SIZE", "4"))
engine = writing_engine(database_url(os.environ["DATABASE_URL"]), pool_size=POOL_SIZE, max_overflow=0)
sessions = async_sessionmaker(engine, expire_on_commit=False)


class View(GraphQL[dict[str, AsyncSession], None]):
    async def get_context(self, request: Request, response: Any) -> dict[str, AsyncSession]:  # type: ignore[override]
        return {"session": sessions()}

    def encode_json(self, data: object) -> bytes:
        return orjson.dumps(data)


app = Starlette()
app.mount("/graphql", View(schema))
