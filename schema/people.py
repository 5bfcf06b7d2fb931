"""People: who they are to the viewer, what they can do, when they are free. The public sees none of them."""

import datetime as dt

import strawberry

import models
from models import Person as Row
from schema import orders
from schema.events import Event, history
from schema.labels import label, labels
from schema.links import MEMBERSHIPS, half_day_position
from schema.places import Division
from schema.plan.fields import column, connection, many, one, values, whose
from schema.plan.spec import Link
from schema.relay import Connection, Node, identifier
from schema.teams import Membership, Skill
from schema.where import MembershipWhere


@strawberry.type(description="人员的一项技能 a skill that a person has.")
class PersonSkill(Node):
    id: strawberry.ID = identifier("PersonSkill")
    skill: Skill = one(models.PersonSkill.skill, "技能 the skill")
    level: int = column(models.PersonSkill.level, "熟练程度 level: 1 learning to 4 teaches others")
    certificate_number: str | None = column(models.PersonSkill.certificate_number, "证书编号 certificate number")
    issued_on: dt.date | None = column(models.PersonSkill.issued_on, "发证日期 day of issue")
    expires_on: dt.date | None = column(models.PersonSkill.expires_on, "到期日期 day of expiry")
    verified_at: dt.datetime | None = column(models.PersonSkill.verified_at, "核实时间 moment of verification")


@strawberry.type(description="有空的时间 a weekly half-day when a person is free.")
class Availability(Node):
    id: strawberry.ID = identifier("Availability")
    half_day: models.HalfDay = column(models.Availability.half_day, "半天 half-day")
    half_day_label: str = label(models.Availability.half_day, "半天名称 word for the half-day")
    season: models.Season = column(models.Availability.season, "季节 season")
    season_label: str = label(models.Availability.season, "季节名称 word for the season")
    note: str | None = column(models.Availability.note, "备注 note")


ONESELF = Link(Row.__table__, lambda person, row: row.c.id == person.c.id, ("id",))
"""From a person to the same row: for what stands together on it."""


@strawberry.type(description="本人是否同意别人看到 what a person shares with others who may see the person.")
class Consent:
    phone: bool = column(Row.shares_phone, "电话 phone")
    birth_year: bool = column(Row.shares_birth_year, "出生年份 year of birth")
    political_status: bool = column(Row.shares_political_status, "政治面貌 political status")


@strawberry.type(description="人员 a volunteer.")
class Person(Node):
    id: strawberry.ID = identifier("Person")
    name: str = column(Row.name, "姓名 name")
    gender: models.Gender | None = column(Row.gender, "性别 gender")
    gender_label: str | None = label(Row.gender, "性别名称 word for the gender")
    birth_year: int | None = column(Row.birth_year, "出生年份 year of birth", gate="birth_year")
    political_status: models.PoliticalStatus | None = column(
        Row.political_status, "政治面貌 political status", gate="political_status"
    )
    political_status_label: str | None = label(
        Row.political_status, "政治面貌名称 word for it", gate="political_status"
    )
    phone: str | None = column(
        Row.phone_sealed, "电话，有权者可见 phone, for who may see it", gate="person_phone", sealed=True
    )
    phone_masked: str | None = column(Row.phone_masked, "电话（部分隐去） phone with its middle hidden")
    consent: Consent | None = whose(
        ONESELF, "consent", "同意公开的项目，本人和管理的人可见 what is shared; for the person and who manages it"
    )
    division: Division | None = one(Row.division, "所在区划 home place")
    languages: list[models.SpokenLanguage] = values(Row.languages, models.PersonLanguage.language, "语言 languages")
    language_labels: list[str] = labels(Row.languages, models.PersonLanguage.language, "语言名称 words for them")
    skills: list[PersonSkill] = many(Row.skills, "技能 skills", models.PersonSkill.skill_id, models.PersonSkill.id)
    availabilities: list[Availability] = many(
        Row.availabilities,
        "有空的时间 when free",
        half_day_position,
        models.Availability.season,
        models.Availability.id,
    )
    half_days: list[models.HalfDay] = values(
        Row.availabilities, models.Availability.half_day, "有空的半天 free half-days", order=half_day_position
    )
    half_day_labels: list[str] = labels(
        Row.availabilities, models.Availability.half_day, "有空的半天名称 words for them", order=half_day_position
    )
    skill_note: str | None = column(Row.skill_note, "特长备注 note on skills")
    memberships: Connection[Membership] = connection(
        MEMBERSHIPS, "队员关系 memberships, ended ones too", where=MembershipWhere, orders=orders.MEMBERSHIPS
    )
    history: Connection[Event] = history(Row)
    status: models.PersonStatus = column(Row.status, "状态 state")
    status_label: str = label(Row.status, "状态名称 word for the state")
    created_at: dt.datetime = column(Row.created_at, "登记时间 moment of registration")
    updated_at: dt.datetime = column(Row.updated_at, "更新时间 moment of the last change")
    version: int = column(Row.version, "版本 version, for changes")
