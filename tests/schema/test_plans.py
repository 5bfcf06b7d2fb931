"""Plans are compiled once for a shape, take their values later, and refuse what no statement could follow."""

from typing import Any

import pytest
import strawberry

from domain.scope import DISPATCHER, PUBLIC, Viewer
from schema.api import schema
from schema.context import Context
from schema.plan.checks import checked
from schema.plan.extension import PlanExtension
from schema.plan.fields import computed, find
from tests.schema import rows
from tests.schema.conftest import Api

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def hit(api: Api, query: str, variables: dict[str, Any], viewer: Viewer = DISPATCHER) -> bool:
    context = Context(viewer, api.reader, rows.KEYRING)
    result = await schema.execute(query, variables, context)
    assert result.errors is None, result.errors
    assert context.counters.plan_hits + context.counters.plan_misses == context.counters.statements == 1
    return context.counters.plan_hits == 1


async def test_a_plan_serves_all_values_of_its_shape(api: Api) -> None:
    query = """query Shapes($where: TeamWhere, $order: TeamOrder, $first: Int, $full: Boolean = false) {
    teams(where: $where, orderBy: $order, first: $first) { nodes { code name @include(if: $full) } } }"""
    given: dict[str, Any] = {"where": {"name": {"in": ["a"]}}, "order": "NAME_ASC", "first": 3}
    assert not await hit(api, query, given)
    assert await hit(api, query, {"where": {"name": {"in": ["b", "c"]}}, "order": "NAME_ASC", "first": 9})
    assert await hit(api, query, dict(reversed(given.items())))
    assert not await hit(api, query, given, PUBLIC)
    assert not await hit(api, query, given | {"order": "NAME_DESC"})
    assert not await hit(api, query, given | {"where": {"name": {"eq": "a"}}})
    assert not await hit(api, query, given | {"where": None})
    assert not await hit(api, query, given | {"full": True})
    assert await hit(api, query, given)


async def test_one_statement_however_much_is_asked(api: Api) -> None:
    answer = await api(
        """{ teams(first: 5) { totalCount nodes { division { parent { name } } members(first: 3) { totalCount nodes {
        person { skills { skill { name } } } } } } }
        people(first: 5) { nodes { memberships { nodes { team { name } } } } }
        skills { nodes { teamCount } } teamStats(groupBy: [LEVEL]) { teamCount } nodes(ids: ["Team_500"]) { id } }"""
    )
    assert "errors" not in answer
    assert api.statements == 1


async def test_sealed_values_are_opened_only_in_plans_that_show_them(api: Api) -> None:
    answer = await api('{ team(code: "T-0001") { name: contactPhone } }')
    assert answer["data"] == {"team": {"name": "12512345678"}}
    answer = await api('{ team(code: "T-0001") { contactPhoneMasked } }')
    assert answer["data"] == {"team": {"contactPhoneMasked": "125****5678"}}


def deep(levels: int) -> str:
    """The deepest chain of connections that the bounds admit: each goes up to the place and down to its teams."""
    return "{ totalCount }" if levels == 0 else f"{{ nodes {{ division {{ teams(first: 1) {deep(levels - 1)} }} }} }}"


async def test_the_deepest_document_runs_on_both(api: Api) -> None:
    answer = await api(f"{{ teams(first: 1) {deep(3)} }}")
    assert "errors" not in answer, answer
    chain = "{ id }"
    for _ in range(10):
        chain = f"{{ id parent {chain} }}"
    answer = await api(f'{{ division(code: "152222102200") {chain} }}')
    assert answer["data"]["division"]["parent"]["parent"] == {"id": "Division_152222000000", "parent": None}
    refused = await api(f'{{ division(code: "1") {{ parent {{ parent {chain} }} }} }}')
    assert refused["errors"][0]["code"] == "LIMIT_EXCEEDED"


@pytest.mark.parametrize("step", ["not", "or", "members", "division"])
async def test_the_deepest_filter_runs_on_both(api: Api, step: str) -> None:
    wrap = {
        "not": lambda inner: f"{{not: {inner}}}",
        "or": lambda inner: f"{{or: [{inner}, {{level: {{eq: BANNER}}}}]}}",
        "members": lambda inner: f"{{members: {{every: {{team: {inner}}}}}}}",
        "division": lambda inner: f"{{division: {{teams: {{none: {inner}}}}}}}",
    }[step]
    levels = {"not": 9, "or": 9, "members": 4, "division": 4}[step]
    where = '{name: {contains: "镇"}}'
    for _ in range(levels):
        where = wrap(where)
    answer = await api(
        f"{{ teams(where: {where}) {{ totalCount nodes {{ code members {{ nodes {{ person {{ name }} }} }} }} }} }}"
    )
    assert "errors" not in answer, answer
    too_deep = await api(f"{{ teams(where: {wrap(wrap(wrap(where)))}) {{ totalCount }} }}")
    assert too_deep["errors"][0]["code"] == "LIMIT_EXCEEDED"


async def test_too_many_conditions_are_refused(api: Api) -> None:
    query = "query Q($w: TeamWhere) { teams(where: $w) { totalCount } }"
    few: dict[str, Any] = {"or": [{"code": {"eq": f"T-{number:04d}"}} for number in range(25)]}
    assert (await api(query, {"w": few}))["data"] == {"teams": {"totalCount": 24}}
    refused = await api(query, {"w": {"or": few["or"] * 3}})
    assert refused["errors"][0] | {"message": ""} == {
        "message": "",
        "code": "LIMIT_EXCEEDED",
        "limit": "filter conditions",
        "value": 61,
        "bound": 60,
    }


class Nobody(strawberry.BasePermission):
    message = "nobody"

    def has_permission(self, source: Any, info: Any, **kwargs: Any) -> bool:
        return False


async def test_a_planned_field_with_a_permission_class_is_refused_at_start() -> None:
    field = computed(lambda row, _, __: row.c.name, "name")
    field.permission_classes = [Nobody]
    thing: Any = strawberry.type(type("Thing", (), {"__annotations__": {"name": str}, "name": field}))
    root = find(rows.Team.__table__, lambda row, given, bind: row.c.id == 1, "thing")
    query = strawberry.type(type("Query", (), {"__annotations__": {"thing": thing | None}, "thing": root}))
    with pytest.raises(TypeError, match=r"Thing\.name is planned"):
        checked(strawberry.Schema(query=query, extensions=[PlanExtension]))
