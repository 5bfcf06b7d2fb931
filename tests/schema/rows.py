"""A small registry with known facts: 1 banner, 3 townships, 7 villages, 24 teams, 60 people, everything linked."""

import datetime as dt
import itertools
from typing import Any

from sqlalchemy import insert
from sqlalchemy.ext.asyncio import AsyncEngine

import models
from models import Division, DivisionLevel, HalfDay, Platform, SpokenLanguage, Team
from models.division import division_key, last_key_below
from models.sealed import Keyring
from models.text import mask_name, mask_phone, pinyin, search_text

KEYRING = Keyring("k1", {"k1": b"a secret of the tests' own, 32 bytes"}, b"another secret of the tests' own.")
THEN = dt.datetime(2026, 1, 2, 3, 4, 5, 678000, dt.UTC)

PLACES = {
    "152222": ("科尔沁右翼中旗", "BANNER"),
    "152222102": ("高力板镇", "TOWN"),
    "152222105": ("吐列毛杜镇", "TOWN"),
    "152222201": ("巴彦淖尔苏木", "SUMU"),
    "152222102200": ("查干敖瑞嘎查", "GACHA"),
    "152222102201": ("高力板社区", "COMMUNITY"),
    "152222102202": ("赛音花嘎查", "GACHA"),
    "152222105200": ("毛杜嘎查", "GACHA"),
    "152222105201": ("双金嘎查", "GACHA"),
    "152222201200": ("巴彦嘎查", "GACHA"),
    "152222201201": ("淖尔嘎查", "GACHA"),
}
SKILLS = {
    "VET": ("兽医", "LIVESTOCK"),
    "LAW_AID": ("法律援助", "LAW"),
    "HAIR": ("理发", "DAILY_LIFE"),
    "MED": ("问诊", "HEALTH"),
}
FAMILY, GIVEN = "张王李赵白包", ("乌兰", "建国", "桂花", "那顺", "永福")


def _named(name: str) -> dict[str, str]:
    return {"name": name, "pinyin": pinyin(name), "search": search_text(name)}


def _divisions() -> list[dict[str, Any]]:
    levels = {6: "BANNER", 9: "TOWNSHIP", 12: "VILLAGE"}
    return [
        {
            "id": division_key(code),
            "last_id": last_key_below(code),
            "code": code,
            "parent_id": {6: None, 9: division_key(code[:6]), 12: division_key(code[:9])}[len(code)],
            "township_id": division_key(code[:9]) if len(code) == 12 else None,
            "level": levels[len(code)],
            "kind": kind,
            "connectivity": "NONE" if code.endswith("200") else "GOOD",
            **_named(name),
        }
        for code, (name, kind) in PLACES.items()
    ]


