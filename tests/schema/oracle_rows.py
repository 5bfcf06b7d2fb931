"""The small registry with everything that scope decides by: every state, people who share little, accounts."""

from typing import Any

import models
from domain.scope import PUBLIC
from domain.viewers import Held, SignedIn, Viewer, viewer_of
from models import Platform, Role
from tests.schema import cast
from tests.schema.oracle import Tables
from tests.schema.rows import KEYRING, THEN, rows

TEAM_STATES = {505: "SUBMITTED", 509: "RETURNED", 513: "REJECTED", 517: "DISSOLVED", 519: "DORMANT"}
APPLICANTS = {505: 11_001, 509: 1, 522: 24}
"""Teams, and the accounts that began them."""

VIEWERS: dict[str, Viewer] = {
    "public": PUBLIC,
    "resident": cast.RESIDENT,
    "volunteer": cast.VOLUNTEER,
    "leader": cast.LEADER,
    "recorder": cast.RECORDER,
    "unit contact": cast.UNIT_CONTACT,
    "station": cast.STATION,
    "office": cast.OFFICE,
    "neighbor": cast.NEIGHBOR,
    "platform lead": cast.PLATFORM_LEAD,
    "dispatcher": cast.DISPATCHER,
    "supervisor": cast.SUPERVISOR,
    "director": cast.DIRECTOR,
    "auditor": cast.AUDITOR,
    "privacy officer": cast.PRIVACY_OFFICER,
    "admin": cast.ADMIN,
    "API client": cast.API_CLIENT,
    "family": viewer_of(SignedIn(7, person_ids=(1012, 1017))),
    "leader who keeps records elsewhere": cast.volunteer(1022, led=(511,), recorded=(502,)),
    "station here and platform lead": viewer_of(
        SignedIn(
            8,
            grants=(
                Held(Role.STATION_COORDINATOR, range=cast.place("152222105201")),
                Held(Role.STATION_COORDINATOR, range=cast.place("152222201200")),
                Held(Role.PLATFORM_LEAD, platform=Platform.EDUCATION),
            ),
        )
    ),
    "coordinator of two places who leads elsewhere": viewer_of(
        SignedIn(
            9,
            person_ids=(1003, 1014),
            led=(507,),
            grants=(
                Held(Role.OFFICE_COORDINATOR, range=cast.place("152222105")),
                Held(Role.STATION_COORDINATOR, range=cast.place("152222102202")),
            ),
        )
    ),
    "dispatcher without a second factor": viewer_of(SignedIn(31, grants=(Held(Role.DISPATCHER),))),
}
"""Each role, and people who hold several."""


def registry() -> Tables:
    """Return the rows by model, parents before children."""
    tables = rows()
    for person in tables[models.Person]:
        number = person["id"] - 1000
        person |= {"shares_phone": number % 4 != 1, "shares_birth_year": number % 5 != 2, "skill_note": f"会{number}"}
        person["shares_political_status"] = number % 6 != 3
    for team in tables[models.Team]:
        team |= {"applicant_id": APPLICANTS.get(team["id"]), "review_note": f"请补{team['id']}"}
        team["status"] = TEAM_STATES.get(team["id"], team["status"])
    for membership in tables[models.Membership]:
        if membership["status"] == "ACTIVE" and membership["role"] == "MEMBER":
            membership["status"] = {0: "APPLIED", 3: "INVITED", 5: "REMOVED"}.get(membership["id"] % 7, "ACTIVE")
    accounts = {viewer.account_id: viewer.person_id for viewer in VIEWERS.values() if viewer.account_id is not None}
    tables |= _accounts(accounts)
    return tables | {models.Event: _events(tables)}


def _events(tables: Tables) -> list[dict[str, Any]]:
    """Return two things that happened to each team, person, membership and account."""
    found: list[dict[str, Any]] = []
    for model in (models.Team, models.Person, models.Membership, models.Account):
        for row in tables[model]:
            for number in (1, 2):
                found.append(
                    {
                        "id": len(found) + 1,
                        "entity": model.__tablename__,
                        "entity_id": row["id"],
                        "number": number,
                        "type": f"{model.__tablename__}.{'begun' if number == 1 else 'changed'}",
                        "actor_id": 7_000 + len(found),
                        "actor_role": list(Role)[len(found) % 16].value,
                        "occurred_at": THEN,
                        "received_at": THEN,
                        "channel": ("WEB", "WECHAT", "API")[len(found) % 3],
                        "operation_id": f"o{len(found)}",
                        "payload": f'{{"at":{len(found)}}}',
                        "prev_hash": f"h{len(found) - 1}",
                        "hash": f"h{len(found)}",
                    }
                )
    return found


def _accounts(people: dict[int, int | None]) -> dict[Any, list[dict[str, Any]]]:
    mutable = {"created_at": THEN, "updated_at": THEN}
    until = THEN.replace(year=2099)
    return {
        models.Account: [
            {"id": key, "phone_masked": f"125****{key % 10_000:04d}", "phone_hash": f"h{key}", **mutable}
            | {"phone_sealed": KEYRING.seal(f"12500{key:06d}")}
            for key in people
        ],
        models.Grant: [
            {"id": 100 * key, "account_id": key, "role": "RECORDER", "team_id": 500 + key % 24, "valid_from": THEN}
            | mutable
            for key in people
        ],
        models.Session: [
            {"id": 100 * key, "account_id": key, "person_id": person, "token_hash": f"s{key}", "channel": "WEB"}
            | {"device": f"手机{key}", "created_at": THEN, "seen_at": THEN, "expires_at": until}
            for key, person in people.items()
        ],
        models.WorkbookImport: [
            {"id": 100 * key, "account_id": key, "channel": "WEB", "covers_county": False, "size_bytes": key}
            | {
                "file_name": f"台账{key}.xlsx",
                "sha256": f"f{key}",
                "state": "DONE",
                "received_at": THEN,
                "beat_at": THEN,
            }
            for key in people
        ],
        models.WorkbookImportEntry: [
            {
                "id": 100 * key + at,
                "import_id": 100 * key,
                "kind": kind,
                "position": 0,
                "sheet": "队员",
                "row_number": at,
            }
            | {"from_text": f"那 {key}", "to_text": f"那{key}", "field": "name", "code": "inner_space"}
            for key in people
            for at, kind in enumerate(("CORRECTED", "REJECTED"))
        ],
        models.ApiToken: [
            {"id": 100 * key, "account_id": key, "name": f"看板{key}", "prefix": f"p{key}", "token_hash": f"t{key}"}
            | {"created_at": THEN, "expires_at": until}
            for key in people
        ],
    }
