"""Who the members of a workbook are: people that the registry knows, or new ones, each with all that their rows say."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, TypeVar

from domain.county import named
from domain.imports.registry import KnownMember
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
from models.text import mask_name, mask_phone

T = TypeVar("T")
Rows = dict[Any, list[dict[str, Any]]]
"""Of each table."""

Who = tuple[str, str]
"""The keyed hash of a phone, and a name: families share a phone."""


def identify(
    rows: list[MemberRow], hashes: Mapping[str, str], known: Mapping[Who, int], members: Iterable[KnownMember]
) -> list[int]:
    """Return the person of each row; one that nobody has yet gets a new key.

    With a phone a person is known by it and the name, in whatever team; without one, by name inside the team.
    """
    people = dict(known)
    found: dict[int, int] = {}
    for index, row in enumerate(rows):
        if row.phone:
            found[index] = people.setdefault((hashes[row.phone], row.name), new_key())
    claimed = {(rows[index].team_id, person_id) for index, person_id in found.items()}
    namesakes: dict[tuple[int, str], list[KnownMember]] = defaultdict(list)
    for member in members:
        if (member.team_id, member.person_id) not in claimed:
            namesakes[member.team_id, member.name].append(member)
    for index, row in enumerate(rows):
        if not row.phone:
            found[index] = _without_phone(namesakes[row.team_id, row.name]) or new_key()
    return [found[index] for index in range(len(rows))]


def _without_phone(namesakes: list[KnownMember]) -> int | None:
    """Return the one who has no phone either, else the only one; between two nobody is guessed."""
    plain = [member for member in namesakes if not member.has_phone] or namesakes
    return plain[0].person_id if len(plain) == 1 else None


def person_rows(
    entries: Mapping[int, list[MemberRow]],
    hashes: Mapping[str, str],
    homes: Mapping[int, int],
    keyring: Keyring,
) -> Rows:
    """Return the rows of new people. `entries` maps their keys to what the file says, `homes` teams to divisions.

    Assumed: who is imported by somebody with the right is VERIFIED, and at home where the first team is.
    """
    made: Rows = {Person: [], PersonLanguage: [], PersonSkill: [], Availability: []}
    for key, rows in entries.items():
        first = rows[0]
        ethnicity = next((row.ethnicity for row in rows if row.ethnicity), None)
        others = _each(row.other_skills for row in rows)
        made[Person].append(
            {
                "id": key,
                **named(first.name),
                "name_masked": mask_name(first.name),
                "gender": next((row.gender for row in rows if row.gender), None),
                "ethnicity_sealed": keyring.seal(ethnicity) if ethnicity else None,
                "phone_sealed": keyring.seal(first.phone) if first.phone else None,
                "phone_masked": mask_phone(first.phone) if first.phone else None,
                "phone_hash": hashes[first.phone] if first.phone else None,
                "political_status": next((row.political_status for row in rows if row.political_status), None),
                "division_id": homes[first.team_id],
                "skill_note": "、".join(others) or None,
                "status": PersonStatus.VERIFIED,
            }
        )
        for language in _each(row.languages for row in rows):
            made[PersonLanguage].append({"person_id": key, "language": language})
        for skill_id in _each(row.skill_ids for row in rows):
            made[PersonSkill].append({"id": new_key(), "person_id": key, "skill_id": skill_id})
        for half_day in _each(row.half_days for row in rows):
            made[Availability].append({"id": new_key(), "person_id": key, "half_day": half_day})
    return made


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


def _each(lists: Iterable[list[T]]) -> Iterator[T]:
    return iter(dict.fromkeys(value for values in lists for value in values))