def _people() -> list[dict[str, Any]]:
    villages = [division_key(code) for code in PLACES if len(code) == 12]
    rows = []
    for number in range(60):
        name = FAMILY[number % 6] + GIVEN[number // 6 % 5]
        phone = None if number % 7 == 0 else f"125000{number:05d}"
        rows.append(
            {
                "id": 1000 + number,
                **_named(name),
                "name_masked": mask_name(name),
                "gender": (None, "FEMALE", "MALE")[number % 3],
                "birth_year": None if number % 5 == 0 else 1950 + number,
                "phone_sealed": phone and KEYRING.seal(phone),
                "phone_masked": phone and mask_phone(phone),
                "phone_hash": phone and KEYRING.lookup_hash(phone),
                "political_status": ("PARTY_MEMBER", "NON_PARTY")[number % 2],
                "division_id": None if number % 11 == 0 else villages[number % 7],
                "status": "VERIFIED",
                "created_at": THEN + dt.timedelta(hours=number),
                "updated_at": THEN,
            }
        )
    return rows


def _teams() -> list[dict[str, Any]]:
    rows = []
    for number, code in zip(range(24), itertools.cycle(PLACES), strict=False):
        members = 2 + number % 6
        rows.append(
            {
                "id": 500 + number,
                "code": f"T-{number:04d}",
                **_named(f"{PLACES[code][0]}{('志愿', '红色', '巾帼')[number // 11]}服务队"),
                "name_mn": "ᠬᠣᠷᠴᠢᠨ" if number == 3 else None,
                "level": {6: "BANNER", 9: "TOWNSHIP", 12: "VILLAGE"}[len(code)],
                "type": ("PARTY_CADRE", "PROFESSIONAL", "SOCIAL_ORG")[number % 3],
                "status": ("DRAFT", "SUSPENDED")[number % 2] if number > 20 else "ACTIVE",
                "division_id": division_key(code),
                "parent_id": 500 + number - 11 if number >= 11 else None,
                "node_id": 30 + number % 3 if number % 2 else None,
                "host_unit_id": 40 if number % 4 == 0 else None,
                "leader_id": 1000 + number * 2 if number % 5 else None,
                "leader_name": "张乌兰" if number % 5 else None,
                "leader_name_masked": "张**" if number % 5 else None,
                "contact_phone_sealed": KEYRING.seal("12512345678"),
                "contact_phone_masked": "125****5678",
                "founded_on": None if number % 4 == 3 else dt.date(2018, 1 + number % 12, 1),
                "member_count": members,
                "party_member_count": (members + 1) // 2,
                "created_at": THEN + dt.timedelta(days=number % 3),
                "updated_at": THEN,
            }
        )
    return rows


def _memberships() -> list[dict[str, Any]]:
    rows, keys = [], itertools.count(5000)
    for number in range(24):
        for place in range(2 + number % 6):
            rows.append(_membership(next(keys), number, place, "ACTIVE"))
        rows.append(_membership(next(keys), number, 7, "LEFT"))
    return rows


def _membership(key: int, team: int, place: int, status: str) -> dict[str, Any]:
    return {
        "id": key,
        "team_id": 500 + team,
        "person_id": 1000 + (team * 2 + place) % 60,
        "role": "LEADER" if place == 0 else "MEMBER",
        "status": status,
        "joined_on": None if place == 3 else dt.date(2020, 1 + place, 1 + team),
        "left_on": dt.date(2025, 5, 5) if status == "LEFT" else None,
        "created_at": THEN,
        "updated_at": THEN,
    }


def rows() -> dict[Any, list[dict[str, Any]]]:
    """Return every row by model, parents before children."""
    codes = list(SKILLS)
    kinds = [kind for kind in vars(models).values() if isinstance(kind, type(DivisionLevel))]
    return {
        models.EnumLabel: [
            {
                "enum_name": kind.__name__,
                "code": code.name,
                "zh": f"字{code.name}",
                "en": f"word {code.name}",
                "position": at,
            }
            for kind in kinds
            for at, code in enumerate(kind)
        ],
        Division: _divisions(),
        models.DivisionAlias: [
            {"id": 1 + at, "alias": alias, "division_id": division_key(code), "source": "test", "confidence": sure}
            for at, (alias, code, sure) in enumerate(
                [
                    *((name, code, "HIGH") for code, (name, _) in PLACES.items()),
                    ("高力板", "152222102", "MEDIUM"),
                    ("毛都", "152222105", "LOW"),
                    ("吐列毛都镇", "152222105", "HIGH"),
                ]
            )
        ],
        models.DivisionWeakness: [{"division_id": division_key("152222102200"), "weakness": "NO_INDUSTRY"}],
        models.NetworkNode: [
            {"id": 30 + at, "tier": tier, "parent_id": parent, "division_id": division_key(code), **_named(name)}
            for at, (tier, parent, code, name) in enumerate(
                [
                    ("CENTER", None, "152222", "文明实践中心"),
                    ("OFFICE", 30, "152222102", "文明实践所"),
                    ("STATION", 31, "152222102200", "文明实践站"),
                ]
            )
        ],
        models.Organization: [
            {
                "id": 35,
                "kind": "COMMAND_CENTER",
                "name": "指挥中心",
                "pinyin": "zhi hui",
                "division_id": division_key("152222"),
            }
        ],
        models.Unit: [{"id": 40, "kind": "DEPARTMENT", "division_id": division_key("152222"), **_named("农牧局")}],
        models.Skill: [
            {"id": 50 + at, "code": code, "category": category, "requires_certificate": at == 0, **_named(name)}
            for at, (code, (name, category)) in enumerate(SKILLS.items())
        ],
        models.Person: _people(),
        models.PersonLanguage: [
            {"person_id": 1000 + number, "language": language.name}
            for number in range(60)
            for at, language in enumerate(SpokenLanguage)
            if at <= number % 3
        ],
        models.PersonSkill: [
            {"id": 8000 + number * 4 + at, "person_id": 1000 + number, "skill_id": 50 + at, "level": 1 + number % 4}
            | ({"verified_at": THEN} if number % 9 == 0 else {"expires_on": dt.date(2027, 1, 1)})
            for number in range(60)
            for at in range(len(codes))
            if (number + at) % 4 == 0 or (number % 6 == 0 and at < 2)
        ],
        models.Availability: [
            {"id": 9000 + number * 2 + at, "person_id": 1000 + number, "half_day": day.name, "season": "ALL_YEAR"}
            for number in range(60)
            for at, day in enumerate((HalfDay.WED_AM, HalfDay.SUN_PM))
            if number % 4 > at
        ],
        Team: _teams(),
        models.TeamPlatform: [
            {"team_id": 500 + number, "platform": platform.name}
            for number in range(24)
            for at, platform in enumerate(Platform)
            if at < number % 4
        ],
        models.TeamSkill: [
            {"team_id": 500 + number, "skill_id": 50 + at, "people_count": 1 + (number + at) % 3}
            for number in range(24)
            for at in range(len(codes))
            if (number + at) % 3 == 0
        ],
        models.Membership: _memberships(),
    }


async def fill(engine: AsyncEngine, tables: dict[Any, list[dict[str, Any]]] | None = None) -> None:
    """Write the rows, or other ones."""
    async with engine.begin() as connection:
        for model, found in (tables or rows()).items():
            for keys, group in itertools.groupby(found, key=lambda row: tuple(row)):
                await connection.execute(insert(model), [dict(zip(keys, row.values(), strict=True)) for row in group])
