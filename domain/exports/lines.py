"""One line of a table: what the registry holds, in the words that the import takes back as they are."""

import datetime as dt
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from domain import texts
from domain.exports.layout import (
    BETWEEN,
    GENDERS,
    HALF_DAYS,
    LANGUAGES,
    LEVELS,
    PLATFORMS,
    POLITICAL_STATUSES,
    TYPES,
)
from domain.imports import rules

Line = Mapping[str, str | dt.date | None]
"""Values by names of columns."""

Facts = Mapping[str, Any]
"""What a reader was told, as the API writes it: codes of enums, days as ISO 8601, null for what is not shown."""


def team_line(team: Facts) -> Line:
    """Return the line of a team. A phone that is not shown in clear is shown masked."""
    place = team["division"]
    above = place["township"]
    is_village = above is not None
    return {
        "team_code": team["code"],
        "team_name": team["name"],
        "level": LEVELS[team["level"]],
        "type": TYPES[team["type"]],
        "township": above["name"] if is_village else place["name"] if team["level"] == "TOWNSHIP" else None,
        "village": place["name"] if is_village else None,
        "leader": team["leaderName"],
        "phone": team.get("contactPhone") or team["contactPhoneMasked"],
        "founded_on": _day(team["foundedOn"]),
        "platforms": _joined(PLATFORMS, team["platforms"]),
        "status": team["statusLabel"],
    }


def member_line(team: Facts, member: Facts, catalog: Collection[str]) -> Line:
    """Return the line of a member of a team. `catalog` are the names of all skills."""
    person = member["person"]
    skills, note = _skills([one["skill"]["name"] for one in person["skills"]], person["skillNote"], catalog)
    return {
        "team_code": team["code"],
        "team_name": team["name"],
        "person_name": person["name"],
        "gender": GENDERS.get(person["gender"]),
        "political_status": POLITICAL_STATUSES.get(person["politicalStatus"]),
        "phone": person.get("phone") or person["phoneMasked"],
        "joined_on": _day(member["joinedOn"]),
        "skills": skills,
        "languages": _joined(LANGUAGES, person["languages"]),
        "half_days": _joined(HALF_DAYS, person["halfDays"]),
        "role": member["roleLabel"],
        "skill_note": note,
    }


def _skills(names: list[str], note: str | None, catalog: Collection[str]) -> tuple[str | None, str | None]:
    """Return what stands among the skills, and beside them: what the import would cut up, or take for another skill."""
    said = note.split(BETWEEN) if note else []
    is_list = all(_is_word(word) and word not in catalog for word in said)
    kept = [name for name in names if _is_word(name)]
    beside = [name for name in names if not _is_word(name)] + ([] if is_list or note is None else [note])
    return BETWEEN.join([*kept, *(said if is_list else [])]) or None, BETWEEN.join(beside) or None


def _is_word(text: str) -> bool:
    """Whether the import reads a word of a list as it stands here."""
    return rules.BETWEEN.split(text) == [text] and texts.is_clean(text)


def _joined(known: Mapping[str, str], codes: Iterable[str]) -> str | None:
    return BETWEEN.join(known[code] for code in dict.fromkeys(codes)) or None


def _day(value: str | None) -> dt.date | None:
    return dt.date.fromisoformat(value) if value else None
