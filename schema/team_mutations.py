"""Mutations about teams: begun, written on, submitted, reviewed, suspended, dissolved."""

import datetime as dt
from typing import Any

import strawberry
from sqlalchemy.ext.asyncio import AsyncSession

from domain import teams
from domain.acts import Act
from models import Platform, TeamType
from models import Team as Row
from schema.problems import Conflict, NotAllowed
from schema.teams import Team
from schema.writing import OperationInput, key, mutation

TEAM = "队伍 the team"
VERSION = "看到的版本 the version that was seen"
NOTE = "给申请人的话 what the applicant is told"


@strawberry.input(description="新队伍 a new team.")
class CreateTeamInput(OperationInput):
    division_id: strawberry.ID = strawberry.field(description="所在区划，决定级别 its place, which decides its level")
    type: TeamType = strawberry.field(description="类型 type")
    name: str = strawberry.field(description="名称 name")
    name_mn: str | None = strawberry.field(default=None, description="蒙古文名称 name in traditional Mongolian")
    intro: str | None = strawberry.field(default=None, description="简介 what the team does")
    founded_on: dt.date | None = strawberry.field(default=None, description="成立日期 day of foundation")
    platforms: list[Platform] = strawberry.field(default_factory=list, description="服务平台 service platforms")


@strawberry.input(description="修改队伍，不填的不变 a change of a team; what is left out stays.")
class UpdateTeamInput(OperationInput):
    team_id: strawberry.ID = strawberry.field(description=TEAM)
    expected_version: int = strawberry.field(description=VERSION)
    name: strawberry.Maybe[str] = strawberry.field(description="名称 name")
    name_mn: strawberry.Maybe[str | None] = strawberry.field(description="蒙古文名称 name in traditional Mongolian")
    intro: strawberry.Maybe[str | None] = strawberry.field(description="简介 what the team does")
    founded_on: strawberry.Maybe[dt.date | None] = strawberry.field(description="成立日期 day of foundation")
    platforms: strawberry.Maybe[list[Platform]] = strawberry.field(description="服务平台 service platforms")


@strawberry.input(description="对一支队伍的操作 an act on a team.")
class TeamInput(OperationInput):
    team_id: strawberry.ID = strawberry.field(description=TEAM)
    expected_version: int = strawberry.field(description=VERSION)


@strawberry.input(description="带说明的操作 an act on a team, with a note.")
class TeamNoteInput(TeamInput):
    note: str | None = strawberry.field(default=None, description=NOTE)


def _text(input: Any, *fields: str) -> teams.TeamText:
    given = {name: found.value for name in fields if (found := getattr(input, name)) is not None}
    platforms = given.pop("platforms", None)
    return teams.TeamText(given, None if platforms is None else tuple(platforms))


@strawberry.type
class TeamMutation:
    @mutation("起草一支队伍 begin a team, as a draft of your own.", Team)
    async def create_team(self, session: AsyncSession, act: Act, input: CreateTeamInput) -> Row:
        values = {name: getattr(input, name) for name in ("name", "name_mn", "intro", "founded_on")}
        text = teams.TeamText(values, tuple(input.platforms))
        return await teams.create(session, act, key("Division", input.division_id), input.type, text)

    @mutation("修改队伍 write on a team.", Team, Conflict)
    async def update_team(self, session: AsyncSession, act: Act, input: UpdateTeamInput) -> Row:
        text = _text(input, "name", "name_mn", "intro", "founded_on", "platforms")
        return await teams.edit(session, act, key("Team", input.team_id), text, input.expected_version)

    @mutation("提交审核 submit a draft for review.", Team, Conflict)
    async def submit_team(self, session: AsyncSession, act: Act, input: TeamInput) -> Row:
        return await teams.submit(session, act, key("Team", input.team_id), input.expected_version)

    @mutation("批准队伍 approve a team.", Team, Conflict, NotAllowed)
    async def approve_team(self, session: AsyncSession, act: Act, input: TeamInput) -> Row:
        return await _reviewed(session, act, input, "approve")

    @mutation("退回修改 return a team to its applicant.", Team, Conflict, NotAllowed)
    async def return_team(self, session: AsyncSession, act: Act, input: TeamNoteInput) -> Row:
        return await _reviewed(session, act, input, "return")

    @mutation("不予批准 reject a team.", Team, Conflict, NotAllowed)
    async def reject_team(self, session: AsyncSession, act: Act, input: TeamNoteInput) -> Row:
        return await _reviewed(session, act, input, "reject")

    @mutation("暂停队伍 suspend a team.", Team, Conflict, NotAllowed)
    async def suspend_team(self, session: AsyncSession, act: Act, input: TeamNoteInput) -> Row:
        return await _reviewed(session, act, input, "suspend")

    @mutation("恢复队伍 let a team go on.", Team, Conflict, NotAllowed)
    async def resume_team(self, session: AsyncSession, act: Act, input: TeamInput) -> Row:
        return await _reviewed(session, act, input, "resume")

    @mutation("解散队伍，队员随之离队 dissolve a team; its members leave it.", Team, Conflict, NotAllowed)
    async def dissolve_team(self, session: AsyncSession, act: Act, input: TeamNoteInput) -> Row:
        return await _reviewed(session, act, input, "dissolve")


async def _reviewed(session: AsyncSession, act: Act, input: TeamInput, action: str) -> Row:
    note = input.note if isinstance(input, TeamNoteInput) else None
    return await teams.review(session, act, key("Team", input.team_id), action, input.expected_version, note)
