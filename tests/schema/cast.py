"""Who asks in the tests: an account of each role over the small registry, and their neighbors."""

from domain.viewers import Held, Range, SignedIn, Viewer, viewer_of
from models import Platform, Role, TokenScope
from models.division import division_key, last_key_below


def place(code: str) -> Range:
    """Return the keys of a place and everything below it."""
    return division_key(code), last_key_below(code)


def granted(account_id: int, role: Role, **scope: object) -> Viewer:
    """Return an account with one grant and no person, signed in with a second factor."""
    return viewer_of(SignedIn(account_id, has_second_factor=True, grants=(Held(role, **scope),)))  # type: ignore[arg-type]


def volunteer(person_id: int, *, led: tuple[int, ...] = (), recorded: tuple[int, ...] = ()) -> Viewer:
    """Return the account of one person, whose key is that of the person and 10,000."""
    known = SignedIn(10_000 + person_id, person_id=person_id, person_ids=(person_id,), led=led, recorded=recorded)
    return viewer_of(known)


RESIDENT = viewer_of(SignedIn(1))
VOLUNTEER = volunteer(1001)
LEADER = volunteer(1008, led=(504,))
RECORDER = volunteer(1009, recorded=(504,))
STATION = granted(21, Role.STATION_COORDINATOR, range=place("152222102200"))
OFFICE = granted(22, Role.OFFICE_COORDINATOR, range=place("152222102"))
NEIGHBOR = granted(23, Role.OFFICE_COORDINATOR, range=place("152222105"))
PLATFORM_LEAD = granted(24, Role.PLATFORM_LEAD, platform=Platform.CULTURE)
UNIT_CONTACT = granted(25, Role.UNIT_CONTACT, unit_id=40)
DISPATCHER = granted(31, Role.DISPATCHER)
SUPERVISOR = granted(32, Role.SUPERVISOR)
DIRECTOR = granted(33, Role.DIRECTOR)
AUDITOR = granted(34, Role.AUDITOR)
PRIVACY_OFFICER = granted(35, Role.PRIVACY_OFFICER)
ADMIN = granted(36, Role.ADMIN)
API_CLIENT = Viewer(frozenset({Role.API_CLIENT}))
COUNTING_CLIENT = Viewer(frozenset({Role.API_CLIENT}), scopes=frozenset({TokenScope.AGGREGATES, TokenScope.TEAMS}))
