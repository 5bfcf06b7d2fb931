"""Random questions of every kind of viewer with the tag and the answer that each has now."""

import random
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from graphql import GraphQLError
from sqlalchemy.ext.asyncio import AsyncEngine

from domain.scope import VISIBLE
from domain.viewers import Viewer
from models.stamp import Stamps
from schema.api import schema
from schema.context import Context
from schema.cost import check_cost
from schema.plan.documents import Invalid
from schema.plan.extension import planner_of
from schema.plan.plans import Plan, arguments_of
from tests.schema import cast, rows
from tests.schema.conftest import Api
from tests.schema.random_queries import QueryMaker
from tests.schema.test_two_executors import SAMPLES
from web.tags import Tags

VIEWERS = [viewer for viewer in vars(cast).values() if isinstance(viewer, Viewer)]
PLANNER = planner_of(schema._schema)


@dataclass
class Question:
    text: str
    variables: dict[str, Any]
    viewer: Viewer

    def planned(self, api: Api) -> tuple[Plan, list[Any], Context] | None:
        """Return the plan with its arguments; None for what is refused."""
        context = Context(self.viewer, api.reader, rows.KEYRING)
        operation = PLANNER.documents.read(self.text).operation(None)
        assert operation is not None
        try:
            request = operation.request(self.variables)
            check_cost(operation.weight, request.variables)
            roots = operation.planned(request)
            assert roots is not None
            plan = PLANNER.plans.plan(operation, request, roots, context)
            return plan, arguments_of(plan, request, context), context
        except (GraphQLError, Invalid):
            return None

    async def look(self, api: Api, tags: Tags) -> tuple[str, str | None]:
        """Return the tag, then the answer."""
        planned = self.planned(api)
        assert planned is not None
        plan, arguments, _ = planned
        tag = await tags.tag(plan, arguments, "application/json")
        assert tag is not None
        return tag, await api.reader.fetch(plan.sql, arguments)


def questions(api: Api, seed: int, count: int) -> list[Question]:
    """Return questions that are answered by steady plans."""
    maker, dice, found = QueryMaker(schema._schema, seed, SAMPLES), random.Random(seed), list[Question]()
    while len(found) < count:
        question = Question(*maker.make(), dice.choice(VIEWERS))
        planned = question.planned(api)
        if planned is not None and planned[0].steady:
            found.append(question)
    return found


async def contents(engine: AsyncEngine) -> dict[str, list[str]]:
    """Return all rows of the tables that questions may read."""
    found = {}
    async with engine.connect() as connection:
        for name in (name for name, rule in VISIBLE.items() if rule.__name__ != "_nobody"):
            rows = await connection.exec_driver_sql(f"select * from {name}")
            found[name] = sorted(map(repr, rows.all()))
    return found


def differing(before: Mapping[str, Any], after: Mapping[str, Any]) -> set[str]:
    """Return the tables about which two mappings differ."""
    return {name for name in before if before[name] != after[name]}


def tags_of(api: Api) -> Tags:
    return Tags(Stamps(api.reader))
