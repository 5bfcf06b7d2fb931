"""The numbers count what happened, strangers cannot make endless series of them, and not everybody may read them."""

from collections.abc import Callable
from typing import Any

import httpx2
import pytest
from prometheus_client import CollectorRegistry

from web.metrics import OPERATIONS, Metrics
from web.requests import Visit

TOKEN = {"authorization": "Bearer hunter2"}


class Counters:
    statements, sql_seconds, plan_hits, plan_misses = 2, 0.02, 1, 3


def visited(operation: str | None, status: int = 200, codes: tuple[str, ...] = ()) -> Visit:
    return Visit("id", "POST", "/graphql", operation, list(codes), None, status, 1, 0.004)


def value(metrics: Metrics, name: str, **labels: str) -> float | None:
    registry = CollectorRegistry()
    registry.register(metrics)
    return registry.get_sample_value(name, labels)


def test_a_request_is_counted_with_its_time_plans_and_statements() -> None:
    metrics, visit = Metrics(set(), None), visited("Teams", codes=("BAD_USER_INPUT",))
    visit.counters = Counters
    metrics.seen(visited("Teams"))
    metrics.seen(visit)
    assert value(metrics, "horqin_requests_total", operation="Teams", status="200") == 2
    assert value(metrics, "horqin_request_seconds_sum", operation="Teams") == 0.008
    assert value(metrics, "horqin_sql_seconds_sum", operation="Teams") == 0.02
    assert value(metrics, "horqin_sql_statements_total") == 2
    assert value(metrics, "horqin_plans_total", found="hit") == 1
    assert value(metrics, "horqin_plans_total", found="miss") == 3
    assert value(metrics, "horqin_errors_total", code="BAD_USER_INPUT") == 1


def test_names_from_outside_get_a_bounded_number_of_series() -> None:
    metrics = Metrics({"Directory"}, None)
    labels = {metrics.series(visited(f"Name{number}")) for number in range(OPERATIONS + 50)}
    assert len(labels) == OPERATIONS + 1
    assert "other" in labels
    assert metrics.series(visited("Name0")) == "Name0"
    assert metrics.series(visited("Directory")) == "Directory"


def test_an_answer_with_an_error_takes_no_series() -> None:
    metrics = Metrics(set(), None)
    assert metrics.series(visited("Wrong", codes=("GRAPHQL_VALIDATION_FAILED",))) == "other"
    assert metrics.series(visited("Wrong", status=400)) == "other"
    assert metrics.series(visited("")) == "anonymous"
    assert metrics.series(visited(None)) == "-"


@pytest.mark.parametrize(
    ("client", "token", "headers", "status"),
    [
        ("127.0.0.1", None, {}, 200),
        ("::1", None, {}, 200),
        ("10.0.0.7", None, {}, 403),
        ("127.0.0.1", None, {"x-forwarded-for": "10.0.0.7"}, 403),
        ("10.0.0.7", "hunter2", {}, 403),
        ("10.0.0.7", "hunter2", TOKEN, 200),
        ("127.0.0.1", "hunter2", {"x-forwarded-for": "10.0.0.7", **TOKEN}, 200),
        ("10.0.0.7", "another", TOKEN, 403),
        ("10.0.0.7", None, {"authorization": "Bearer "}, 403),
    ],
)
async def test_the_numbers_are_for_this_machine_or_for_the_token(
    serve_with: Callable[..., Any], client: str, token: str | None, headers: dict[str, str], status: int
) -> None:
    async with serve_with(client={"client": (client, 1)}, metrics_token=token) as http:
        answer: httpx2.Response = await http.get("/metrics", headers=headers)
    assert answer.status_code == status
    assert ('horqin_pool_connections{state="busy"} 1.0' in answer.text) is (status == 200)


async def test_operations_are_counted_by_name_through_the_application(serve_with: Callable[..., Any]) -> None:
    async with serve_with() as http:
        await http.post("/graphql", json={"query": "query Greeting{hello}"})
        text = (await http.get("/metrics")).text
    assert 'horqin_requests_total{operation="Greeting",status="200"} 1.0' in text
