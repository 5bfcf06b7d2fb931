"""Random documents by schemathesis against the served application, sent by all kinds of people: whatever is sent, it
never fails on our side."""

import datetime as dt
from collections.abc import Iterator
from typing import Any

import httpx2
import hypothesis
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase
from hypothesis import strategies as st
from sqlalchemy.ext.asyncio import AsyncSession

from domain.demo import load_demo
from domain.sign_in.sessions import token_hash
from models import Account, Grant, Platform, Role, Session, now
from models.base import new_key
from tests.serving import serving
from web.keys import keyring
from web.settings import Settings
from web.visitors import COOKIE

PLACES: dict[Role, dict[str, Any]] = {
    Role.OFFICE_COORDINATOR: {"division_id": 152222104000},
    Role.PLATFORM_LEAD: {"platform": next(iter(Platform))},
    Role.DISPATCHER: {},
    Role.AUDITOR: {},
    Role.PRIVACY_OFFICER: {},
    Role.ADMIN: {},
}
SESSIONS = 150
"""Of each role: one for each root field, since many a mutation signs out."""


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Where the service answers over a small demo, with sessions of all these roles."""
    file = tmp_path_factory.mktemp("fuzz") / "fuzz.db"
    settings = Settings(database_url=f"sqlite:///{file}", requests_per_minute=0)

    async def fill(session: AsyncSession) -> None:
        keys, moment = keyring(settings), now()
        await load_demo(session, keys, people=200, teams=60)
        for number, (role, place) in enumerate(PLACES.items()):
            phone = f"125000000{number:02}"
            account = Account(
                id=new_key(),
                phone_hash=keys.lookup_hash(phone),
                phone_sealed=keys.seal(phone),
                phone_masked=f"125****00{number:02}",
            )
            session.add(account)
            await session.flush()
            session.add(Grant(account_id=account.id, role=role, valid_from=moment, **place))
            session.add_all(
                Session(
                    id=new_key(),
                    account_id=account.id,
                    token_hash=token_hash(f"{role.value}-{turn}"),
                    channel="WEB",
                    expires_at=moment + dt.timedelta(days=1),
                    second_factor_at=moment,
                )
                for turn in range(SESSIONS)
            )

    with serving(settings, fill) as address:
        yield address


def fuzz(address: str, examples: int) -> int:
    """Send so many random documents for each root field; return how many were answered with data."""
    operations = list(schemathesis.graphql.from_url(f"{address}/graphql").get_all_operations())
    assert len(operations) <= SESSIONS
    return sum(fuzz_field(found.ok(), turn, examples) for turn, found in enumerate(operations))


def fuzz_field(operation: Any, turn: int, examples: int) -> int:
    answered = 0

    @hypothesis.given(case=operation.as_strategy(), role=st.sampled_from([None, *PLACES]))
    @hypothesis.settings(
        max_examples=examples,
        deadline=None,
        derandomize=examples < 10,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    def send(case: Any, role: Role | None) -> None:
        nonlocal answered
        answer = case.call(cookies={COOKIE: f"{role.value}-{turn}"} if role else {})
        assert answer.status_code < 500, (role, case.body, answer.text)
        codes = [error["extensions"]["code"] for error in answer.json().get("errors", [])]
        assert "INTERNAL" not in codes, (role, case.body)
        answered += bool(answer.json().get("data"))

    send()
    return answered


@pytest.mark.parametrize("role", PLACES)
def test_the_sessions_are_of_their_roles(address: str, role: Role) -> None:
    """Or all of the above would be asked by the public."""
    cookies = {COOKIE: f"{role.value}-{SESSIONS - 1}"}
    answer = httpx2.post(f"{address}/graphql", json={"query": "{ viewer { roles } }"}, cookies=cookies)
    assert role.value in answer.json()["data"]["viewer"]["roles"]


def test_random_documents_are_answered_or_refused(address: str) -> None:
    assert fuzz(address, 3) > 20


@pytest.mark.proof
def test_thousands_of_random_documents_are_answered_or_refused(address: str) -> None:
    answered = fuzz(address, 100)
    print(f"\nschemathesis: 100 random documents a root field, {answered} answered with data, no failure on our side")
    assert answered > 500
