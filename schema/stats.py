"""Grouped counts: how many teams and people, by whatever they can be grouped by."""

from collections.abc import Mapping
from typing import Any

import strawberry
from sqlalchemy import ColumnElement, FromClause, Integer, case, func, literal_column

import models
from models import (
    Availability,
    DivisionLevel,
    Person,
    PersonLanguage,
    PersonSkill,
    Team,
    TeamPlatform,
    TeamSkill,
    TeamTally,
)
from models import Division as Place
from schema.labels import label
from schema.links import place_of, shared_political_status
from schema.places import Division
from schema.plan.fields import column, one
from schema.plan.spec import Dimension, Join, Link, Row, Stats, Summary, Value, choice
from schema.teams import Skill


def _own(name: str) -> Dimension:
    return Dimension({name: lambda rows: rows[""].c[name]})


def _joined(join: str, name: str) -> Dimension:
    return Dimension({name: lambda rows: rows[join].c[name]}, (join,))


def _place_at(level: DivisionLevel, name: str, otherwise: Any = None) -> Dimension:
    """The place of a row if it has this level, else the one above that does."""

    def key(rows: Any) -> Value:
        place = rows["place"]
        return case((place.c.level == level, place.c.id), else_=place.c[otherwise] if otherwise else None)

    return Dimension({name: key}, ("place",))


PLACES = {
    "TOWNSHIP": _place_at(DivisionLevel.TOWNSHIP, "township_id", "township_id"),
    "VILLAGE": _place_at(DivisionLevel.VILLAGE, "village_id"),
    "DIVISION_KIND": Dimension({"division_kind": lambda rows: rows["place"].c.kind}, ("place",)),
}
WORDS = {
    "LEVEL": "级别 level",
    "TYPE": "类型 type",
    "STATUS": "状态 state",
    "PLATFORM": "服务平台 service platform",
    "TOWNSHIP": "苏木镇 township",
    "VILLAGE": "嘎查村 village",
    "DIVISION_KIND": "区划类型 kind of place",
    "SKILL": "技能 skill",
    "LANGUAGE": "语言 language",
    "GENDER": "性别 gender",
    "POLITICAL_STATUS": "政治面貌 political status",
    "HALF_DAY": "有空的半天 free half-day",
}


def _dimensions(name: str, description: str, found: dict[str, Dimension]) -> dict[Any, Dimension]:
    kind = choice(name, list(found))
    strawberry.enum(kind, description=description)
    for value in kind.__strawberry_definition__.values:
        value.description = WORDS[value.name]
    return {kind[key]: dimension for key, dimension in found.items()}


def _hangs_on(table: Any, key: str) -> Join:
    """A join to rows whose column `key` points to the counted row; rows without any drop out."""
    target: FromClause = table.__table__

    def on(counted: Row, row: Row) -> ColumnElement[bool]:
        return row.c[key] == counted.c.id

    return Join(target, on)


PLACE = Join(Place.__table__, lambda counted, place: place.c.id == counted.c.division_id, outer=True)
SKILL_OF = Link(models.Skill.__table__, lambda row, skill: skill.c.id == row.c.skill_id, ("skill_id",))

TEAM_STATS = Stats(
    Team.__table__,
    _dimensions(
        "TeamDimension",
        "队伍分组 what teams are grouped by.",
        {
            "LEVEL": _own("level"),
            "TYPE": _own("type"),
            "STATUS": _own("status"),
            "PLATFORM": _joined("platforms", "platform"),
            "SKILL": _joined("skills", "skill_id"),
            **PLACES,
        },
    ),
    {
        "team_count": lambda rows: func.count(),
        "member_count": lambda rows: func.coalesce(func.sum(rows[""].c.member_count), 0),
    },
    {"place": PLACE, "platforms": _hangs_on(TeamPlatform, "team_id"), "skills": _hangs_on(TeamSkill, "team_id")},
    Summary(
        TeamTally.__table__,
        {"team_count": lambda team: literal_column("1", Integer()), "member_count": lambda team: team.c.member_count},
        frozenset({"place"}),
    ),
)


