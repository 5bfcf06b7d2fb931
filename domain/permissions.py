"""Which roles a mutation is for at all. Where in the county a role holds is scope's to say."""

from models import Role

SIGNED_IN = frozenset({Role.RESIDENT})
"""Everybody who signed in holds RESIDENT."""

COORDINATORS = frozenset({Role.STATION_COORDINATOR, Role.OFFICE_COORDINATOR, Role.DISPATCHER})
REVIEWERS = frozenset({Role.OFFICE_COORDINATOR, Role.DISPATCHER})
LEADERS = COORDINATORS | {Role.TEAM_LEADER}

EVERYBODY = frozenset(Role)

PERMISSIONS: dict[str, frozenset[Role]] = {
    "requestSignInCode": EVERYBODY,
    "signIn": EVERYBODY,
    "signInWithPassword": EVERYBODY,
    "signOut": SIGNED_IN,
    "revokeSession": SIGNED_IN,
    "actFor": SIGNED_IN,
    "enrollSecondFactor": SIGNED_IN,
    "confirmSecondFactor": SIGNED_IN,
    "setPassword": SIGNED_IN,
    "createApiToken": frozenset({Role.ADMIN}),
    "revokeApiToken": frozenset({Role.ADMIN}),
    "grantRole": frozenset({Role.ADMIN, Role.OFFICE_COORDINATOR}),
    "revokeRole": frozenset({Role.ADMIN, Role.OFFICE_COORDINATOR}),
    "registerPerson": SIGNED_IN,
    "updatePerson": SIGNED_IN,
    "verifyPerson": COORDINATORS,
    "suspendPerson": COORDINATORS,
    "resumePerson": COORDINATORS,
    "setSkills": SIGNED_IN,
    "setAvailability": SIGNED_IN,
    "certifySkill": REVIEWERS,
    "createTeam": SIGNED_IN,
    "updateTeam": SIGNED_IN,
    "submitTeam": SIGNED_IN,
    "approveTeam": REVIEWERS,
    "returnTeam": REVIEWERS,
    "rejectTeam": REVIEWERS,
    "suspendTeam": REVIEWERS,
    "resumeTeam": REVIEWERS,
    "dissolveTeam": REVIEWERS,
    "applyToTeam": SIGNED_IN,
    "inviteMember": LEADERS,
    "acceptInvitation": SIGNED_IN,
    "approveMembership": LEADERS,
    "declineMembership": SIGNED_IN,
    "leaveTeam": SIGNED_IN,
    "removeMember": LEADERS,
    "changeMembershipRole": LEADERS,
    "reveal": SIGNED_IN,
    "exportMyData": SIGNED_IN,
    "setConsent": SIGNED_IN,
    "eraseMe": SIGNED_IN,
    "erasePerson": frozenset({Role.PRIVACY_OFFICER}),
    "importWorkbook": REVIEWERS,
}
"""A mutation without a rule cannot be declared. `importWorkbook` is none: it stands for `POST /imports`, for those who
review teams, since what is imported needs no other review."""


OF_ONESELF = frozenset(
    {
        "requestSignInCode", "signIn", "signInWithPassword", "signOut", "revokeSession", "actFor", "enrollSecondFactor",
        "confirmSecondFactor", "setPassword", "exportMyData", "setConsent", "eraseMe",
    }
)  # fmt: skip
"""What an auditor may do all the same, who "reads all, writes nothing"."""


def may(roles: frozenset[Role], mutation: str) -> bool:
    """Tell whether one of the roles is enough to try. Raises KeyError for a mutation without a rule."""
    if Role.AUDITOR in roles and mutation not in OF_ONESELF:
        return False
    return not roles.isdisjoint(PERMISSIONS[mutation])


def permitted(roles: frozenset[Role]) -> list[str]:
    """Return the mutations that the roles may try."""
    return [name for name in PERMISSIONS if may(roles, name)]
