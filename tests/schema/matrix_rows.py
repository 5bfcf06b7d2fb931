"""Rows of the permission matrix: what stands in each bundle, with a value in every field."""

import datetime as dt

from models import (
    Availability,
    Base,
    DivisionWeakness,
    Event,
    EventHead,
    Membership,
    NetworkNode,
    Organization,
    Person,
    PersonLanguage,
    PersonSkill,
    Team,
    TeamPlatform,
    TeamSkill,
    Unit,
    division_key,
)
from models.text import mask_name, mask_phone, pinyin, search_text
from tests.schema.matrix_bundles import BUNDLES, HOME, NOBODY, Bundle
from tests.schema.rows import KEYRING

THEN = dt.datetime(2026, 3, 4, 5, 6, 7, 891000, dt.UTC)
LEVELS = {6: "BANNER", 9: "TOWNSHIP", 12: "VILLAGE"}
CENTER, TOP = 30, 500
"""The network's center and a team of the banner, which everybody sees."""


def phone_of(person: int) -> str:
    return f"1250002{person:04d}"


def _named(name: str) -> dict[str, str]:
    return {"name": name, "pinyin": pinyin(name), "search": search_text(name)}


def _person(key: int, name: str, bundle: Bundle) -> Person:
    phone = phone_of(key)
    return Person(
        **_named(name), id=key, name_masked=mask_name(name), gender="FEMALE", birth_year=1990, status="VERIFIED",
        birth_date_sealed=KEYRING.seal("1990-05-06"), ethnicity_sealed=KEYRING.seal("蒙古族"), skill_note="会接骨",
        phone_sealed=KEYRING.seal(phone), phone_masked=mask_phone(phone), phone_hash=KEYRING.lookup_hash(phone),
        political_status="PARTY_MEMBER", division_id=division_key(bundle.place), guardian_consent_at=THEN,
    )  # fmt: skip


def team(
    key: int, bundle: Bundle, kind: str, parent: int | None, status: str = "ACTIVE", applicant: int = NOBODY
) -> Team:
    return Team(
        **_named(f"矩阵{'一二三四五'[bundle.number]}{kind}队"), id=key, code=f"M-{key}", name_mn="ᠮᠣᠩ", intro="修房子",
        level=LEVELS[len(bundle.place)], type="PROFESSIONAL", status=status, division_id=division_key(bundle.place),
        parent_id=parent, node_id=60 + bundle.number, host_unit_id=80 + bundle.number, leader_id=bundle.leader,
        leader_name="包乌兰", leader_name_masked="包**", contact_phone_sealed=KEYRING.seal("12512345678"),
        contact_phone_masked="125****5678", founded_on=dt.date(2020, 2, 2), review_note="请补电话",
        applicant_id=applicant, member_count=6, party_member_count=3,
    )  # fmt: skip


def _person_skill(bundle: Bundle) -> PersonSkill:
    return PersonSkill(
        id=8800 + bundle.number, person_id=bundle.person, skill_id=50, level=3, certificate_number="C-7",
        issued_on=dt.date(2024, 1, 1), expires_on=dt.date(2029, 1, 1), verified_at=THEN,
    )  # fmt: skip


def _membership(key: int, bundle: Bundle, person: int, role: str, status: str, team: int = 0) -> Membership:
    return Membership(
        id=key, team_id=team or bundle.team, person_id=person, role=role, status=status, joined_on=dt.date(2021, 1, 1),
        proposed_by_id=None if status == "INVITED" else 10_000 + person,
        left_on=dt.date(2025, 5, 5) if status == "LEFT" else None,
    )  # fmt: skip


def _events(bundle: Bundle) -> list[Base]:
    """Return what happened to the member, the team and the membership, and the ends of those chains."""
    found: list[Base] = []
    for at, (entity, key) in enumerate(
        [("person", bundle.person), ("team", bundle.team), ("membership", bundle.belonging)]
    ):
        chain = {"entity": entity, "entity_id": key, "hash": "ab"}
        found.append(
            Event(
                **chain, sequence=900_000 + 10 * at + bundle.number, number=1, type="test.done", actor_id=NOBODY,
                actor_role="DISPATCHER", occurred_at=THEN, received_at=THEN, channel="WEB", operation_id="o",
                from_status="PENDING", to_status="VERIFIED", payload="{}", prev_hash="0",
            )
        )  # fmt: skip
        found.append(EventHead(**chain, count=1))
    return found


def everywhere() -> list[Base]:
    """Return what there is once."""
    found = {**_named("文明实践中心"), "kind": "PRACTICE_CENTER", "division_id": division_key("152222")}
    del found["search"]
    weak = sorted({division_key(bundle.place) for bundle in BUNDLES} - {division_key(HOME.place)})
    return [
        Organization(id=36, **found, director_office="旗委书记", role="统筹"),
        *(DivisionWeakness(division_id=place, weakness="AGING_MEMBERSHIP") for place in weak),
    ]


def layers(bundle: Bundle) -> list[list[Base]]:
    """Return the rows of a bundle, what others point to first."""
    n, place = bundle.number, division_key(bundle.place)
    node = {"tier": "POINT", "division_id": place, "address": "东街 1 号"}
    return [
        [
            NetworkNode(id=60 + n, parent_id=CENTER, **_named(f"点{n}"), **node),
            Unit(id=80 + n, kind="ENTERPRISE", division_id=place, **_named(f"公司{n}")),
            _person(bundle.leader, "包乌兰", bundle),
            _person(bundle.recorder, "白永福", bundle),
            _person(bundle.person, bundle.name, bundle),
            _person(bundle.applicant, "赵春花", bundle),
        ],
        [
            NetworkNode(id=70 + n, parent_id=60 + n, **_named(f"下点{n}"), **node),
            PersonLanguage(person_id=bundle.person, language="MN"),
            _person_skill(bundle),
            Availability(id=9900 + n, person_id=bundle.person, half_day="WED_AM", season="SPRING", note="化雪以后"),
            team(bundle.team, bundle, "主", TOP),
        ],
        [
            team(620 + n, bundle, "下", bundle.team),
            team(bundle.draft, bundle, "草", bundle.team, "DRAFT"),
            team(bundle.submitted, bundle, "报", bundle.team, "SUBMITTED"),
            TeamPlatform(team_id=bundle.team, platform="CULTURE" if bundle is HOME else "THEORY"),
            TeamSkill(team_id=bundle.team, skill_id=50, people_count=1),
            _membership(bundle.belonging, bundle, bundle.person, "MEMBER", "ACTIVE"),
            _membership(6001 + 10 * n, bundle, bundle.applicant, "MEMBER", "APPLIED"),
            _membership(6002 + 10 * n, bundle, bundle.person, "MEMBER", "INVITED", 620 + n),
            _membership(6003 + 10 * n, bundle, bundle.person, "MEMBER", "LEFT"),
            _membership(6004 + 10 * n, bundle, bundle.leader, "MEMBER", "INVITED", 620 + n),
            _membership(6005 + 10 * n, bundle, bundle.recorder, "MEMBER", "INVITED", 620 + n),
            _membership(6008 + 10 * n, bundle, bundle.leader, "LEADER", "ACTIVE"),
            _membership(6009 + 10 * n, bundle, bundle.recorder, "RECORDER", "ACTIVE"),
            *_events(bundle),
        ],
    ]
