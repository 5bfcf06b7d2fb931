"""Random documents by schemathesis against the served application: whatever is sent, it never fails on our side."""

from collections.abc import Iterator
from typing import Any

import hypothesis
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase

from tests.serving import serving
from web.settings import Settings


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("fuzz")
    with serving(Settings(database_url=f"sqlite:///{folder / 'fuzz.db'}", requests_per_minute=0)) as address:
        yield address


def fuzz(address: str, examples: int) -> int:
    """Send so many random documents for each root field; return how many were answered with data."""
    api = schemathesis.graphql.from_url(f"{address}/graphql")
    answered = 0
    for found in api.get_all_operations():
        operation = found.ok()

        @hypothesis.given(case=operation.as_strategy())
        @hypothesis.settings(
            max_examples=examples,
            deadline=None,
            derandomize=examples < 10,
            database=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        def send(case: Any) -> None:
            nonlocal answered
            answer = case.call()
            assert answer.status_code < 500, (case.body, answer.text)
            assert not [error for error in answer.json().get("errors", []) if error["extensions"]["code"] == "INTERNAL"]
            answered += bool(answer.json().get("data"))

        send()
    return answered


def test_random_documents_are_answered_or_refused(address: str) -> None:
    assert fuzz(address, 3) > 20


@pytest.mark.proof
def test_thousands_of_random_documents_are_answered_or_refused(address: str) -> None:
    answered = fuzz(address, 100)
    print(f"schemathesis: {answered} documents answered with data, no failure on our side")
    assert answered > 500
