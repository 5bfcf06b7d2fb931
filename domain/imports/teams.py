"""The teams and skills of a workbook: which are new, under which code, and the rows that they become."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from domain.county import default_folder, named, read_county
from domain.imports.changes import leader_values, phone_values
from domain.imports.report import Report
from domain.imports.roster import Codes, KnownTeam
from domain.imports.rows import SkillRow, TeamRow
from models import SkillCategory, TeamStatus, new_key
from models.sealed import Keyring

Values = dict[str, Any]
Member = tuple[str, str | None, int]
"""Name, phone and key of somebody in a team."""


def number_teams(
    rows: list[TeamRow], known: list[KnownTeam], reached: set[int], report: Report, county: Path | None = None
) -> list[tuple[int, str | None]]:
    """Return for each row the team's key, and its code if it is new. A code that another team has is replaced by the
    next free one, and reported; a team without one is numbered with the prefix of the county. Only teams that are
    `reached` are known to the importer."""
    found = match_teams(rows, [team for team in known if team.id in reached])
    codes = Codes((team.code for team in known), (row.code for row in rows if row.code))
    before_all = ""
    if any(row.code is None for row in rows):
        before_all = f"{read_county(county or default_folder()).team_prefix}-0000"
    numbered: list[tuple[int, str | None]] = []
    for row, key in zip(rows, found, strict=True):
        if key is not None:
            numbered.append((key, None))
            continue
        code = codes.take(row.code) if row.code else codes.after(before_all)
        if row.code and code != row.code:
            report.renumber(row.sheet, row.number, row.code, code)
        numbered.append((new_key(), code))
    return numbered


def match_teams(rows: list[TeamRow], known: list[KnownTeam]) -> list[int | None]:
    """Return the team that each row means. A team is known by its name and division; else by its code, if the name or
    the division is still the same: it was called otherwise, or moved. A code alone may be another county's."""
    by_name = {(team.division_id, team.name): team.id for team in known}
    by_code = {team.code: team for team in known}
    found = [by_name.get((row.place.id, row.name)) for row in rows]
    taken = set(found)
    for index, row in enumerate(rows):
        team = by_code.get(row.code or "")
        if found[index] is not None or team is None or team.id in taken:
            continue
        if row.name == team.name or row.place.id == team.division_id:
            found[index] = team.id
            taken.add(team.id)
    return found


def new_team(row: TeamRow, key: int, code: str, leader_id: int | None, keyring: Keyring) -> Values:
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
        **leader_values(row.leader),
        **phone_values("contact_phone", row.phone, keyring),
        "founded_on": row.founded_on,
    }


def find_leader(row: TeamRow, members: Iterable[Member]) -> int | None:
    """Return the member whom a team's row names; of namesakes the one with the team's phone. A name that matches
    nobody stays text."""
    namesakes = [(phone, key) for name, phone, key in members if name == row.leader]
    chosen = [key for phone, key in namesakes if phone and phone == row.phone] or [key for _, key in namesakes]
    return chosen[0] if len(set(chosen)) == 1 else None


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
