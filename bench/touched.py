"""How many rows PostgreSQL looks at to answer each operation: what growth costs, counted, so that no noise is in it."""

from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from typing import Any

import asyncpg
import orjson

from bench.operations import LARGEST, OPERATIONS
from bench.peers import ROOT
from domain.scope import DISPATCHER, Viewer
from models.database import database_url
from models.reading import Reader, open_reader
from models.sealed import Keyring
from schema.api import schema
from schema.context import Context
from schema.plan.extension import planner_of
from schema.plan.plans import arguments_of

KEYRING = Keyring("bench", {"bench": bytes(32)}, bytes(32))
"""Opens nothing: no operation asks for sealed values."""

Measure = Callable[[str, list[Any]], Awaitable[int]]

REMOVED = ("Rows Removed by Filter", "Rows Removed by Join Filter", "Rows Removed by Index Recheck")


def planned(text: str, variables: Mapping[str, Any], reader: Reader, viewer: Viewer) -> tuple[str, list[Any]]:
    """Return the statement that answers a document, with its arguments."""
    planner, context = planner_of(schema._schema), Context(viewer, reader, KEYRING)
    operation = planner.documents.read(text).operation(None)
    assert operation is not None
    request = operation.request(dict(variables))
    roots = operation.planned(request)
    assert roots is not None
    plan = planner.plans.plan(operation, request, roots, context)
    return plan.sql, arguments_of(plan, request, context)


async def rows_touched(connection: "asyncpg.Connection[Any]", sql: str, arguments: list[Any]) -> int:
    """Return how many rows the nodes of the statement's plan gave or threw away, all together. It is planned as the
    service plans it: once, whatever the values."""
    await connection.execute(f"set plan_cache_mode = force_generic_plan; set jit = off; prepare touching as {sql}")
    given = f"({', '.join(map(_literal, arguments))})" if arguments else ""
    text = await connection.fetchval(f"explain (analyze, timing off, format json) execute touching {given}")
    await connection.execute("deallocate touching")
    return round(_rows(orjson.loads(text)[0]["Plan"]))


def _rows(node: Mapping[str, Any]) -> float:
    one = node["Actual Rows"] + sum(node.get(name, 0) for name in REMOVED)
    return float(one * node["Actual Loops"]) + sum(_rows(below) for below in node.get("Plans", ()))


def _literal(value: Any) -> str:
    if isinstance(value, list):
        return f"array[{', '.join(map(_literal, value))}]"
    return str(value) if isinstance(value, int) else f"'{value}'"


async def touched(address: str, viewer: Viewer = DISPATCHER, deepest: int = 200) -> dict[str, int]:
    """Return how many rows each operation touches in this database, as `costs` says."""
    reader, connection = open_reader(database_url(address), 1), await asyncpg.connect(address)
    await reader.start()
    found = await costs(reader, partial(rows_touched, connection), viewer, deepest)
    await reader.close()
    await connection.close()
    return found


async def costs(reader: Reader, measure: Measure, viewer: Viewer, deepest: int) -> dict[str, int]:
    """Return what is measured of each operation's statement, the most over its variables; of a later page at most the
    one with the number `deepest`."""
    found = dict[str, int]()

    async def ask(text: str, variables: Mapping[str, Any]) -> Any:
        return orjson.loads(await reader.fetch(*planned(text, variables, reader, viewer)) or "null")

    largest = [{"code": team["code"]} for team in (await ask(LARGEST, {}))["teams"]["nodes"]]
    for name, operation in OPERATIONS.items():
        text = (ROOT / "bench" / "queries" / f"{operation.document}.graphql").read_text()
        for variables in largest if operation.variables is None else operation.variables:
            here = await _at_page(min(operation.page, deepest), text, variables, ask)
            cost = await measure(*planned(text, here, reader, viewer))
            found[name] = max(found.get(name, 0), cost)
    return found


async def _at_page(page: int, text: str, variables: Mapping[str, Any], ask: Any) -> dict[str, Any]:
    """Return the variables with the cursor of a page."""
    after: dict[str, Any] = {}
    for _ in range(page - 1):
        after = {"after": (await ask(text, {**variables, **after}))["people"]["pageInfo"]["endCursor"]}
    return {**variables, **after}
