"""In what a row differs from what the registry holds. A row replaces single values and adds to lists; an empty cell
changes nothing, and nothing is ever taken away by an import."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from domain.county import named
from domain.imports.registry import KnownMember, KnownPerson
from domain.imports.roster import KnownTeam
from domain.imports.rows import MemberRow, TeamRow
from models import Base, MembershipRole
from models.sealed import Keyring
from models.text import mask_name, mask_phone

T = TypeVar("T")
Values = dict[str, Any]


@dataclass(frozen=True)
class Change:
    """Other values for a row of the registry. `fields` are named as the report names columns."""

    model: type[Base]
    id: int
    version: int
    """Of the row that was read: another one since then means that somebody else was faster."""
    values: Values
    fields: list[str]
    later: Values = field(default_factory=dict)
    """What can be stored only after the new rows to which it points."""


def each(lists: Iterable[list[T]]) -> Iterator[T]:
    """Give each value of the lists once, in their order."""
    return iter(dict.fromkeys(value for values in lists for value in values))


def phone_values(prefix: str, phone: str | None, keyring: Keyring) -> Values:
    """Return the three columns of a phone."""
    return {
        f"{prefix}_sealed": keyring.seal(phone) if phone else None,
        f"{prefix}_masked": mask_phone(phone) if phone else None,
        f"{prefix}_hash": keyring.lookup_hash(phone) if phone else None,
    }


def leader_values(name: str | None) -> Values:
    return {"leader_name": name, "leader_name_masked": mask_name(name) if name else None}


def team_values(row: TeamRow, team: KnownTeam, keyring: Keyring) -> tuple[Values, list[str]]:
    """Return the columns in which a row differs from its team, but for the leader, and what the report calls them."""
    values: Values = {}
    fields = []
    if row.name != team.name:
        values |= named(row.name)
        fields.append("name")
    for name, said, is_called in (
        ("level", row.level, "level"),
        ("type", row.type, "type"),
        ("division_id", row.place.id, "division"),
        ("founded_on", row.founded_on, "founded_on"),
    ):
        if said is not None and said != getattr(team, name):
            values[name] = said
            fields.append(is_called)
    if row.phone and keyring.lookup_hash(row.phone) != team.contact_phone_hash:
        values |= phone_values("contact_phone", row.phone, keyring)
        fields.append("phone")
    return values, fields


def person_values(
    rows: list[MemberRow], person: KnownPerson, hashes: Mapping[str, str], keyring: Keyring
) -> tuple[Values, list[str]]:
    """Return the columns in which the rows of one person differ from what is stored, and what the report calls them."""
    values: Values = {}
    fields = []
    for name in ("gender", "political_status"):
        said = first(rows, name)
        if said is not None and said != getattr(person, name):
            values[name] = said
            fields.append(name)
    ethnicity = first(rows, "ethnicity")
    if ethnicity and (person.ethnicity_sealed is None or keyring.open(person.ethnicity_sealed) != ethnicity):
        values["ethnicity_sealed"] = keyring.seal(ethnicity)
        fields.append("ethnicity")
    phone = first(rows, "phone")
    if phone and person.phone_hash is None:
        values |= phone_values("phone", phone, keyring) | {"phone_hash": hashes[phone]}
        fields.append("phone")
    noted = (person.skill_note or "").split("、")
    others = [word for word in each(row.other_skills for row in rows) if word not in noted]
    if others:
        values["skill_note"] = "、".join([*filter(None, noted), *others])
        fields.append("other_skills")
    return values, fields


def first(rows: list[MemberRow], name: str) -> Any:
    """Return what the first of the rows says that says anything."""
    return next((said for row in rows if (said := getattr(row, name)) is not None), None)


def membership_values(row: MemberRow, member: KnownMember) -> Values:
    """Return the columns in which a row differs from the membership."""
    is_other = row.joined_on is not None and row.joined_on != member.joined_on
    return {"joined_on": row.joined_on} if is_other else {}


def role_values(member: KnownMember, leader_id: int | None) -> Values:
    """Return the role of a member of a team that gets this leader: who led before is a member like others."""
    if member.person_id == leader_id:
        return {} if member.role is MembershipRole.LEADER else {"role": MembershipRole.LEADER}
    return {"role": MembershipRole.MEMBER} if member.role is MembershipRole.LEADER else {}
