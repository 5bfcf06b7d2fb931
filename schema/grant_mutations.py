"""Mutations about roles: given and taken back."""

import datetime as dt

import strawberry
from sqlalchemy.ext.asyncio import AsyncSession

from domain import grants
from domain.acts import Act
from models import Grant as Row
from models import Platform, Role
from schema.accounts import Grant
from schema.problems import Conflict, NotAllowed
from schema.writing import NOBODY, OperationInput, key, mutation


@strawberry.input(description="授予角色；范围按角色填一项或不填 a role; one scope or none, as the role needs.")
class GrantRoleInput(OperationInput):
    phone: str = strawberry.field(description="手机号；没有账号会自动建立 phone; an account is made when there is none")
    role: Role = strawberry.field(description="角色 role")
    division_id: strawberry.ID | None = strawberry.field(default=None, description="协调员的区划 place")
    platform: Platform | None = strawberry.field(default=None, description="负责人的平台 platform")
    team_id: strawberry.ID | None = strawberry.field(default=None, description="队长、记录员的队伍 team")
    unit_id: strawberry.ID | None = strawberry.field(default=None, description="联系人的单位 unit")
    valid_until: dt.datetime | None = strawberry.field(default=None, description="失效时间 when it ends")


@strawberry.input(description="收回角色 a role to be taken back.")
class RevokeRoleInput(OperationInput):
    grant_id: strawberry.ID = strawberry.field(description="授权 the grant")
    expected_version: int = strawberry.field(description="看到的版本 the version that was seen")


def _key(type_name: str, given: strawberry.ID | None) -> int | None:
    return None if given is None else key(type_name, given) or NOBODY


@strawberry.type
class GrantMutation:
    @mutation("授予角色 give somebody a role.", Grant, NotAllowed)
    async def grant_role(self, session: AsyncSession, act: Act, input: GrantRoleInput) -> Row:
        where = grants.Where(
            _key("Division", input.division_id),
            input.platform,
            _key("Team", input.team_id),
            _key("Unit", input.unit_id),
        )
        return await grants.give(session, act, input.phone, input.role, where, input.valid_until)

    @mutation("收回角色 take a role back.", Grant, Conflict, NotAllowed)
    async def revoke_role(self, session: AsyncSession, act: Act, input: RevokeRoleInput) -> Row:
        return await grants.revoke(session, act, key("Grant", input.grant_id), input.expected_version)
