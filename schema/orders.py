"""How lists can be sorted. Names sort by pinyin; every order ends with the id, so that it is total."""

import datetime as dt
from typing import Any

import strawberry
from sqlalchemy import Date, func, literal

from models import (
    Account,
    Grant,
    Membership,
    NetworkNode,
    Organization,
    Person,
    Skill,
    Team,
    Unit,
    WorkbookImport,
    WorkbookImportEntry,
)
from models import Division as Place
from schema.links import shared_birth_year
from schema.plan.fields import orders, reader
from schema.plan.spec import Row, Value, choice

WORDS = {
    "NAME": "名称（拼音） name by pinyin",
    "CODE": "编号 code",
    "MEMBER_COUNT": "人数 number of members",
    "FOUNDED_ON": "成立日期 day of foundation",
    "CREATED_AT": "登记时间 moment of registration",
    "DIVISION": "区划代码 code of the place",
    "BIRTH_YEAR": "出生年份 year of birth",
    "JOINED_ON": "加入日期 day of joining",
    "ROLE": "角色 role",
    "CATEGORY": "类别 category",
    "RECEIVED_AT": "收到时间 moment of receipt",
    "POSITION": "报告里的次序 place in the report",
}


def _last(value: Any) -> Any:
    """Return a key over a nullable day or number: what is missing comes last in both directions."""
    read = reader(value)

    def key(row: Row, descending: bool) -> Value:
        column = read(row)
        if isinstance(column.type, Date):
            return func.coalesce(column, literal(dt.date(1, 1, 1) if descending else dt.date(9999, 12, 31), Date()))
        return func.coalesce(column, -1 if descending else 9999, type_=column.type)

    return key


def _kind(name: str, description: str, *keys: str) -> Any:
    members = [f"{key}_{way}" for key in keys for way in ("ASC", "DESC")]
    kind: Any = choice(name, members)
    strawberry.enum(kind, description=description)
    for value in kind.__strawberry_definition__.values:
        key, _, way = value.name.rpartition("_")
        value.description = f"{WORDS[key]}, {'升序 rising' if way == 'ASC' else '降序 falling'}"
    return kind


def _named(model: Any) -> tuple[Any, ...]:
    return (model.pinyin, model.name)


TEAMS = orders(
    _kind(
        "TeamOrder", "队伍排序 orders of teams.", "NAME", "CODE", "MEMBER_COUNT", "FOUNDED_ON", "DIVISION", "CREATED_AT"
    ),
    {
        "NAME": _named(Team),
        "CODE": Team.code,
        "MEMBER_COUNT": Team.member_count,
        "FOUNDED_ON": _last(Team.founded_on),
        "DIVISION": Team.division_id,
        "CREATED_AT": Team.created_at,
    },
)
MEMBERSHIPS = orders(
    _kind("MembershipOrder", "队员排序 orders of memberships.", "JOINED_ON", "ROLE", "CREATED_AT"),
    {"JOINED_ON": _last(Membership.joined_on), "ROLE": Membership.role, "CREATED_AT": Membership.created_at},
)
PEOPLE = orders(
    _kind("PersonOrder", "人员排序 orders of people.", "NAME", "BIRTH_YEAR", "CREATED_AT"),
    {"NAME": _named(Person), "BIRTH_YEAR": _last(shared_birth_year), "CREATED_AT": Person.created_at},
)
DIVISIONS = orders(
    _kind("DivisionOrder", "区划排序 orders of places.", "CODE", "NAME"), {"CODE": Place.id, "NAME": _named(Place)}
)
SKILLS = orders(
    _kind("SkillOrder", "技能排序 orders of skills.", "NAME", "CODE", "CATEGORY"),
    {"NAME": _named(Skill), "CODE": Skill.code, "CATEGORY": Skill.category},
)
NETWORK_NODES = orders(
    _kind("NetworkNodeOrder", "阵地排序 orders of network nodes.", "NAME", "DIVISION"),
    {"NAME": _named(NetworkNode), "DIVISION": NetworkNode.division_id},
)
ORGANIZATIONS = orders(
    _kind("OrganizationOrder", "机构排序 orders of organizations.", "NAME"), {"NAME": _named(Organization)}
)
UNITS = orders(
    _kind("UnitOrder", "单位排序 orders of units.", "NAME", "DIVISION"),
    {"NAME": _named(Unit), "DIVISION": Unit.division_id},
)
ACCOUNTS = orders(
    _kind("AccountOrder", "账号排序 orders of accounts.", "CREATED_AT"), {"CREATED_AT": Account.created_at}
)
GRANTS = orders(_kind("GrantOrder", "授权排序 orders of grants.", "CREATED_AT"), {"CREATED_AT": Grant.created_at})
WORKBOOK_IMPORTS = orders(
    _kind("WorkbookImportOrder", "导入排序 orders of imports.", "RECEIVED_AT"),
    {"RECEIVED_AT": WorkbookImport.received_at},
)
WORKBOOK_IMPORT_ENTRIES = orders(
    _kind("WorkbookImportEntryOrder", "导入说明排序 orders of what was said.", "POSITION"),
    {"POSITION": (WorkbookImportEntry.kind, WorkbookImportEntry.position)},
)
