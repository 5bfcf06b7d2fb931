"""Which roles a mutation is for at all. Where in the county a role holds is scope's to say."""

from models import Role

SIGNED_IN = frozenset({Role.RESIDENT})
"""Everybody who signed in holds RESIDENT."""

COORDINATORS = frozenset({Role.STATION_COORDINATOR, Role.OFFICE_COORDINATOR, Role.DISPATCHER})
REVIEWERS = frozenset({Role.OFFICE_COORDINATOR, Role.DISPATCHER})
LEADERS = COORDINATORS | {Role.TEAM_LEADER}

PERMISSIONS: dict[str, frozenset[Role]] = {
    "applyToTeam": SIGNED_IN,
    "inviteMember": LEADERS,
    "acceptInvitation": SIGNED_IN,
    "approveMembership": LEADERS,
    "declineMembership": SIGNED_IN,
    "leaveTeam": SIGNED_IN,
    "removeMember": LEADERS,
    "changeMembershipRole": LEADERS,
}
"""A mutation that is not named here is open to nobody but the public: signing in."""


def may(roles: frozenset[Role], mutation: str) -> bool:
    """Tell whether one of the roles is enough to try. Raises KeyError for a mutation without a rule."""
    return not roles.isdisjoint(PERMISSIONS[mutation])


def permitted(roles: frozenset[Role]) -> list[str]:
    """Return the mutations that the roles may try."""
    return [name for name in PERMISSIONS if may(roles, name)]
