"""Mutations about people: registered, described, verified; their skills, certificates and free half-days."""

import datetime as dt
from typing import Any

import strawberry
from sqlalchemy.ext.asyncio import AsyncSession

from domain import abilities, people
from domain.acts import Act
from models import Gender, HalfDay, PoliticalStatus, Season, SpokenLanguage
from models import Person as Row
from models import PersonSkill as Ability
from schema.people import Person, PersonSkill
from schema.problems import Conflict, NotAllowed
from schema.writing import OperationInput, key, mutation

PERSON = "人员 the person"
VERSION = "看到的版本 the version that was seen"
FIELDS = ("name", "gender", "birth_date", "political_status", "ethnicity", "skill_note")


@strawberry.input(description="监护人 a guardian who consents.")
class GuardianInput:
    name: str = strawberry.field(description="姓名 name")
    phone: str = strawberry.field(description="电话 phone")


@strawberry.input(description="登记人员 a registration.")
class RegisterPersonInput(OperationInput):
    division_id: strawberry.ID = strawberry.field(description="居住地 home place")
    name: str = strawberry.field(description="姓名 name")
    birth_date: dt.date = strawberry.field(description="出生日期；满 14 岁才能网上登记 day of birth; 14 years at least")
    guardian: GuardianInput | None = strawberry.field(default=None, description="未满 18 岁需监护人同意 under 18")
    on_behalf: bool = strawberry.field(
        default=False, description="协调员代别人登记 a coordinator registers somebody of its place"
    )
    phone: str | None = strawberry.field(
        default=None, description="代别人登记时的电话；本人用登录的手机号 of who is registered on behalf"
    )
    gender: Gender | None = strawberry.field(default=None, description="性别 gender")
    political_status: PoliticalStatus | None = strawberry.field(default=None, description="政治面貌 political status")
    ethnicity: str | None = strawberry.field(default=None, description="民族 ethnicity")
    skill_note: str | None = strawberry.field(default=None, description="特长备注 note on skills")
    languages: list[SpokenLanguage] = strawberry.field(default_factory=list, description="语言 languages")


@strawberry.input(description="修改人员，不填的不变 a change of a person; what is left out stays.")
class UpdatePersonInput(OperationInput):
    person_id: strawberry.ID = strawberry.field(description=PERSON)
    expected_version: int = strawberry.field(description=VERSION)
    name: strawberry.Maybe[str] = strawberry.field(description="姓名 name")
    gender: strawberry.Maybe[Gender | None] = strawberry.field(description="性别 gender")
    birth_date: strawberry.Maybe[dt.date] = strawberry.field(description="出生日期 day of birth")
    political_status: strawberry.Maybe[PoliticalStatus | None] = strawberry.field(
        description="政治面貌 political status"
    )
    ethnicity: strawberry.Maybe[str | None] = strawberry.field(description="民族 ethnicity")
    skill_note: strawberry.Maybe[str | None] = strawberry.field(description="特长备注 note on skills")
    phone: strawberry.Maybe[str | None] = strawberry.field(description="电话，由协调员改 phone")
    languages: strawberry.Maybe[list[SpokenLanguage]] = strawberry.field(description="语言 languages")


@strawberry.input(description="对一个人的操作 an act on a person.")
class PersonInput(OperationInput):
    person_id: strawberry.ID = strawberry.field(description=PERSON)
    expected_version: int = strawberry.field(description=VERSION)


@strawberry.input(description="一项技能 a skill that a person has.")
class SkillInput:
    skill_id: strawberry.ID = strawberry.field(description="技能 the skill")
    level: int = strawberry.field(default=2, description="熟练程度 level: 1 learning to 4 teaches others")
    certificate_number: str | None = strawberry.field(default=None, description="证书编号 certificate number")
    issued_on: dt.date | None = strawberry.field(default=None, description="发证日期 day of issue")
    expires_on: dt.date | None = strawberry.field(default=None, description="到期日期 day of expiry")


