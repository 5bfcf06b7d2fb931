"""Teams, what their members can do, and who belongs to them."""

import datetime as dt
from typing import TYPE_CHECKING, Annotated

import strawberry

import models
from models import Membership as Belonging
from models import Team as Row
from schema import orders
from schema.events import Event, history
from schema.labels import label, labels
from schema.links import MEMBERS, TEAMS_WITH_SKILL, party_member_share
from schema.places import Division, NetworkNode, Unit
from schema.plan.fields import column, connection, count, many, one, values
from schema.relay import Connection, Node, identifier
from schema.where import MembershipWhere, TeamWhere

if TYPE_CHECKING:
    from schema.people import Person


@strawberry.type(description="技能 an entry of the catalogue of skills.")
class Skill(Node):
    id: strawberry.ID = identifier("Skill")
    code: str = column(models.Skill.code, "代码 code")
    name: str = column(models.Skill.name, "名称 name")
    category: models.SkillCategory = column(models.Skill.category, "类别 category")
    category_label: str = label(models.Skill.category, "类别名称 word for the category")
    requires_certificate: bool = column(models.Skill.requires_certificate, "需要证书 needs a certificate")
    team_count: int = count(TEAMS_WITH_SKILL, "有人会的队伍数 number of teams with somebody who has it")


@strawberry.type(description="队伍的一项技能 a skill that a team has.")
class TeamSkill:
    skill: Skill = one(models.TeamSkill.skill, "技能 the skill")
    people_count: int = column(models.TeamSkill.people_count, "会的人数 how many active members have it")


@strawberry.type(description="志愿服务队 one of the three-level, three-type volunteer teams.")
class Team(Node):
    id: strawberry.ID = identifier("Team")
    code: str = column(Row.code, "编号 code")
    name: str = column(Row.name, "名称 name")
    name_mn: str | None = column(Row.name_mn, "蒙古文名称 name in traditional Mongolian")
    level: models.DivisionLevel = column(Row.level, "级别 level")
    level_label: str = label(Row.level, "级别名称 word for the level")
    type: models.TeamType = column(Row.type, "类型 type")
    type_label: str = label(Row.type, "类型名称 word for the type")
    status: models.TeamStatus = column(Row.status, "状态 state")
    status_label: str = label(Row.status, "状态名称 word for the state")
    division: Division = one(Row.division, "所在区划 its place")
    parent: "Team | None" = one(Row.parent, "上级队伍 the team above")
    children: Connection["Team"] = connection(
        Row.children, "下级队伍 teams directly below", where=TeamWhere, orders=orders.TEAMS
    )
    node: NetworkNode | None = one(Row.node, "所属阵地 its network node")
    host_unit: Unit | None = one(Row.host_unit, "挂靠单位 its host unit")
    platforms: list[models.Platform] = values(Row.platforms, models.TeamPlatform.platform, "服务平台 service platforms")
    platform_labels: list[str] = labels(
        Row.platforms, models.TeamPlatform.platform, "服务平台名称 words for the platforms"
    )
    skills: list[TeamSkill] = many(
        Row.skills,
        "队员的技能，会的人多的在前 skills of its members, the most common first",
        lambda row: -row.c.people_count,
        models.TeamSkill.skill_id,
    )
    leader_name: str | None = column(
        Row.leader_name,
        "队长姓名，对公众只显示姓 name of the leader; 张** for the public",
        gate="team_names",
        otherwise=Row.leader_name_masked,
    )
    leader: Annotated["Person", strawberry.lazy("schema.people")] | None = one(Row.leader, "队长 its leader")
    contact_phone: str | None = column(
        Row.contact_phone_sealed, "联系电话，有权者可见 phone, for who may see it", gate="team_phones", sealed=True
    )
    contact_phone_masked: str | None = column(
        Row.contact_phone_masked, "联系电话（部分隐去） phone with its middle hidden", gate="team_names"
    )
    review_note: str | None = column(Row.review_note, "审核意见 what the last reviewer wrote", gate="applicant")
    founded_on: dt.date | None = column(Row.founded_on, "成立日期 day of foundation")
    intro: str | None = column(Row.intro, "简介 what the team does")
    member_count: int = column(Row.member_count, "现有队员数 number of active members")
    party_member_share: int | None = column(
        party_member_share, "党员比例（%），五人以上的队伍才有 percentage of party members; null below five members"
    )
    members: Connection["Membership"] = connection(
        MEMBERS, "现有队员 active members", where=MembershipWhere, orders=orders.MEMBERSHIPS
    )
    history: Connection[Event] = history(Row)
    created_at: dt.datetime = column(Row.created_at, "登记时间 moment of registration")
    updated_at: dt.datetime = column(Row.updated_at, "更新时间 moment of the last change")
    version: int = column(Row.version, "版本 version, for changes")


@strawberry.type(description="队员关系 a person's place in a team.")
class Membership(Node):
    id: strawberry.ID = identifier("Membership")
    team: Team | None = one(Belonging.team, "队伍 the team")
    person: Annotated["Person", strawberry.lazy("schema.people")] | None = one(Belonging.person, "人员 the person")
    role: models.MembershipRole = column(Belonging.role, "角色 role")
    role_label: str = label(Belonging.role, "角色名称 word for the role")
    status: models.MembershipStatus = column(Belonging.status, "状态 state")
    status_label: str = label(Belonging.status, "状态名称 word for the state")
    joined_on: dt.date | None = column(Belonging.joined_on, "加入日期 day of joining")
    left_on: dt.date | None = column(Belonging.left_on, "离开日期 day of leaving")
    history: Connection[Event] = history(Belonging)
    version: int = column(Belonging.version, "版本 version, for changes")
