"""Person 1008 with something in every place where a trace of a person may stand, and the search for what is left."""

from typing import Any

from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

import models
from domain.chains import verify
from domain.counters import recount
from domain.events import Actor, record
from models import Account, Membership, MembershipStatus, Person, Team, now
from models.base import Base
from models.text import mask_name, mask_phone, pinyin, search_text
from tests.schema.conftest import Api
from tests.schema.rows import KEYRING

NAME, PHONE = "欧阳珊瑚", "12598765432"
CLEAR = {
    "phone": PHONE,
    "birth": "1958-07-06",
    "ethnicity": "达斡尔族",
    "guardian": '{"name":"欧阳海","phone":"12598760000"}',
    "contact": PHONE,
    "account": PHONE,
    "totp": "JBSWY3DPEHPK3PXP",
}
SEALED = {name: KEYRING.seal(value) for name, value in CLEAR.items()}
NEEDLES = {
    "name": NAME,
    "masked name": mask_name(NAME),
    "pinyin": pinyin(NAME),
    "phone": PHONE,
    "masked phone": mask_phone(PHONE),
    "hash of the phone": KEYRING.lookup_hash(PHONE),
    "note": "会修理风车",
    "certificate": "SHOUYI-20190001",
    "when free": "除了祭敖包那天",
    "device": "Canary/1.0",
    "WeChat": "openid-canary-hash",
    "password": "$argon2id$canary",
    "token": "看板珊瑚",
    **{f"sealed {name}": value for name, value in SEALED.items()},
}

PLANTED = set(NEEDLES) - {"phone"}
"""A phone stands nowhere in clear to begin with."""


async def plant(session: AsyncSession) -> None:
    person = await session.get_one(Person, 1008)
    person.name, person.name_masked, person.pinyin = NAME, mask_name(NAME), pinyin(NAME)
    person.search, person.skill_note = search_text(NAME), "会修理风车"
    person.phone_sealed, person.phone_masked = SEALED["phone"], mask_phone(PHONE)
    person.phone_hash = KEYRING.lookup_hash(PHONE)
    person.birth_date_sealed, person.ethnicity_sealed = SEALED["birth"], SEALED["ethnicity"]
    person.guardian_sealed, person.guardian_consent_at = SEALED["guardian"], now()
    person.registered_by_id = 10_008
    team = await session.get_one(Team, 504)
    team.leader_id, team.leader_name, team.leader_name_masked = 1008, NAME, mask_name(NAME)
    team.contact_phone_sealed, team.contact_phone_masked = SEALED["contact"], mask_phone(PHONE)
    team.contact_phone_hash = KEYRING.lookup_hash(PHONE)
    imported = await session.get_one(Team, 511)  # a contact's name from a workbook, beside the phone
    imported.leader_name, imported.contact_phone_hash = NAME, KEYRING.lookup_hash(PHONE)
    namesake = await session.get_one(Team, 512)
    namesake.leader_name, namesake.leader_name_masked = "欧阳", "欧*"
    session.add(
        Account(
            id=10_008,
            phone_sealed=SEALED["account"],
            phone_masked=mask_phone(PHONE),
            phone_hash=KEYRING.lookup_hash(PHONE),
            password_hash="$argon2id$canary",
            totp_sealed=SEALED["totp"],
            totp_confirmed_at=now(),
            signed_in_at=now(),
        )
    )
    sent = {"channel": "WEB", "covers_county": True, "file_name": "台账.xlsx", "size_bytes": 9, "sha256": "ab"}
    session.add(models.WorkbookImport(id=3, account_id=10_008, **sent))
    await session.flush()
    entry = {"import_id": 3, "kind": "CORRECTED", "position": 0, "sheet": "队员", "row_number": 2}
    session.add_all(
        [
            models.WorkbookImportEntry(**entry, code="inner_space", from_text="欧阳 珊瑚", to_text=NAME),
            models.WorkbookImportEntry(**entry, code="phone_float", from_text=None, to_text=mask_phone(PHONE)),
            models.WorkbookImportEntry(**entry, code="duplicate_member", from_text=NAME),
            models.PersonSkill(person_id=1008, skill_id=53, certificate_number="SHOUYI-20190001"),
            models.Availability(person_id=1008, half_day=models.HalfDay.TUE_AM, note="除了祭敖包那天"),
            models.Session(
                id=71, account_id=10_008, person_id=1008, token_hash="71", channel="WEB", device="Canary/1.0",
                expires_at=now(),
            ),
            models.ApiToken(account_id=10_008, name="看板珊瑚", prefix="p", token_hash="t", expires_at=now()),
            models.WechatIdentity(openid_hash="openid-canary-hash", account_id=10_008),
            models.SignInCode(phone_hash=KEYRING.lookup_hash(PHONE), code_hash="c", expires_at=now()),
            Membership(id=7001, team_id=520, person_id=1008, status=MembershipStatus.APPLIED),
            Membership(id=7002, team_id=521, person_id=1008, status=MembershipStatus.INVITED),
        ]
    )  # fmt: skip
    await record(
        session, entity="person", entity_id=1008, type="person.registered", actor=Actor("VOLUNTEER", "WEB", 10_008)
    )
    await session.flush()
    await recount(session)


async def left(api: Api) -> dict[str, set[str]]:
    """Return, for each needle, the columns in which it still stands."""
    assert api.engine is not None
    found: dict[str, set[str]] = {}
    async with api.engine.connect() as connection:
        for table in Base.metadata.tables:
            rows = await connection.execute(text(f"select * from {table}"))
            for row in rows.mappings():
                for column, value in row.items():
                    for name, needle in NEEDLES.items():
                        if needle in str(value):
                            found.setdefault(name, set()).add(f"{table}.{column}")
    return found


async def counts(api: Api) -> list[Any]:
    assert api.engine is not None
    async with AsyncSession(api.engine) as session:
        teams = await session.execute(select(Team.id, Team.member_count, Team.party_member_count).order_by(Team.id))
        skills = select(models.TeamSkill.team_id, models.TeamSkill.skill_id, models.TeamSkill.people_count)
        return [*teams.all(), *(await session.execute(skills.order_by("team_id", "skill_id"))).all()]


async def check_whole(api: Api) -> None:
    """The chains hold, and the counters are what a recount makes of them."""
    before = await counts(api)
    assert api.engine is not None
    async with AsyncSession(api.engine) as session, session.begin():
        assert (await verify(session)).fault is None
        await recount(session)
    assert await counts(api) == before
