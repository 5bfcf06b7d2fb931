"""Who the members of a workbook are: people that the registry knows, or new ones, each with all that their rows say."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from domain.county import named
from domain.imports.changes import each, first, phone_values
from domain.imports.registry import KnownMember, KnownPerson
from domain.imports.rows import MemberRow
from models import (
    Availability,
    Membership,
    MembershipRole,
    MembershipStatus,
    Person,
    PersonLanguage,
    PersonSkill,
    PersonStatus,
    new_key,
)
from models.sealed import Keyring
from models.text import mask_name

Rows = dict[Any, list[dict[str, Any]]]
"""Of each table."""

Who = tuple[str, str]
"""The keyed hash of a phone, and a name: families share a phone."""


def identify(
    rows: list[MemberRow], hashes: Mapping[str, str], known: Mapping[Who, int], members: Iterable[KnownMember]
) -> list[int]:
    """Return the person of each row; one that nobody has yet gets a new key.

    With a phone a person is known by it and the name, in whatever team; without one, or with its mask only, by name
    inside the team. A phone may be what the registry lacks of the only namesake there.
    """
    people = dict(known)
    found: dict[int, int] = {}
    for index, row in enumerate(rows):
        if row.phone and (hashes[row.phone], row.name) in people:
            found[index] = people[hashes[row.phone], row.name]
    claimed = {(rows[index].team_id, person_id) for index, person_id in found.items()}
    namesakes: dict[tuple[int, str], list[KnownMember]] = defaultdict(list)
    for member in members:
        if (member.team_id, member.person_id) not in claimed:
            namesakes[member.team_id, member.name].append(member)
    said: Counter[tuple[int, str]] = Counter()
    said.update((row.team_id, row.name) for index, row in enumerate(rows) if index not in found)
    for index, row in enumerate(rows):
        if index in found:
            continue
        there = namesakes[row.team_id, row.name]
        if row.phone:
            who = (hashes[row.phone], row.name)
            if who not in people:
                is_only = said[row.team_id, row.name] == 1 and len(there) == 1 and there[0].phone_masked is None
                people[who] = there[0].person_id if is_only else new_key()
            found[index] = people[who]
        else:
            found[index] = (_with_mask(there, row.masked) if row.masked else _without_phone(there)) or new_key()
    return [found[index] for index in range(len(rows))]


def _with_mask(namesakes: list[KnownMember], masked: str) -> int | None:
    found = [member for member in namesakes if member.phone_masked == masked]
    return found[0].person_id if len(found) == 1 else None


def _without_phone(namesakes: list[KnownMember]) -> int | None:
    """Return the one who has no phone either, else the only one; between two nobody is guessed."""
    plain = [member for member in namesakes if member.phone_masked is None] or namesakes
    return plain[0].person_id if len(plain) == 1 else None


def person_rows(
    entries: Mapping[int, list[MemberRow]],
    homes: Mapping[int, int],
    keyring: Keyring,
) -> Rows:
    """Return the rows of new people. `entries` maps their keys to what the file says, `homes` teams to divisions.

    Assumed: who is imported by somebody with the right is VERIFIED, and at home where the first team is.
    """
    made: Rows = {Person: [], PersonLanguage: [], PersonSkill: [], Availability: []}
    for key, rows in entries.items():
        ethnicity, others = first(rows, "ethnicity"), list(each(row.other_skills for row in rows))
        phone = rows[0].phone
        made[Person].append(
            {
                "id": key,
                **named(rows[0].name),
                "name_masked": mask_name(rows[0].name),
                "gender": first(rows, "gender"),
                "ethnicity_sealed": keyring.seal(ethnicity) if ethnicity else None,
                **phone_values("phone", phone, keyring),
                "political_status": first(rows, "political_status"),
                "division_id": homes[rows[0].team_id],
                "skill_note": "、".join(others) or None,
                "status": PersonStatus.VERIFIED,
            }
        )
        for model, found in held_rows(key, rows).items():
            made[model] += found
    return made


HELD = ((PersonLanguage, "languages"), (PersonSkill, "skills"), (Availability, "half_days"))
"""The lists that belong to a person, as the report calls them."""


def held_rows(key: int, rows: list[MemberRow], known: KnownPerson | None = None) -> Rows:
    """Return the rows of a person's skills, languages and half-days that the registry lacks."""
    has = known or KnownPerson(key, 1, None, None, None, None, None, None)
    skills = [skill for skill in each(row.skill_ids for row in rows) if skill not in has.skill_ids]
    languages = [language for language in each(row.languages for row in rows) if language not in has.languages]
    half_days = [half_day for half_day in each(row.half_days for row in rows) if half_day not in has.half_days]
    return {
        PersonLanguage: [{"person_id": key, "language": language} for language in languages],
        PersonSkill: [{"id": new_key(), "person_id": key, "skill_id": skill} for skill in skills],
        Availability: [{"id": new_key(), "person_id": key, "half_day": half_day} for half_day in half_days],
    }


def membership_rows(
    rows: list[MemberRow], persons: list[int], members: Iterable[KnownMember], leaders: Mapping[int, int | None]
) -> Rows:
    """Return the memberships that are not there yet; one that ended is not begun again."""
    known = {(member.team_id, member.person_id) for member in members}
    made: dict[tuple[int, int], dict[str, Any]] = {}
    for row, person in zip(rows, persons, strict=True):
        pair = (row.team_id, person)
        if pair not in known:
            is_leader = leaders.get(row.team_id) == person
            made.setdefault(
                pair,
                {
                    "id": new_key(),
                    "team_id": row.team_id,
                    "person_id": person,
                    "role": MembershipRole.LEADER if is_leader else MembershipRole.MEMBER,
                    "status": MembershipStatus.ACTIVE,
                    "joined_on": row.joined_on,
                },
            )
    return {Membership: list(made.values())}
