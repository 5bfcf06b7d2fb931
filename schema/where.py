"""What lists can be narrowed by. All `where` inputs stand together, since they nest in each other."""

import unicodedata
from typing import Any

import strawberry
from sqlalchemy import ColumnElement, Text, select

import models
from models import Division as Place
from models import DivisionAlias, Membership, NetworkNode, Person, PersonSkill, Skill, Team, TeamSkill, Unit
from models.base import Key
from models.division import division_key, last_key_below
from schema.filters import (
    BooleanFilter,
    DateFilter,
    DateTimeFilter,
    Filter,
    IntFilter,
    ListFilter,
    SetFilter,
    TextFilter,
    all_of,
    among,
    any_of,
    compare,
    condition,
    none_of,
    related,
)
from schema.links import (
    MEMBERS,
    MEMBERSHIPS,
    below,
    exact_party_member_share,
    shared_birth_year,
    shared_political_status,
)
from schema.plan.pages import bad_input
from schema.plan.spec import Bind, Row


@strawberry.input(one_of=True, description="一个地方及其下属各地 a place and everything below it.")
class PlaceInput:
    code: strawberry.Maybe[str] = strawberry.field(description="区划代码 statistical code of 6, 9 or 12 digits")
    name: strawberry.Maybe[str] = strawberry.field(description="名称或已知的别名 name, or any known spelling of it")


def _key(how: Any) -> Any:
    def convert(code: str) -> int:
        try:
            key: int = how(code)
        except ValueError:
            raise bad_input(
                f"{code!r} 不是区划代码，应为 6、9 或 12 位数字 (not a division code of 6, 9 or 12 digits).", value=code
            ) from None
        return key

    return convert


def _within(column: str) -> Any:
    def predicate(row: Row, place: Any, bind: Bind) -> ColumnElement[bool]:
        key = row.c[column]
        if place.get("code") is not None:
            code = place["code"]
            return key.between(bind(code, Key, _key(division_key)), bind(code, Key, _key(last_key_below)))
        alias, division = DivisionAlias.__table__.alias(), Place.__table__.alias()
        known = select(alias.c.id).join(division, division.c.id == alias.c.division_id)
        known = known.where(
            alias.c.alias == bind(place["name"], Text(), str.strip),
            alias.c.confidence != models.AliasConfidence.LOW,
            key.between(division.c.id, division.c.last_id),
        )
        return known.correlate(row).exists()

    return condition(predicate, "在某地及其下属各地 at a place or anywhere below it")


def _pattern(text: str) -> str:
    words = unicodedata.normalize("NFKC", text).lower()
    for special in ("\\", "%", "_"):
        words = words.replace(special, "\\" + special)
    return "%" + "%".join(words.split()) + "%"


def _search() -> Any:
    def predicate(row: Row, text: Any, bind: Bind) -> ColumnElement[bool]:
        return row.c.search.like(bind(text, Text(), _pattern), escape="\\")

    return condition(predicate, "搜索汉字、拼音或首字母 search by characters, pinyin or initials")


@strawberry.input(description="技能条件 narrows skills.")
class SkillWhere:
    and_: list["SkillWhere"] | None = all_of()
    or_: list["SkillWhere"] | None = any_of()
    not_: "SkillWhere | None" = none_of()
    code: TextFilter | None = compare(Skill.code, "代码 code")
    name: TextFilter | None = compare(Skill.name, "名称 name")
    search: str | None = _search()
    category: Filter[models.SkillCategory] | None = compare(Skill.category, "类别 category")
    requires_certificate: BooleanFilter | None = compare(Skill.requires_certificate, "需要证书 needs a certificate")


@strawberry.input(description="区划条件 narrows places.")
class DivisionWhere:
    and_: list["DivisionWhere"] | None = all_of()
    or_: list["DivisionWhere"] | None = any_of()
    not_: "DivisionWhere | None" = none_of()
    code: TextFilter | None = compare(Place.code, "区划代码 statistical code")
    name: TextFilter | None = compare(Place.name, "名称 name")
    search: str | None = _search()
    level: Filter[models.DivisionLevel] | None = compare(Place.level, "级别 level")
    kind: Filter[models.DivisionKind] | None = compare(Place.kind, "类型 kind")
    connectivity: Filter[models.Connectivity] | None = compare(Place.connectivity, "通信信号 phone signal")
    within: PlaceInput | None = _within("id")
    parent: "DivisionWhere | None" = related(Place.parent, "上级 the place above", many=False)
    township: "DivisionWhere | None" = related(Place.township, "所属苏木镇 its township", many=False)
    children: ListFilter["DivisionWhere"] | None = related(Place.children, "下级 places below", many=True)
    teams: ListFilter["TeamWhere"] | None = related(below(Team), "本地及下属各地的队伍 teams here and below", many=True)
    people: ListFilter["PersonWhere"] | None = related(
        below(Person), "本地及下属各地的人员 people here and below", many=True
    )


