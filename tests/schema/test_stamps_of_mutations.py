"""Each mutation moves the stamps of all tables that it writes to, and hardly any other."""

import pytest
from argon2 import PasswordHasher
from sqlalchemy import text

from domain.sign_in import passwords
from models import Role
from models.stamp import Stamps
from tests.schema import matrix_cast
from tests.schema.conftest import Api
from tests.schema.matrix_cast import SEATS
from tests.schema.matrix_writes import LAST, MUTATIONS, context_of, letter
from tests.schema.tagged import contents, differing

pytestmark = pytest.mark.asyncio(loop_scope="session")

CHANGING = {
    Role.VOLUNTEER: {"acceptInvitation", "createTeam", "submitTeam", "leaveTeam", "updatePerson"},
    Role.DISPATCHER: {
        *("registerPerson", "suspendPerson", "setSkills"),
        *("approveMembership", "changeMembershipRole", "updateTeam", "approveTeam", "suspendTeam", "reveal"),
    },
    Role.ADMIN: {"grantRole", "revokeRole", "createApiToken", "revokeApiToken", "enrollSecondFactor", "revokeSession"},
    Role.PRIVACY_OFFICER: {"erasePerson", "exportMyData"},
}
"""What changes something, asked as the matrix asks it: some of every family."""

TOUCHED = {"team_skill", "account", "availability", "person_skill", "person_place", "workbook_import_entry"}
"""Tables that are sometimes written to without a change: counted anew, held until the end, emptied of nothing."""


@pytest.mark.parametrize("role", CHANGING, ids=lambda role: role.name)
async def test_each_mutation_moves_the_stamps_of_what_it_changes(
    own: Api, role: Role, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(passwords, "HASHER", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
    assert own.engine is not None
    await matrix_cast.add(own.engine)
    seat, stamps, changing = SEATS[role], Stamps(own.reader), set()
    held = await contents(own.engine)
    for mutation in [*(name for name in MUTATIONS if name not in LAST), *LAST]:
        before = await stamps.read()
        if await letter(mutation, seat, "own", context_of(seat, own.reader, own.engine)) != "A":
            continue
        moved, holds = differing(before, await stamps.read()), await contents(own.engine)
        changed = differing(held, holds)
        assert changed <= moved <= changed | TOUCHED, mutation
        changing |= {mutation} if changed else set()
        async with own.engine.begin() as connection:
            for table in ("team", "person", "membership"):
                await connection.execute(text(f"update {table} set version = 1"))  # what the matrix expects
        held = await contents(own.engine) if changed else holds
    assert changing >= CHANGING[role]
