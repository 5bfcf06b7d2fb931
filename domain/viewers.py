"""Who asks: an account with the roles that it holds now and where they hold, read in one statement."""

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import orjson

from domain.permissions import permitted
from models import Platform, Role, TokenScope

WHOLE_COUNTY = frozenset({Role.DISPATCHER, Role.SUPERVISOR, Role.DIRECTOR, Role.AUDITOR, Role.PRIVACY_OFFICER})
"""Roles that see every person and team."""

COORDINATORS = frozenset({Role.STATION_COORDINATOR, Role.OFFICE_COORDINATOR})
"""Roles that see a place and everything below it."""

SECOND_FACTOR = WHOLE_COUNTY | {Role.ADMIN}
"""Roles that hold only in a session with a second factor: "DISPATCHER and above"."""

WEIGHT = {role: number for number, role in enumerate(Role)}

Range = tuple[int, int]
"""First and last key of a place's subtree."""


@dataclass(frozen=True)
class Viewer:
    """Who asks. What is empty here is neither held nor seen."""

    roles: frozenset[Role] = frozenset({Role.PUBLIC})
    account_id: int | None = None
    session_id: int | None = None
    person_id: int | None = None
    """For whom the account acts."""
    person_ids: tuple[int, ...] = ()
    ranges: tuple[Range, ...] = ()
    offices: tuple[Range, ...] = ()
    """Of `ranges`, those in which the viewer reviews: what an office coordinator does, a station's does not."""
    led: tuple[int, ...] = ()
    """Teams whose people, with their phones, are the viewer's."""
    recorded: tuple[int, ...] = ()
    """Teams whose people are the viewer's, without phones."""
    platforms: tuple[Platform, ...] = ()
    unit_ids: tuple[int, ...] = ()
    scopes: frozenset[TokenScope] = frozenset()
    channel: str = "API"
    waiting: frozenset[Role] = frozenset()
    """Roles that were granted and need a second factor first."""

    @property
    def is_signed_in(self) -> bool:
        return self.account_id is not None

    def has(self, *roles: Role) -> bool:
        return not self.roles.isdisjoint(roles)

    @property
    def sees_county(self) -> bool:
        return not self.roles.isdisjoint(WHOLE_COUNTY)

    def reviews(self, division_id: int) -> bool:
        """Whether the viewer reviews the teams of a place, as `Reach.reviews` asks in SQL."""
        return self.has(Role.DISPATCHER) or any(low <= division_id <= high for low, high in self.offices)

    @property
    def weightiest(self) -> Role:
        """The role under which an act goes on record."""
        return max(self.roles, key=WEIGHT.__getitem__)

    @cached_property
    def values(self) -> Mapping[str, Any]:
        """What of the viewer is bound into statements, by name."""
        found: dict[str, Any] = {"account": self.account_id, "acting": self.person_id}
        for name, roles in (("roles", self.roles), ("waiting", self.waiting)):
            found[name] = orjson.dumps([role.value for role in Role if role in roles]).decode()
        found["permissions"] = orjson.dumps(permitted(self.roles)).decode()
        for name, ranges in (("", self.ranges), ("office_", self.offices)):
            for number, (low, high) in enumerate(ranges):
                found |= {f"{name}low{number}": low, f"{name}high{number}": high}
        for name, items in (("person", self.person_ids), ("led", self.led), ("recorded", self.recorded)):
            found |= {f"{name}{number}": item for number, item in enumerate(items)}
        return found | {f"platform{number}": item.value for number, item in enumerate(self.platforms)}

    @cached_property
    def shape(self) -> Hashable:
        """What of the viewer shapes a statement: roles, and how many values of each kind are bound."""
        return (tuple(sorted(role.value for role in self.roles)), tuple(self.values), self.scopes)


PUBLIC = Viewer()
DISPATCHER = Viewer(frozenset({Role.DISPATCHER}))
"""The banner's dispatcher without an account: reads on one's own machine, with TRUST_EVERYBODY."""


@dataclass(frozen=True)
class Held:
    """A grant that is valid now."""

    role: Role
    range: Range | None = None
    platform: Platform | None = None
    team_id: int | None = None
    unit_id: int | None = None


@dataclass(frozen=True)
class SignedIn:
    """What is stored about who asks, before the rules say what it amounts to."""

    account_id: int
    session_id: int | None = None
    person_id: int | None = None
    channel: str = "WEB"
    has_second_factor: bool = False
    person_ids: tuple[int, ...] = ()
    led: tuple[int, ...] = ()
    recorded: tuple[int, ...] = ()
    grants: tuple[Held, ...] = field(default=())


def viewer_of(known: SignedIn) -> Viewer:
    """Return what an account may be now. Roles that need a second factor wait without one."""
    held = [grant for grant in known.grants if known.has_second_factor or grant.role not in SECOND_FACTOR]
    waiting = frozenset(grant.role for grant in known.grants) - {grant.role for grant in held}
    led = _unique([*known.led, *(g.team_id for g in held if g.role is Role.TEAM_LEADER and g.team_id)])
    recorded = _unique([*known.recorded, *(g.team_id for g in held if g.role is Role.RECORDER and g.team_id)])
    roles = {Role.RESIDENT, *(grant.role for grant in held)}
    roles |= {Role.VOLUNTEER} if known.person_ids else set()
    roles |= {Role.TEAM_LEADER} if led else set()
    roles |= {Role.RECORDER} if recorded else set()
    return Viewer(
        frozenset(roles),
        known.account_id,
        known.session_id,
        known.person_id if known.person_id in known.person_ids else _only(known.person_ids),
        _unique(known.person_ids),
        _widest(grant.range for grant in held if grant.role in COORDINATORS and grant.range),
        _widest(grant.range for grant in held if grant.role is Role.OFFICE_COORDINATOR and grant.range),
        led,
        tuple(team for team in recorded if team not in led),
        tuple(dict.fromkeys(g.platform for g in held if g.role is Role.PLATFORM_LEAD and g.platform)),
        _unique(g.unit_id for g in held if g.role is Role.UNIT_CONTACT and g.unit_id),
        channel=known.channel,
        waiting=waiting,
    )


def _unique(keys: Iterable[int]) -> tuple[int, ...]:
    return tuple(sorted(set(keys)))


def _only(keys: tuple[int, ...]) -> int | None:
    return keys[0] if len(keys) == 1 else None


def _widest(ranges: Iterable[Range]) -> tuple[Range, ...]:
    """Return the ranges without those that lie in others."""
    kept: list[Range] = []
    for low, high in sorted(set(ranges), key=lambda item: (item[0], -item[1])):
        if not kept or high > kept[-1][1]:
            kept.append((low, high))
    return tuple(kept)