@strawberry.input(description="单位条件 narrows units.")
class UnitWhere:
    and_: list["UnitWhere"] | None = all_of()
    or_: list["UnitWhere"] | None = any_of()
    not_: "UnitWhere | None" = none_of()
    name: TextFilter | None = compare(Unit.name, "名称 name")
    search: str | None = _search()
    kind: Filter[models.UnitKind] | None = compare(Unit.kind, "类型 kind")
    within: PlaceInput | None = _within("division_id")


@strawberry.input(description="阵地条件 narrows network nodes.")
class NetworkNodeWhere:
    and_: list["NetworkNodeWhere"] | None = all_of()
    or_: list["NetworkNodeWhere"] | None = any_of()
    not_: "NetworkNodeWhere | None" = none_of()
    name: TextFilter | None = compare(NetworkNode.name, "名称 name")
    search: str | None = _search()
    tier: Filter[models.NetworkTier] | None = compare(NetworkNode.tier, "层级 tier")
    status: Filter[models.NodeStatus] | None = compare(NetworkNode.status, "状态 state")
    within: PlaceInput | None = _within("division_id")
    parent: "NetworkNodeWhere | None" = related(NetworkNode.parent, "上一级阵地 the node above", many=False)


@strawberry.input(description="机构条件 narrows organizations.")
class OrganizationWhere:
    kind: Filter[models.OrganizationKind] | None = compare(models.Organization.kind, "类型 kind")
    name: TextFilter | None = compare(models.Organization.name, "名称 name")


@strawberry.input(description="队伍技能条件 narrows the skills that a team has.")
class TeamSkillWhere:
    skill: SkillWhere | None = related(TeamSkill.skill, "技能 the skill", many=False)
    people_count: IntFilter | None = compare(TeamSkill.people_count, "会的人数 how many members have it")


@strawberry.input(description="人员技能条件 narrows the skills that a person has.")
class PersonSkillWhere:
    skill: SkillWhere | None = related(PersonSkill.skill, "技能 the skill", many=False)
    level: IntFilter | None = compare(PersonSkill.level, "熟练程度 level, 1 to 4")
    expires_on: DateFilter | None = compare(PersonSkill.expires_on, "证书到期 day the certificate expires")
    verified_at: DateTimeFilter | None = compare(PersonSkill.verified_at, "核实时间 moment of verification")


@strawberry.input(description="队伍条件 narrows teams.")
class TeamWhere:
    and_: list["TeamWhere"] | None = all_of()
    or_: list["TeamWhere"] | None = any_of()
    not_: "TeamWhere | None" = none_of()
    code: TextFilter | None = compare(Team.code, "编号 code")
    name: TextFilter | None = compare(Team.name, "名称 name")
    search: str | None = _search()
    level: Filter[models.DivisionLevel] | None = compare(Team.level, "级别 level")
    type: Filter[models.TeamType] | None = compare(Team.type, "类型 type")
    status: Filter[models.TeamStatus] | None = compare(Team.status, "状态 state")
    within: PlaceInput | None = _within("division_id")
    platforms: SetFilter[models.Platform] | None = among(
        Team.platforms, models.TeamPlatform.platform, "服务平台 service platforms"
    )
    member_count: IntFilter | None = compare(Team.member_count, "人数 number of active members")
    party_member_share: IntFilter | None = compare(
        exact_party_member_share,
        "党员比例（%，不取整），五人以上才有 exact percentage of party members; null for fewer than five members",
    )
    founded_on: DateFilter | None = compare(Team.founded_on, "成立日期 day of foundation")
    created_at: DateTimeFilter | None = compare(Team.created_at, "登记时间 moment of registration")
    updated_at: DateTimeFilter | None = compare(Team.updated_at, "更新时间 moment of the last change")
    division: DivisionWhere | None = related(Team.division, "所在区划 its place", many=False)
    parent: "TeamWhere | None" = related(Team.parent, "上级队伍 the team above", many=False)
    children: ListFilter["TeamWhere"] | None = related(Team.children, "下级队伍 teams below", many=True)
    node: NetworkNodeWhere | None = related(Team.node, "所属阵地 its network node", many=False)
    host_unit: UnitWhere | None = related(Team.host_unit, "挂靠单位 its host unit", many=False)
    leader: "PersonWhere | None" = related(Team.leader, "队长 its leader", many=False)
    members: ListFilter["MembershipWhere"] | None = related(MEMBERS, "现有队员 its active members", many=True)
    skills: ListFilter[TeamSkillWhere] | None = related(Team.skills, "队员的技能 skills of its members", many=True)


