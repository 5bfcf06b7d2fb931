"""The API: what can be asked at the root, and the schema that the service runs."""

from typing import Any

import strawberry
from sqlalchemy import Text, true
from strawberry.schema.config import StrawberryConfig

import models
from models.base import Key
from schema import orders
from schema.accounts import Account, ApiToken, Grant, Session
from schema.events import Event, events
from schema.grant_mutations import GrantMutation
from schema.labels import EnumLabel
from schema.memberships import MembershipMutation
from schema.nodes import NODES
from schema.people import Availability, Person, PersonSkill
from schema.person_mutations import PersonMutation
from schema.places import Division, NetworkNode, Organization, Unit
from schema.plan.checks import checked
from schema.plan.extension import PlanExtension
from schema.plan.fields import argument, connection, find, group, many, nodes, stats
from schema.plan.ids import key_of
from schema.plan.spec import Bind, Row
from schema.privacy import PrivacyMutation
from schema.relay import Connection, Node
from schema.reveals import RevealMutation
from schema.scalars import SCALARS
from schema.sessions import SessionMutation
from schema.sign_in import SignInMutation
from schema.stats import PERSON_STATS, TEAM_STATS, PersonStat, TeamStat
from schema.team_mutations import TeamMutation
from schema.teams import Membership, Skill, Team
from schema.viewer import Viewer
from schema.where import (
    AccountWhere,
    DivisionWhere,
    GrantWhere,
    NetworkNodeWhere,
    OrganizationWhere,
    PersonWhere,
    SkillWhere,
    TeamWhere,
    UnitWhere,
    WorkbookImportWhere,
)
from schema.workbooks import WorkbookImport, WorkbookImportEntry


def _by_code(row: Row, given: Any, bind: Bind) -> Any:
    return row.c.code == bind(given["code"], Text())


def _by_id(type_name: str) -> Any:
    return lambda row, given, bind: row.c.id == bind(given["id"], Key, key_of(type_name))


def _of_enum(row: Row, given: Any, bind: Bind) -> Any:
    return row.c.enum_name == bind(given["enum"], Text()) if given.get("enum") else true()


@strawberry.type(description="查询 what can be asked.")
class Query:
    viewer: Viewer = group("当前用户 who asks")
    node: Node | None = nodes(NODES, "按全局编号取一个对象 one object by its global id", single=True)
    nodes: list[Node | None] = nodes(
        NODES, "按全局编号取多个对象 objects by their global ids, in that order", single=False
    )
    team: Team | None = find(
        models.Team.__table__, _by_code, "按编号取队伍 a team by its code", argument("code", str, "编号 code")
    )
    teams: Connection[Team] = connection(models.Team.__table__, "队伍 teams", where=TeamWhere, orders=orders.TEAMS)
    person: Person | None = find(
        models.Person.__table__, _by_id("Person"), "人员 a person", argument("id", strawberry.ID, "全局编号 global id")
    )
    people: Connection[Person] = connection(
        models.Person.__table__, "人员 people; none for the public", where=PersonWhere, orders=orders.PEOPLE
    )
    division: Division | None = find(
        models.Division.__table__, _by_code, "按代码取区划 a place by its code", argument("code", str, "区划代码 code")
    )
    divisions: Connection[Division] = connection(
        models.Division.__table__, "区划 places", where=DivisionWhere, orders=orders.DIVISIONS
    )
    skill: Skill | None = find(
        models.Skill.__table__, _by_code, "按代码取技能 a skill by its code", argument("code", str, "代码 code")
    )
    skills: Connection[Skill] = connection(
        models.Skill.__table__, "技能 skills", where=SkillWhere, orders=orders.SKILLS
    )
    network_nodes: Connection[NetworkNode] = connection(
        models.NetworkNode.__table__, "阵地 network nodes", where=NetworkNodeWhere, orders=orders.NETWORK_NODES
    )
    organizations: Connection[Organization] = connection(
        models.Organization.__table__, "机构 organizations", where=OrganizationWhere, orders=orders.ORGANIZATIONS
    )
    units: Connection[Unit] = connection(models.Unit.__table__, "单位 units", where=UnitWhere, orders=orders.UNITS)
    accounts: Connection[Account] = connection(
        models.Account.__table__,
        "账号，管理员可见 accounts",
        where=AccountWhere,
        orders=orders.ACCOUNTS,
    )
    grants: Connection[Grant] = connection(
        models.Grant.__table__,
        "授权，本人、管理员可见 grants: one's own, all for the administrator",
        where=GrantWhere,
        orders=orders.GRANTS,
    )
    enum_labels: list[EnumLabel] = many(
        models.EnumLabel.__table__,
        "代码的名称 words for codes",
        models.EnumLabel.enum_name,
        models.EnumLabel.position,
        models.EnumLabel.code,
        find=_of_enum,
        arguments=[argument("enum", str | None, "只要这个枚举 of this enum only")],
    )
    events: Connection[Event] = events()
    workbook_import: WorkbookImport | None = find(
        models.WorkbookImport.__table__,
        _by_id("WorkbookImport"),
        "一次台账导入 an import of a workbook",
        argument("id", strawberry.ID, "全局编号 global id"),
    )
    workbook_imports: Connection[WorkbookImport] = connection(
        models.WorkbookImport.__table__,
        "台账导入，自己的；全旗角色看全部 imports of workbooks: one's own, all for the banner's roles",
        where=WorkbookImportWhere,
        orders=orders.WORKBOOK_IMPORTS,
    )
    team_stats: list[TeamStat] = stats(TEAM_STATS, "队伍统计 counts of teams", where=TeamWhere)
    person_stats: list[PersonStat] = stats(PERSON_STATS, "人员统计 counts of people", where=PersonWhere)


@strawberry.type(description="变更 what can be changed.")
class Mutation(
    SignInMutation,
    SessionMutation,
    PersonMutation,
    TeamMutation,
    MembershipMutation,
    GrantMutation,
    PrivacyMutation,
    RevealMutation,
): ...


schema = checked(
    strawberry.Schema(
        query=Query,
        mutation=Mutation,
        types=[Membership, PersonSkill, Availability, Account, Grant, Session, ApiToken, Event, WorkbookImportEntry],
        extensions=[PlanExtension],
        config=StrawberryConfig(scalar_map=SCALARS),
    )
)
