"""Places and what stands there: divisions, the practice network, leading organizations, units."""

from typing import TYPE_CHECKING, Annotated

import strawberry

import models
from models import Division as Place
from schema import orders
from schema.labels import label, labels
from schema.links import ALIASES, below
from schema.plan.fields import column, connection, count, one, values
from schema.relay import Connection, Node, identifier
from schema.where import DivisionWhere, NetworkNodeWhere, PersonWhere, TeamWhere

if TYPE_CHECKING:
    from schema.people import Person
    from schema.teams import Team


@strawberry.type(description="区划 a place: the banner, a township or a village.")
class Division(Node):
    id: strawberry.ID = identifier("Division")
    code: str = column(Place.code, "统计用区划代码 statistical code")
    name: str = column(Place.name, "名称 name")
    name_mn: str | None = column(Place.name_mn, "蒙古文名称 name in traditional Mongolian")
    level: models.DivisionLevel = column(Place.level, "级别 level")
    level_label: str = label(Place.level, "级别名称 word for the level")
    kind: models.DivisionKind = column(Place.kind, "类型 kind")
    kind_label: str = label(Place.kind, "类型名称 word for the kind")
    connectivity: models.Connectivity = column(Place.connectivity, "通信信号 phone signal")
    connectivity_label: str = label(Place.connectivity, "通信信号名称 word for the signal")
    parent: "Division | None" = one(Place.parent, "上级 the place above")
    township: "Division | None" = one(Place.township, "所属苏木镇 its township")
    children: Connection["Division"] = connection(
        Place.children, "下级 places directly below", where=DivisionWhere, orders=orders.DIVISIONS
    )
    aliases: list[str] = values(ALIASES, models.DivisionAlias.alias, "已知的写法 known spellings")
    weaknesses: list[models.Weakness] | None = values(
        Place.weaknesses,
        models.DivisionWeakness.weakness,
        "四类嘎查，旗级可见 problem kinds; for the banner",
        gate="weaknesses",
    )
    weakness_labels: list[str] | None = labels(
        Place.weaknesses, models.DivisionWeakness.weakness, "四类嘎查名称 words for them", gate="weaknesses"
    )
    team_count: int = count(below(models.Team), "本地及下属各地的队伍数 number of teams here and below")
    teams: Connection[Annotated["Team", strawberry.lazy("schema.teams")]] = connection(
        below(models.Team), "本地及下属各地的队伍 teams here and below", where=TeamWhere, orders=orders.TEAMS
    )
    people: Connection[Annotated["Person", strawberry.lazy("schema.people")]] = connection(
        below(models.Person), "本地及下属各地的人员 people here and below", where=PersonWhere, orders=orders.PEOPLE
    )
    network_nodes: Connection["NetworkNode"] = connection(
        below(models.NetworkNode),
        "本地及下属各地的阵地 network nodes here and below",
        where=NetworkNodeWhere,
        orders=orders.NETWORK_NODES,
    )


@strawberry.type(description="阵地 a center, office, station, point or household of the practice network.")
class NetworkNode(Node):
    id: strawberry.ID = identifier("NetworkNode")
    tier: models.NetworkTier = column(models.NetworkNode.tier, "层级 tier")
    tier_label: str = label(models.NetworkNode.tier, "层级名称 word for the tier")
    name: str = column(models.NetworkNode.name, "名称 name")
    address: str | None = column(models.NetworkNode.address, "地址 address")
    status: models.NodeStatus = column(models.NetworkNode.status, "状态 state")
    status_label: str = label(models.NetworkNode.status, "状态名称 word for the state")
    division: Division = one(models.NetworkNode.division, "所在区划 its place")
    parent: "NetworkNode | None" = one(models.NetworkNode.parent, "上一级阵地 the node above")
    children: Connection["NetworkNode"] = connection(
        models.NetworkNode.children,
        "下一级阵地 nodes below",
        where=NetworkNodeWhere,
        orders=orders.NETWORK_NODES,
    )


@strawberry.type(description="三位一体机构 one of the three leading bodies.")
class Organization(Node):
    id: strawberry.ID = identifier("Organization")
    kind: models.OrganizationKind = column(models.Organization.kind, "类型 kind")
    kind_label: str = label(models.Organization.kind, "类型名称 word for the kind")
    name: str = column(models.Organization.name, "名称 name")
    director_office: str | None = column(models.Organization.director_office, "主任职务 office of the director")
    role: str | None = column(models.Organization.role, "职责 what it does")
    division: Division = one(models.Organization.division, "所在区划 its place")


@strawberry.type(description="单位 a department, supporting unit, enterprise, association or outside partner.")
class Unit(Node):
    id: strawberry.ID = identifier("Unit")
    kind: models.UnitKind = column(models.Unit.kind, "类型 kind")
    kind_label: str = label(models.Unit.kind, "类型名称 word for the kind")
    name: str = column(models.Unit.name, "名称 name")
    division: Division = one(models.Unit.division, "所在区划 its place")
