"""Mutations about who belongs to a team."""

import strawberry
from sqlalchemy.ext.asyncio import AsyncSession

from domain import memberships
from domain.acts import Act
from models import Membership as Row
from models import MembershipRole
from schema.problems import Conflict, LimitReached, NotAllowed
from schema.teams import Membership
from schema.writing import NOBODY, OperationInput, key, mutation

PERSON = "人员，不填就是本人 the person; oneself when left out"
TEAM, MEMBERSHIP = "队伍 the team", "队员关系 the membership"
VERSION = "看到的版本 the version that was seen"


@strawberry.input(description="申请加入 an application to a team.")
class ApplyToTeamInput(OperationInput):
    team_id: strawberry.ID = strawberry.field(description=TEAM)
    person_id: strawberry.ID | None = strawberry.field(default=None, description=PERSON)


@strawberry.input(description="邀请加入 an invitation to a team.")
class InviteMemberInput(OperationInput):
    team_id: strawberry.ID = strawberry.field(description=TEAM)
    person_id: strawberry.ID = strawberry.field(description="人员 the person")


@strawberry.input(description="对一个队员关系的操作 an act on one's own membership.")
class MembershipInput(OperationInput):
    membership_id: strawberry.ID = strawberry.field(description=MEMBERSHIP)


@strawberry.input(description="审核一个队员关系 a decision on a membership.")
class ReviewMembershipInput(OperationInput):
    membership_id: strawberry.ID = strawberry.field(description=MEMBERSHIP)
    expected_version: int = strawberry.field(description=VERSION)


@strawberry.input(description="改变队内角色 a change of role in a team.")
class ChangeMembershipRoleInput(OperationInput):
    membership_id: strawberry.ID = strawberry.field(description=MEMBERSHIP)
    role: MembershipRole = strawberry.field(description="新角色 the new role")
    expected_version: int = strawberry.field(description=VERSION)


@strawberry.type
class MembershipMutation:
    @mutation("申请加入队伍 apply to a team.", Membership)
    async def apply_to_team(self, session: AsyncSession, act: Act, input: ApplyToTeamInput) -> Row:
        person = None if input.person_id is None else key("Person", input.person_id) or NOBODY
        return await memberships.apply(session, act, key("Team", input.team_id), person)

    @mutation("邀请一个看得到的人加入队伍 invite a person whom you can see.", Membership)
    async def invite_member(self, session: AsyncSession, act: Act, input: InviteMemberInput) -> Row:
        return await memberships.invite(session, act, key("Team", input.team_id), key("Person", input.person_id))

    @mutation("接受邀请 accept an invitation.", Membership, LimitReached)
    async def accept_invitation(self, session: AsyncSession, act: Act, input: MembershipInput) -> Row:
        return await memberships.accept(session, act, _key(input))

    @mutation("批准加入申请 approve an application.", Membership, Conflict, NotAllowed, LimitReached)
    async def approve_membership(self, session: AsyncSession, act: Act, input: ReviewMembershipInput) -> Row:
        return await memberships.approve(session, act, _key(input), input.expected_version)

    @mutation("谢绝申请或邀请 decline an application or an invitation.", Membership)
    async def decline_membership(self, session: AsyncSession, act: Act, input: MembershipInput) -> Row:
        return await memberships.decline(session, act, _key(input))

    @mutation("退出队伍或撤回申请 leave a team, or take an application back.", Membership)
    async def leave_team(self, session: AsyncSession, act: Act, input: MembershipInput) -> Row:
        return await memberships.leave(session, act, _key(input))

    @mutation("把队员移出队伍 take a member out of a team.", Membership, Conflict)
    async def remove_member(self, session: AsyncSession, act: Act, input: ReviewMembershipInput) -> Row:
        return await memberships.remove(session, act, _key(input), input.expected_version)

    @mutation(
        "改变队内角色，队长由协调员指定 change a role; a coordinator names the leader.",
        Membership,
        Conflict,
        NotAllowed,
    )
    async def change_membership_role(self, session: AsyncSession, act: Act, input: ChangeMembershipRoleInput) -> Row:
        return await memberships.change_role(session, act, _key(input), input.role, input.expected_version)


def _key(input: MembershipInput | ReviewMembershipInput | ChangeMembershipRoleInput) -> int | None:
    return key("Membership", input.membership_id)
