"""The teams and skills of a workbook: which are new, under which code, and the rows that they become."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from domain.county import default_folder, named, read_county
from domain.imports.report import Report
from domain.imports.roster import Codes, KnownTeam
from domain.imports.rows import SkillRow, TeamRow
from models import SkillCategory, TeamStatus, new_key
from models.sealed import Keyring
from models.text import mask_name, mask_phone

Values = dict[str, Any]
Member = tuple[str, str | None, int]
"""Name, phone and key of somebody in a team."""


def number_teams(
    rows: list[TeamRow], known: list[KnownTeam], report: Report, county: Path | None = None
) -> list[tuple[int, str | None]]:
    """Return for each row the team's key, and its code if it is new. A team is known by its name and division. A
    code that another team has is replaced by the next free one, and reported; a team without one is numbered with
    the prefix of the county."""
    keys = {(team.division_id, team.name): team.id for team in known}
    codes = Codes((team.code for team in known), (row.code for row in rows if row.code))
    before_all = ""
    if any(row.code is None for row in rows):
        before_all = f"{read_county(county or default_folder()).team_prefix}-0000"
    numbered: list[tuple[int, str | None]] = []
    for row in rows:
        if key := keys.get((row.place.id, row.name)):
            numbered.append((key, None))
            continue
        code = codes.take(row.code) if row.code else codes.after(before_all)
        if row.code and code != row.code:
            report.renumber(row.sheet, row.number, row.code, code)
        numbered.append((new_key(), code))
    return numbered


def team_values(row: TeamRow, key: int, code: str, leader_id: int | None, keyring: Keyring) -> Values:
    """Return a new team's row. Source: design, "Imported by someone with the right, a team is ACTIVE at once"."""
    return {
        "id": key,
        "code": code,
        **named(row.name),
        "level": row.level,
        "type": row.type,
        "status": TeamStatus.ACTIVE,
        "division_id": row.place.id,
        "leader_id": leader_id,
        "leader_name": row.leader,
        "leader_name_masked": mask_name(row.leader) if row.leader else None,
        "contact_phone_sealed": keyring.seal(row.phone) if row.phone else None,
        "contact_phone_masked": mask_phone(row.phone) if row.phone else None,
        "contact_phone_hash": keyring.lookup_hash(row.phone) if row.phone else None,
        "founded_on": row.founded_on,
    }


def find_leader(row: TeamRow, members: Iterable[Member]) -> int | None:
    """Return the member whom a team's row names; of namesakes the one with the team's phone. A name that matches
    nobody stays text."""
    namesakes = [(phone, key) for name, phone, key in members if name == row.leader]
    chosen = [key for phone, key in namesakes if phone and phone == row.phone] or [key for _, key in namesakes]
    return chosen[0] if len(chosen) == 1 else None


def skill_values(
    rows: list[SkillRow], names: Mapping[str, int], codes: Mapping[str, int]
) -> tuple[list[Values], dict[str, int]]:
    """Return the rows of skills that the catalog lacks, and the catalog as it is with them. A known code with another
    name is the same skill, called differently here."""
    free, made = Codes(codes, (row.code for row in rows if row.code)), list[Values]()
    by_name, by_code = dict(names), dict(codes)
    for row in rows:
        key = by_name.get(row.name) or by_code.get(row.code or "")
        if key is None:
            key, code = new_key(), free.take(row.code) if row.code else free.after("imported_0")
            made.append({"id": key, "code": code, **named(row.name), "category": SkillCategory.OTHER})
            by_code[code] = key
        by_name.setdefault(row.name, key)
    return made, by_name
