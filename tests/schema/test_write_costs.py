"""What a mutation costs in counts, which do not depend on the machine: a change that makes it dearer is seen here."""

import sys
import uuid
from typing import Any

import pytest
from sqlalchemy import event

from domain.viewers import Viewer
from schema.api import schema
from schema.context import Context
from tests.schema import rows
from tests.schema.acting import mutation
from tests.schema.cast import volunteer
from tests.schema.conftest import Api

pytestmark = pytest.mark.asyncio(loop_scope="session")

APPLY = mutation("applyToTeam", "ApplyToTeamInput", "Membership", "id status version", has_conflict=False)
LEAVE = mutation("leaveTeam", "MembershipInput", "Membership", "id status version", has_conflict=False)
APPLICANT = volunteer(1020)

WRITES = [
    "insert into operation", "SELECT person", "SELECT team", "INSERT INTO membership", "insert into event_head",
    "INSERT INTO event", "update operation",
]  # fmt: skip
"""The statements of one application between its transaction's begin and commit."""

CALLS = {"postgresql": 3_900, "sqlite": 4_700}
"""Calls of Python functions, warm, from the document to the answer's data; SQLite's driver takes more of them."""


async def carried_out(api: Api, document: str, **given: Any) -> tuple[Any, int]:
    """Return what a mutation gives, and how often it was asked again who the viewer is."""
    renewed = 0

    async def renew() -> Viewer:
        nonlocal renewed
        renewed += 1
        return APPLICANT

    context = Context(APPLICANT, api.reader, rows.KEYRING, engine=api.engine, renew=renew)
    given["operationId"] = str(uuid.uuid4())
    result = await schema.execute(document, {"input": given}, context)
    assert result.errors is None
    assert context.counters.statements == 1
    assert result.data is not None
    return result.data["done"], renewed


async def test_an_application_costs_seven_statements_and_few_calls(own: Api) -> None:
    assert own.engine is not None
    sent: list[str] = []

    def note(connection: Any, cursor: Any, statement: str, *_: Any) -> None:
        if not statement.startswith("BEGIN"):  # which SQLite is told by a statement
            sent.append(statement)

    counted = []
    for team in (504, 505, 506, 507):
        calls = 0

        def count(frame: Any, kind: str, argument: Any) -> None:
            nonlocal calls
            calls += kind == "call"

        sent.clear()
        event.listen(own.engine.sync_engine, "before_cursor_execute", note)
        sys.setprofile(count)
        try:
            made, _ = await carried_out(own, APPLY, teamId=f"Team_{team}")
        finally:
            sys.setprofile(None)
            event.remove(own.engine.sync_engine, "before_cursor_execute", note)
        assert (made["__typename"], made["status"], made["version"]) == ("Membership", "APPLIED", 1), made
        assert [begun for begun, one in zip(WRITES, sent, strict=True) if not one.startswith(begun)] == []
        counted.append(calls)
    assert min(counted) <= CALLS[own.reader.dialect], counted


async def test_only_what_may_change_the_viewer_asks_again_who_it_is(own: Api) -> None:
    made, renewed = await carried_out(own, APPLY, teamId="Team_504")
    assert renewed == 0
    left, renewed = await carried_out(own, LEAVE, membershipId=made["id"])
    assert (left["status"], renewed) == ("LEFT", 1)
