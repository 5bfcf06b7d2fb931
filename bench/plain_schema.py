"""What the plain version answers: the same models behind Strawberry resolvers and DataLoaders."""

import datetime as dt

import strawberry
from sqlalchemy import select

import models
from bench.loaders import Loaders

for _enum in (models.DivisionLevel, models.TeamType, models.MembershipRole, models.PoliticalStatus):
    strawberry.enum(_enum)

Info = strawberry.Info[Loaders, None]


@strawberry.type
class Division:
    code: str
    name: str

    @strawberry.field
    async def parent(row: strawberry.Parent[models.Division], info: Info) -> "Division | None":
        return await info.context.divisions.load(row.parent_id) if row.parent_id else None

    @strawberry.field
    async def teams(
        row: strawberry.Parent[models.Division], info: Info, where: "TeamWhere", first: int = 20
    ) -> "TeamConnection":
        rows = await info.context.teams_below.load((row.id, where.type.eq))
        return TeamConnection(nodes=rows[:first])


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
    joined_on: dt.date | None

    @strawberry.field
    async def person(row: strawberry.Parent[models.Membership], info: Info) -> "Person | None":
        return await info.context.people.load(row.person_id)

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

    @strawberry.field
    async def members(row: strawberry.Parent[models.Team], info: Info, first: int = 20) -> MembershipConnection:
        rows = await info.context.members.load(row.id)
        return MembershipConnection(nodes=rows[:first])


@strawberry.type
class TeamConnection:
    nodes: list[Team]


@strawberry.type
class DivisionConnection:
    nodes: list[Division]


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
    type: TeamTypeFilter
    level: DivisionLevelFilter | None = None


@strawberry.input
class DivisionWhere:
    level: DivisionLevelFilter


@strawberry.input
class PersonWhere:
    political_status: PoliticalStatusFilter


@strawberry.type
class Query:
    @strawberry.field
    async def team(self, info: Info, code: str) -> Team | None:
        found = await info.context.rows(select(models.Team).where(models.Team.code == code))
        return found[0] if found else None

    @strawberry.field
    async def divisions(self, info: Info, where: DivisionWhere, first: int = 20) -> DivisionConnection:
        place = models.Division
        statement = select(place).where(place.level == where.level.eq).order_by(place.id).limit(first)
        return DivisionConnection(nodes=await info.context.rows(statement))

    @strawberry.field
    async def teams(self, info: Info, where: TeamWhere, first: int = 20) -> TeamConnection:
        team = models.Team
        statement = select(team).where(team.type == where.type.eq)
        if where.level:
            statement = statement.where(team.level == where.level.eq)
        ordered = statement.order_by(team.pinyin, team.name, team.id).limit(first)
        return TeamConnection(nodes=await info.context.rows(ordered))

    @strawberry.field
    async def people(self, info: Info, where: PersonWhere, first: int = 20) -> PersonConnection:
        person = models.Person
        statement = select(person).where(person.political_status == where.political_status.eq)
        ordered = statement.order_by(person.pinyin, person.name, person.id).limit(first)
        return PersonConnection(nodes=await info.context.rows(ordered))
