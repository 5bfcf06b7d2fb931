"""Mutations about what is stored of a person: shared with others or not, erased at one's own wish or by an officer."""

import strawberry
from sqlalchemy.ext.asyncio import AsyncSession

from domain.acts import Act
from domain.privacy import consent, erasure
from models import Person as Row
from schema.enums import worded
from schema.people import Person
from schema.problems import Conflict
from schema.writing import NOBODY, OperationInput, key, mutation

PERSON = "人员 the person"
OWN_PERSON = "人员，不填就是本人 the person; oneself when left out"
VERSION = "看到的版本 the version that was seen"

worded(
    erasure.ErasureReason,
    "注销的理由 why a person is erased.",
    "本人要求 asked for by the person",
    "监护人要求 asked for by a guardian",
    "已去世 the person has died",
    "不再需要 no longer needed",
    "收集不当 wrongly collected",
)


@strawberry.input(description="注销本人，不能恢复 an erasure of oneself, for good.")
class EraseMeInput(OperationInput):
    person_id: strawberry.ID | None = strawberry.field(default=None, description=OWN_PERSON)
    expected_version: int = strawberry.field(description=VERSION)


@strawberry.input(description="注销一个人，不能恢复 an erasure of a person, for good.")
class ErasePersonInput(OperationInput):
    person_id: strawberry.ID = strawberry.field(description=PERSON)
    reason: erasure.ErasureReason = strawberry.field(description="理由 why")
    expected_version: int = strawberry.field(description=VERSION)


@strawberry.input(description="本人是否同意别人看到，不填的不变 what a person shares; what is left out stays.")
class SetConsentInput(OperationInput):
    person_id: strawberry.ID = strawberry.field(description="本人（或家人） oneself, or family of this phone")
    phone: bool | None = strawberry.field(default=None, description="电话 phone")
    birth_year: bool | None = strawberry.field(default=None, description="出生年份 year of birth")
    political_status: bool | None = strawberry.field(default=None, description="政治面貌 political status")


@strawberry.type(description="已注销 erased: nothing about the person is left but the number.")
class Erased:
    person_id: strawberry.ID = strawberry.field(description="人员的全局编号 global id of the person")


def _erased(key: int) -> Erased:
    return Erased(person_id=strawberry.ID(f"Person_{key}"))


@strawberry.type
class PrivacyMutation:
    @mutation("同意或不再同意别人看到 consent to be seen by others, or withdraw it.", Person)
    async def set_consent(self, session: AsyncSession, act: Act, input: SetConsentInput) -> Row:
        said = {"PHONE": input.phone, "BIRTH_YEAR": input.birth_year, "POLITICAL_STATUS": input.political_status}
        return await consent.set_consent(session, act, key("Person", input.person_id), said)

    @mutation(
        "注销本人（或这部手机登记的家人） erase oneself, or family of this phone.", Erased, Conflict, told=_erased
    )
    async def erase_me(self, session: AsyncSession, act: Act, input: EraseMeInput) -> Row:
        person = None if input.person_id is None else key("Person", input.person_id) or NOBODY
        return await erasure.erase_oneself(session, act, person, input.expected_version)

    @mutation("注销一个人，由隐私专员 erase a person, by a privacy officer.", Erased, Conflict, told=_erased)
    async def erase_person(self, session: AsyncSession, act: Act, input: ErasePersonInput) -> Row:
        person = key("Person", input.person_id)
        return await erasure.erase(session, act, person, input.reason, input.expected_version)