def _people(rows: Mapping[str, Row]) -> Value:
    """Return how many people there are in a group: one may be free on a half-day in several seasons."""
    return func.count(rows[""].c.id.distinct()) if "availabilities" in rows else func.count()


PERSON_STATS = Stats(
    Person.__table__,
    _dimensions(
        "PersonDimension",
        "人员分组 what people are grouped by.",
        {
            "GENDER": _own("gender"),
            "POLITICAL_STATUS": Dimension({"political_status": lambda rows: shared_political_status(rows[""])}),
            "LANGUAGE": _joined("languages", "language"),
            "SKILL": _joined("skills", "skill_id"),
            "HALF_DAY": _joined("availabilities", "half_day"),
            **PLACES,
        },
    ),
    {"person_count": _people},
    {
        "place": PLACE,
        "languages": _hangs_on(PersonLanguage, "person_id"),
        "skills": _hangs_on(PersonSkill, "person_id"),
        "availabilities": _hangs_on(Availability, "person_id"),
    },
)


@strawberry.type(description="一组队伍的统计 counts of one group of teams; what is not grouped by is null.")
class TeamStat:
    level: models.DivisionLevel | None = column(Team.level, "级别 level")
    level_label: str | None = label(Team.level, "级别名称 word for the level")
    type: models.TeamType | None = column(Team.type, "类型 type")
    type_label: str | None = label(Team.type, "类型名称 word for the type")
    status: models.TeamStatus | None = column(Team.status, "状态 state")
    status_label: str | None = label(Team.status, "状态名称 word for the state")
    platform: models.Platform | None = column(TeamPlatform.platform, "服务平台 platform")
    platform_label: str | None = label(TeamPlatform.platform, "服务平台名称 word for the platform")
    township: Division | None = one(place_of("township_id"), "苏木镇 township")
    village: Division | None = one(place_of("village_id"), "嘎查村 village")
    division_kind: models.DivisionKind | None = column(lambda row: row.c.division_kind, "区划类型 kind of place")
    division_kind_label: str | None = label(lambda row: row.c.division_kind, "区划类型名称 word for the kind")
    skill: Skill | None = one(SKILL_OF, "技能 skill")
    team_count: int = column(lambda row: row.c.team_count, "队伍数 number of teams")
    member_count: int = column(lambda row: row.c.member_count, "队员人次 sum of their active members")


@strawberry.type(description="一组人员的统计 counts of one group of people; what is not grouped by is null.")
class PersonStat:
    gender: models.Gender | None = column(Person.gender, "性别 gender")
    gender_label: str | None = label(Person.gender, "性别名称 word for the gender")
    political_status: models.PoliticalStatus | None = column(Person.political_status, "政治面貌 political status")
    political_status_label: str | None = label(Person.political_status, "政治面貌名称 word for it")
    language: models.SpokenLanguage | None = column(PersonLanguage.language, "语言 language")
    language_label: str | None = label(PersonLanguage.language, "语言名称 word for the language")
    half_day: models.HalfDay | None = column(Availability.half_day, "有空的半天 free half-day")
    half_day_label: str | None = label(Availability.half_day, "半天名称 word for the half-day")
    township: Division | None = one(place_of("township_id"), "苏木镇 township")
    village: Division | None = one(place_of("village_id"), "嘎查村 village")
    division_kind: models.DivisionKind | None = column(lambda row: row.c.division_kind, "区划类型 kind of place")
    division_kind_label: str | None = label(lambda row: row.c.division_kind, "区划类型名称 word for the kind")
    skill: Skill | None = one(SKILL_OF, "技能 skill")
    person_count: int = column(lambda row: row.c.person_count, "人数 number of people")
