"""What a viewer may do with rows near and far: each mutation, judged by a letter of the matrix."""

import datetime as dt
import uuid
from dataclasses import replace
from typing import Any

from graphql import GraphQLInputObjectType, get_named_type, is_required_input_field
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from domain.matrix import DISTANCES
from domain.permissions import may
from domain.sign_in.accounts import people_of
from domain.sign_in.sender import TerminalSender
from domain.viewers import Viewer
from models import Account
from models.reading import Reader
from schema.api import schema
from schema.context import Context, Door
from tests.schema.matrix_cast import Seat
from tests.schema.matrix_reads import Cells
from tests.schema.matrix_rows import phone_of
from tests.schema.rows import KEYRING

MUTATIONS = schema._schema.mutation_type.fields

IDS = {
    "teamId": "Team",
    "personId": "Person",
    "membershipId": "Membership",
    "personSkillId": "PersonSkill",
    "divisionId": "Division",
    "sessionId": "Session",
    "tokenId": "ApiToken",
    "grantId": "Grant",
    "id": "Person",
}
"""Inputs that name a row of a type."""

ABOUT_ONESELF = {"actFor", "acceptInvitation", "leaveTeam", "setConsent", "eraseMe"}
"""Mutations of people who are nobody else: at the first distance, of the viewer's own person."""

UNLESS_OTHERS = {
    "declineMembership": "approveMembership",
    **dict.fromkeys(("updatePerson", "setSkills", "setAvailability"), "verifyPerson"),
}
"""Mutations about oneself for who may not do the other one: the team declines applications, the person invitations."""

OF_DRAFTS = {"submitTeam"}
OF_SUBMITTED = {"approveTeam", "returnTeam", "rejectTeam"}
OF_APPLICATIONS = {"approveMembership", "declineMembership"}
OF_INVITATIONS = {"acceptInvitation", "declineMembership"}
"""Mutations that need a row in another state than the usual one."""

SAID_THOUGH_OPTIONAL = {
    "revokeSession": {"sessionId"},
    "grantRole": {"teamId"},
    "registerPerson": {"onBehalf"},
    "eraseMe": {"personId"},
}

LAST = ("leaveTeam", "removeMember", "dissolveTeam", "suspendPerson", "eraseMe", "erasePerson")
"""Mutations after which somebody is not there any more for others."""

PLAIN: dict[str, Any] = {
    "expectedVersion": 1,
    "code": "000000",
    "password": "a long password of nobody",
    "name": "新的名字",
    "type": "PROFESSIONAL",
    "platforms": ["THEORY"],
    "changeMembershipRole.role": "CONTACT",
    "grantRole.role": "TEAM_LEADER",
    "scopes": ["TEAMS"],
    "birthDate": "1990-05-06",
    "languages": ["MN"],
    "skills": [],
    "halfDays": [],
    "erasePerson.reason": "REQUESTED",
    "field": "BIRTH_DATE",
    "purpose": "SAFETY",
}
"""Inputs that name no row."""


class Silent(TerminalSender):
    async def send(self, phone: str, code: str) -> None:
        return None


def context_of(seat: Seat, reader: Reader, engine: AsyncEngine) -> Context:
    viewer = seat.viewer

    async def renewed(*_: Any) -> Viewer:
        """Return the viewer with the people of its phone as a mutation left them."""
        async with AsyncSession(engine) as session:
            account = await session.get(Account, viewer.account_id or 0)
            people = await people_of(session, account) if account else ()
        return replace(
            viewer, person_ids=tuple(people), person_id=viewer.person_id if viewer.person_id in people else None
        )

    door = Door("127.0.0.1", "", "WEB", Silent(), dt.timedelta(days=1), renewed, lambda hashes, here: None)
    return Context(viewer, reader, KEYRING, engine=engine, door=lambda: door, renew=renewed)


def _input(mutation: str) -> GraphQLInputObjectType | None:
    argument = MUTATIONS[mutation].args.get("input")
    return None if argument is None else get_named_type(argument.type)  # type: ignore[return-value]


def has_object(mutation: str) -> bool:
    """Return whether something is acted upon beside oneself."""
    input_ = _input(mutation)
    return input_ is not None and not input_.fields.keys().isdisjoint({*IDS, "phone"})


def given(mutation: str, seat: Seat, distance: str) -> dict[str, Any]:
    """Return an input of the mutation for the row at a distance. Fails for a field that is new here."""
    input_ = _input(mutation)
    values: dict[str, Any] = {}
    for name, field in input_.fields.items() if input_ else ():
        if is_required_input_field(field) or name in SAID_THOUGH_OPTIONAL.get(mutation, ()):
            values[name] = _value(mutation, name, seat, distance)
    return values


def _value(mutation: str, name: str, seat: Seat, distance: str) -> Any:
    match name:
        case "operationId":
            return str(uuid.uuid4())
        case "phone":
            return phone_of(seat.keys("Person", distance)[0])
        case "expiresAt":
            return (dt.datetime.now(dt.UTC) + dt.timedelta(days=9)).isoformat()
        case "teamId" if mutation in OF_DRAFTS:
            return f"Team_{seat.draft(distance)}"
        case "teamId" if mutation in OF_SUBMITTED:
            return f"Team_{seat.bundles[DISTANCES.index(distance)].submitted}"
        case "onBehalf":
            return may(seat.viewer.roles, "verifyPerson")
    if name not in IDS:
        return PLAIN[name] if name in PLAIN else PLAIN[f"{mutation}.{name}"]
    if mutation in ABOUT_ONESELF or not may(seat.viewer.roles, UNLESS_OTHERS.get(mutation, mutation)):
        keys, at = seat.self_keys(IDS[name], distance), int(mutation in OF_INVITATIONS)
    else:
        keys, at = seat.keys(IDS[name], distance), int(mutation in OF_APPLICATIONS)
    return f"{IDS[name]}_{keys[at]}"


def text(mutation: str) -> str:
    input_ = _input(mutation)
    if input_ is None:
        return f"mutation {{ done: {mutation} {{ __typename }} }}"
    return f"mutation ($input: {input_.name}!) {{ done: {mutation}(input: $input) {{ __typename }} }}"


async def letter(mutation: str, seat: Seat, distance: str, context: Context) -> str:
    """Return what comes of a mutation. Fails for an error that is no refusal."""
    values = {"input": given(mutation, seat, distance)} if _input(mutation) else {}
    result = await schema.execute(text(mutation), values, context)
    if result.errors:
        (error,) = result.errors
        code = (error.extensions or {}).get("code")
        assert code in ("UNAUTHENTICATED", "FORBIDDEN"), (mutation, seat, error, error.original_error)
        return "U" if code == "UNAUTHENTICATED" else "F"
    assert result.data is not None
    return {"NotFound": "-", "NotAllowed": "N"}.get(result.data["done"]["__typename"], "A")


async def mutation_cells(seat: Seat, reader: Reader, engine: AsyncEngine) -> Cells:
    """Return the cells of all mutations; the database is not as it was, afterwards."""
    cells: Cells = {}
    for mutation in [*(name for name in MUTATIONS if name not in LAST), *LAST]:
        first = await letter(mutation, seat, DISTANCES[0], context_of(seat, reader, engine))
        if first in "FU":  # said about the role, before any row
            letters = first * len(DISTANCES)
        elif not has_object(mutation):
            letters = first + "--"
        else:
            others = [await letter(mutation, seat, far, context_of(seat, reader, engine)) for far in DISTANCES[1:]]
            letters = first + "".join(others)
        cells[f"Mutation.{mutation}"] = letters
    return cells
