"""A copy of all that is stored about the people of an account, in clear, for themselves."""

import datetime as dt
import enum
from collections.abc import Mapping
from typing import Any

import orjson
from sqlalchemy import Select, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from domain.acts import Act
from domain.events import moment_text, record
from domain.sign_in.limits import DAY, Limit, count
from models import (
    Account,
    ApiToken,
    ApiTokenScope,
    Availability,
    Base,
    Division,
    EnumLabel,
    Event,
    Grant,
    Membership,
    Person,
    PersonLanguage,
    PersonSkill,
    Session,
    SignInCode,
    Skill,
    Team,
    Unit,
    WechatIdentity,
    WorkbookImport,
    now,
)

EXPORTS_A_DAY = Limit("export_day", 5, DAY)
"""By one account. Assumed."""

MOST_EVENTS = 5_000
"""Of one thing, the latest ones: who opens phones every day has one event for each time."""

LEFT_OUT = {"pinyin", "search", "totp_sealed", "totp_last_step", "version"}
"""What is made of other values, and what would let somebody else in. Hashes are left out too."""

Copy = dict[str, Any]


async def copy(session: AsyncSession, act: Act) -> Copy:
    """Return names and values, codes beside their Chinese words. Raises LimitReached, after which the caller commits
    all the same."""
    account_id, people = act.viewer.account_id, act.viewer.person_ids
    assert account_id is not None
    await count(session, act.keyring, EXPORTS_A_DAY, str(account_id))
    labels = select(EnumLabel.enum_name, EnumLabel.code, EnumLabel.zh)
    copier = _Copier(session, act, {(name, code): zh for name, code, zh in await session.execute(labels)})
    copied = {
        "exported_at": moment_text(now()),
        **await copier.of_account(account_id),
        "people": [await copier.of_person(key) for key in people],
    }
    await record(
        session,
        entity="account",
        entity_id=account_id,
        type="pii.exported",
        actor=act.actor,
        payload={"person_ids": list(people)},
    )
    return copied


class _Copier:
    def __init__(self, session: AsyncSession, act: Act, labels: Mapping[tuple[str, str], str]) -> None:
        self._session, self._open, self._labels = session, act.keyring.open, labels

    async def of_account(self, key: int) -> Copy:
        grants = select(Grant, Division.name.label("division"), Team.name.label("team"), Unit.name.label("unit"))
        for linked, column in ((Division, Grant.division_id), (Team, Grant.team_id), (Unit, Grant.unit_id)):
            grants = grants.outerjoin(linked, linked.id == column)
        codes = select(SignInCode).join(Account, Account.phone_hash == SignInCode.phone_hash)
        sent = select(WorkbookImport.id, WorkbookImport.file_name, WorkbookImport.state, WorkbookImport.received_at)
        tokens = select(ApiToken.id).where(ApiToken.account_id == key)
        return {
            "account": (await self._rows(select(Account).where(Account.id == key)))[0],
            "grants": await self._rows(grants.where(Grant.account_id == key).order_by(Grant.id)),
            "sessions": await self._rows(select(Session).where(Session.account_id == key).order_by(Session.id)),
            "api_tokens": await self._rows(select(ApiToken).where(ApiToken.account_id == key).order_by(ApiToken.id)),
            "token_scopes": await self._rows(select(ApiTokenScope).where(ApiTokenScope.token_id.in_(tokens))),
            "wechat": await self._rows(select(WechatIdentity).where(WechatIdentity.account_id == key)),
            "sign_in_codes": await self._rows(codes.where(Account.id == key).order_by(SignInCode.id)),
            "imports": await self._facts(sent.where(WorkbookImport.account_id == key).order_by(WorkbookImport.id)),
            "events": await self._events("account", [key]),
        }

    async def of_person(self, key: int) -> Copy:
        person = select(Person, Division.name.label("division")).outerjoin(Division, Division.id == Person.division_id)
        skills = select(PersonSkill, Skill.name.label("skill")).join(Skill, Skill.id == PersonSkill.skill_id)
        joined = select(Membership, Team.name.label("team")).join(Team, Team.id == Membership.team_id)
        memberships = await self._rows(joined.where(Membership.person_id == key).order_by(Membership.id))
        led = select(Team.id, Team.code, Team.name, Team.leader_name, Team.contact_phone_masked)
        phone = select(Person.phone_hash).where(Person.id == key).scalar_subquery()
        led = led.where(or_(Team.leader_id == key, Team.contact_phone_hash == phone)).order_by(Team.id)
        verified = select(PersonSkill.id).where(PersonSkill.verified_by_id == key).order_by(PersonSkill.id)
        return {
            **(await self._rows(person.where(Person.id == key)))[0],
            "languages": await self._rows(select(PersonLanguage).where(PersonLanguage.person_id == key)),
            "skills": await self._rows(skills.where(PersonSkill.person_id == key).order_by(PersonSkill.id)),
            "availabilities": await self._rows(select(Availability).where(Availability.person_id == key)),
            "memberships": memberships,
            "contact_of": await self._facts(led),
            "verified_skills": await self._facts(verified),
            "events": await self._events("person", [key]),
            "membership_events": await self._events("membership", [int(one["id"]) for one in memberships]),
        }

    async def _rows(self, statement: Select[*tuple[Any, ...]]) -> list[Copy]:
        """Return every column of the first entity, and the labeled names beside it."""
        result = await self._session.execute(statement)
        names = list(result.keys())[1:]
        return [self._row(row) | dict(zip(names, linked, strict=True)) for row, *linked in result]

    async def _facts(self, statement: Select[*tuple[Any, ...]]) -> list[Copy]:
        result = await self._session.execute(statement)
        names = list(result.keys())
        return [{name: _plain(name, value) for name, value in zip(names, row, strict=True)} for row in result]

    async def _events(self, entity: str, keys: list[int]) -> list[Copy]:
        told = select(Event.type, Event.entity_id, Event.occurred_at, Event.actor_role, Event.channel)
        told = told.where(Event.entity == entity, Event.entity_id.in_(keys))
        return await self._facts(told.order_by(Event.sequence.desc()).limit(MOST_EVENTS))

    def _row(self, row: Base) -> Copy:
        copied: Copy = {}
        for name in row.__table__.columns.keys():  # noqa: SIM118  (columns have no iterator of keys)
            if name in LEFT_OUT or name.endswith("_hash"):
                continue
            value = getattr(row, name)
            if name.endswith("_sealed"):
                name = name.removesuffix("_sealed")
                value = value and self._open(value)
                value = orjson.loads(value) if name == "guardian" and value else value
            copied[name] = _plain(name, value)
            if isinstance(value, enum.Enum):
                copied[f"{name}_label"] = self._labels.get((type(value).__name__, value.value), value.value)
        return copied


def _plain(name: str, value: Any) -> Any:
    match value:
        case enum.Enum():
            return value.value
        case dt.datetime():
            return moment_text(value)
        case dt.date():
            return value.isoformat()
        case int() if name == "id" or name.endswith("_id"):
            return str(value)  # longer than the numbers that JavaScript reads exactly
    return value
