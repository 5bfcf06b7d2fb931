"""The registry as far as a viewer may know it: what is hidden is gone, or says something else.

Whatever is asked, an answer from there and one from the whole registry must be the same.
"""

import copy
from collections.abc import Callable
from typing import Any

import models
from models import Role
from tests.schema.oracle import BANNER, Oracle, Row, Tables
from tests.schema.rows import KEYRING

NO_PHONE = "100****0000"


def known_to(oracle: Oracle) -> Tables:
    """Return what is left. A hidden row that others point to stays, without what it says."""
    rows = copy.deepcopy(oracle.tables)
    imports = {row["id"]: row for row in rows[models.WorkbookImport]}
    keeps: dict[Any, Callable[[Row], bool]] = {
        models.DivisionWeakness: lambda row: oracle.has(BANNER),
        models.TeamPlatform: lambda row: row["team_id"] in oracle.team_ids,
        models.TeamSkill: lambda row: row["team_id"] in oracle.team_ids,
        models.PersonLanguage: lambda row: row["person_id"] in oracle.person_ids,
        models.PersonSkill: lambda row: row["person_id"] in oracle.person_ids,
        models.Availability: lambda row: row["person_id"] in oracle.person_ids,
        models.Membership: lambda row: row["id"] in oracle.membership_ids,
        models.Grant: lambda row: oracle.holds(row["account_id"]) or oracle.granted_here(row),
        models.Session: lambda row: oracle.uses(row["account_id"]),
        models.ApiToken: lambda row: oracle.uses(row["account_id"]),
        models.Event: oracle.happened,
        models.WorkbookImport: oracle.imported,
        models.WorkbookImportEntry: lambda row: oracle.imported(imports[row["import_id"]]),
    }
    for model, kept in keeps.items():
        rows[model] = [row for row in rows[model] if kept(row)]
    pointing = [*rows[models.Membership], *rows[models.Session], *rows[models.Grant], *rows[models.WorkbookImport]]
    needed = {(name, row.get(name)) for row in pointing for name in ("person_id", "team_id", "account_id")}
    for model, column, seen, left in (
        (models.Person, "person_id", oracle.person_ids.__contains__, _person),
        (models.Team, "team_id", oracle.team_ids.__contains__, _team),
        (models.Account, "account_id", oracle.holds, _account),
    ):
        rows[model] = [left(oracle, row) for row in rows[model] if seen(row["id"]) or (column, row["id"]) in needed]
    if not oracle.has({Role.AUDITOR}):
        for event in rows[models.Event]:
            event |= {"actor_id": 1, "payload": "{}", "hash": "none"}
    return rows


def _account(oracle: Oracle, row: Row) -> Row:
    return row if oracle.holds(row["id"]) else row | {"phone_masked": NO_PHONE, "status": "LOCKED"}


def _person(oracle: Oracle, row: Row) -> Row:
    key = row["id"]
    is_seen = key in oracle.person_ids
    if not is_seen:
        row |= {"name": "无名", "pinyin": "wu", "search": "无名 wu", "division_id": None, "gender": "MALE"}
        row |= {"phone_masked": NO_PHONE, "skill_note": None}
    if key not in oracle.phone_ids and row["phone_sealed"] is not None:
        row["phone_sealed"] = KEYRING.seal("10000000000")
    for what in ("birth_year", "political_status"):
        if not is_seen or not oracle.told(key, what):
            row[what] = None if not oracle.consents(key) else {"birth_year": 1900}.get(what, "YOUTH_LEAGUE")
    if not oracle.consents(key):
        row |= dict.fromkeys(("shares_phone", "shares_birth_year", "shares_political_status"), True)
    return row


def _team(oracle: Oracle, row: Row) -> Row:
    if row["id"] not in oracle.team_ids:
        row |= {"name": f"某队{row['id']}", "code": f"X-{row['id']}", "pinyin": "mou", "search": "mou"}
        row["member_count"] = 0
    if row["parent_id"] not in oracle.team_ids:
        row["parent_id"] = None
    if row["leader_id"] not in oracle.person_ids:
        row["leader_id"] = None
    if not oracle.covers(row):
        row |= {"leader_name": "某某", "contact_phone_masked": NO_PHONE}
    if not oracle.manages(row):
        row["contact_phone_sealed"] = KEYRING.seal("10000000000")
    if not oracle.manages(row) and not oracle.applied_for(row):
        row["review_note"] = "某"
    if row["member_count"] < 5:
        row["party_member_count"] = 0
    return row