@strawberry.input(description="队员关系条件 narrows memberships.")
class MembershipWhere:
    and_: list["MembershipWhere"] | None = all_of()
    or_: list["MembershipWhere"] | None = any_of()
    not_: "MembershipWhere | None" = none_of()
    role: Filter[models.MembershipRole] | None = compare(Membership.role, "角色 role")
    status: Filter[models.MembershipStatus] | None = compare(Membership.status, "状态 state")
    joined_on: DateFilter | None = compare(Membership.joined_on, "加入日期 day of joining")
    person: "PersonWhere | None" = related(Membership.person, "人员 the person", many=False)
    team: TeamWhere | None = related(Membership.team, "队伍 the team", many=False)


@strawberry.input(description="人员条件 narrows people.")
class PersonWhere:
    and_: list["PersonWhere"] | None = all_of()
    or_: list["PersonWhere"] | None = any_of()
    not_: "PersonWhere | None" = none_of()
    name: TextFilter | None = compare(Person.name, "姓名 name")
    search: str | None = _search()
    status: Filter[models.PersonStatus] | None = compare(Person.status, "状态 state")
    gender: Filter[models.Gender] | None = compare(Person.gender, "性别 gender")
    birth_year: IntFilter | None = compare(shared_birth_year, "出生年份 year of birth")
    political_status: Filter[models.PoliticalStatus] | None = compare(
        shared_political_status, "政治面貌 political status"
    )
    within: PlaceInput | None = _within("division_id")
    division: DivisionWhere | None = related(Person.division, "所在区划 home place", many=False)
    languages: SetFilter[models.SpokenLanguage] | None = among(
        Person.languages, models.PersonLanguage.language, "语言 languages"
    )
    half_days: SetFilter[models.HalfDay] | None = among(
        Person.availabilities, models.Availability.half_day, "有空的半天 free half-days"
    )
    skills: ListFilter[PersonSkillWhere] | None = related(Person.skills, "技能 skills", many=True)
    memberships: ListFilter[MembershipWhere] | None = related(MEMBERSHIPS, "队员关系 memberships", many=True)


@strawberry.input(description="授权条件 narrows grants.")
class GrantWhere:
    and_: list["GrantWhere"] | None = all_of()
    or_: list["GrantWhere"] | None = any_of()
    not_: "GrantWhere | None" = none_of()
    role: Filter[models.Role] | None = compare(models.Grant.role, "角色 role")
    platform: Filter[models.Platform] | None = compare(models.Grant.platform, "平台范围 the platform")
    revoked_at: DateTimeFilter | None = compare(models.Grant.revoked_at, "收回时间 moment of revocation")
    valid_until: DateTimeFilter | None = compare(models.Grant.valid_until, "失效时间 valid until")
    division: DivisionWhere | None = related(models.Grant.division, "区划范围 the place", many=False)


@strawberry.input(description="账号条件 narrows accounts.")
class AccountWhere:
    and_: list["AccountWhere"] | None = all_of()
    or_: list["AccountWhere"] | None = any_of()
    not_: "AccountWhere | None" = none_of()
    status: Filter[models.AccountStatus] | None = compare(models.Account.status, "状态 state")
    signed_in_at: DateTimeFilter | None = compare(models.Account.signed_in_at, "最近登录 last time of signing in")
    grants: ListFilter[GrantWhere] | None = related(models.Account.grants, "授权 its grants", many=True)


@strawberry.input(description="导入条件 narrows imports of workbooks.")
class WorkbookImportWhere:
    and_: list["WorkbookImportWhere"] | None = all_of()
    or_: list["WorkbookImportWhere"] | None = any_of()
    not_: "WorkbookImportWhere | None" = none_of()
    state: Filter[models.WorkbookImportState] | None = compare(models.WorkbookImport.state, "状态 state")
    sha256: TextFilter | None = compare(models.WorkbookImport.sha256, "文件的摘要 SHA-256 of the file")
    received_at: DateTimeFilter | None = compare(models.WorkbookImport.received_at, "收到时间 when it was received")


@strawberry.input(description="导入说明的条件 narrows what an import said about rows.")
class WorkbookImportEntryWhere:
    and_: list["WorkbookImportEntryWhere"] | None = all_of()
    or_: list["WorkbookImportEntryWhere"] | None = any_of()
    not_: "WorkbookImportEntryWhere | None" = none_of()
    kind: Filter[models.WorkbookEntryKind] | None = compare(models.WorkbookImportEntry.kind, "种类 kind")
    code: TextFilter | None = compare(models.WorkbookImportEntry.code, "规则代码 code of the rule")
    field: TextFilter | None = compare(models.WorkbookImportEntry.field, "项目 field")
    sheet: TextFilter | None = compare(models.WorkbookImportEntry.sheet, "工作表 sheet")
    row: IntFilter | None = compare(models.WorkbookImportEntry.row_number, "行号 row")