@strawberry.input(description="全部技能，没有列出的会去掉 all skills; others are taken away.")
class SetSkillsInput(PersonInput):
    skills: list[SkillInput] = strawberry.field(description="技能 skills")


@strawberry.input(description="有空的半天 a half-day when a person is free.")
class HalfDayInput:
    half_day: HalfDay = strawberry.field(description="半天 half-day")
    season: Season = strawberry.field(default=Season.ALL_YEAR, description="季节 season")


@strawberry.input(description="全部有空的半天，没有列出的会去掉 all free half-days; others are taken away.")
class SetAvailabilityInput(PersonInput):
    half_days: list[HalfDayInput] = strawberry.field(description="有空的半天 free half-days")


@strawberry.input(description="核实证书 a certificate that was seen.")
class CertifySkillInput(OperationInput):
    person_skill_id: strawberry.ID = strawberry.field(description="人员的技能 the skill of the person")


def _given(input: Any, *fields: str) -> dict[str, Any]:
    return {name: found.value for name in fields if (found := getattr(input, name)) is not None}


@strawberry.type
class PersonMutation:
    @mutation("登记本人、家人，或代人登记 register oneself, family, or somebody of one's place.", Person, NotAllowed)
    async def register_person(self, session: AsyncSession, act: Act, input: RegisterPersonInput) -> Row:
        values = {name: getattr(input, name) for name in FIELDS}
        if input.on_behalf:
            values["phone"] = input.phone
        text = people.PersonText(values, tuple(input.languages))
        guardian = people.Guardian(input.guardian.name, input.guardian.phone) if input.guardian else None
        place = key("Division", input.division_id)
        return await people.register(session, act, place, text, guardian, oneself=not input.on_behalf)

    @mutation("修改人员 write on a person.", Person, Conflict)
    async def update_person(self, session: AsyncSession, act: Act, input: UpdatePersonInput) -> Row:
        languages = None if input.languages is None else tuple(input.languages.value)
        text = people.PersonText(_given(input, *FIELDS, "phone"), languages)
        return await people.edit(session, act, key("Person", input.person_id), text, input.expected_version)

    @mutation("核实人员 verify a person.", Person, Conflict, NotAllowed)
    async def verify_person(self, session: AsyncSession, act: Act, input: PersonInput) -> Row:
        return await people.review(session, act, key("Person", input.person_id), "verify", input.expected_version)

    @mutation("暂停人员 suspend a person.", Person, Conflict, NotAllowed)
    async def suspend_person(self, session: AsyncSession, act: Act, input: PersonInput) -> Row:
        return await people.review(session, act, key("Person", input.person_id), "suspend", input.expected_version)

    @mutation("恢复人员，需重新核实 let a person go on, to be verified anew.", Person, Conflict, NotAllowed)
    async def resume_person(self, session: AsyncSession, act: Act, input: PersonInput) -> Row:
        return await people.review(session, act, key("Person", input.person_id), "resume", input.expected_version)

    @mutation("设置技能 set the skills of a person.", Person, Conflict)
    async def set_skills(self, session: AsyncSession, act: Act, input: SetSkillsInput) -> Row:
        wanted = [
            abilities.Ability(
                key("Skill", one.skill_id), one.level, one.certificate_number, one.issued_on, one.expires_on
            )
            for one in input.skills
        ]
        return await abilities.set_skills(session, act, key("Person", input.person_id), wanted, input.expected_version)

    @mutation("设置有空的时间 set when a person is free.", Person, Conflict)
    async def set_availability(self, session: AsyncSession, act: Act, input: SetAvailabilityInput) -> Row:
        wanted = [(one.half_day, one.season) for one in input.half_days]
        return await abilities.set_availability(
            session, act, key("Person", input.person_id), wanted, input.expected_version
        )

    @mutation("核实技能证书 say that a certificate was seen.", PersonSkill, NotAllowed)
    async def certify_skill(self, session: AsyncSession, act: Act, input: CertifySkillInput) -> Ability:
        return await abilities.certify(session, act, key("PersonSkill", input.person_skill_id))
