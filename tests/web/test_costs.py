"""What a request costs in counts, which do not depend on the machine: a change that makes it dearer is seen here."""

import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import orjson
import pytest
from sqlalchemy.ext.asyncio import AsyncEngine
from starlette.types import ASGIApp

from tests.schema import rows
from web.app import application
from web.keys import new_keys
from web.requests import visit_of
from web.settings import Settings

QUERIES = Path(__file__).parents[2] / "bench" / "queries"

CALLS = {"tiny": 195, "team": 195, "teams": 205, "nested": 220, "stats": 190, "volunteers": 240}
"""Calls of Python functions that a known document may take, from the request's first byte to the answer's last."""

VARIABLES: dict[str, dict[str, Any]] = {
    "tiny": {"code": "T-0003"},
    "team": {"code": "T-0003"},
    "teams": {"type": "SOCIAL_ORG"},
    "nested": {"type": "SOCIAL_ORG"},
    "stats": {},
    "volunteers": {"kinds": ["LAW", "LIVESTOCK"], "halfDays": ["WED_AM", "SUN_PM"]},
}


@pytest.fixture
async def app(url: str, engine: AsyncEngine) -> AsyncIterator[ASGIApp]:
    await rows.fill(engine)
    app = application(Settings(database_url=url, trust_everybody=True, **new_keys()))
    async with app.router.lifespan_context(app):
        yield app


async def post(app: ASGIApp, body: bytes) -> tuple[bytes, Any]:
    """Send one request without a client around it; return the answer's body and what was counted."""
    scope: dict[str, Any] = {
        "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "POST", "scheme": "http",
        "path": "/graphql", "raw_path": b"/graphql", "query_string": b"", "root_path": "",
        "headers": [(b"host", b"127.0.0.1"), (b"content-type", b"application/json")],
        "client": ("127.0.0.1", 1), "server": ("127.0.0.1", 80),
    }  # fmt: skip
    sent: list[bytes] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message: Any) -> None:
        sent.append(message.get("body", b""))

    await app(scope, receive, send)
    return b"".join(sent), visit_of(scope).counters


@pytest.mark.parametrize("name", list(CALLS))
async def test_a_known_document_costs_one_statement_and_few_calls(app: ASGIApp, name: str) -> None:
    text = (QUERIES / f"{name}.graphql").read_text(encoding="utf-8")
    body = orjson.dumps({"query": text, "variables": VARIABLES[name]})
    first, counters = await post(app, body)
    assert b'"errors"' not in first
    assert (counters.statements, counters.plan_misses) == (1, 1)
    await post(app, body)
    counted = []
    for _ in range(3):  # the least of them: a collection of garbage calls functions too
        calls = 0

        def count(frame: Any, event: str, argument: Any) -> None:
            nonlocal calls
            calls += event == "call"

        sys.setprofile(count)
        try:
            again, counters = await post(app, body)
        finally:
            sys.setprofile(None)
        assert again == first
        assert (counters.statements, counters.plan_hits) == (1, 1)
        counted.append(calls)
    assert min(counted) <= CALLS[name], counted
