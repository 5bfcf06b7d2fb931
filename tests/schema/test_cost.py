"""An operation costs its fields, multiplied by the pages they stand under; who asks for too much is told how much."""

import time
from typing import Any

import pytest
from graphql import (
    FragmentDefinitionNode,
    GraphQLError,
    OperationDefinitionNode,
    build_schema,
    get_introspection_query,
    parse,
    validate,
)

from schema.cost import check_cost, weigh

SCHEMA = build_schema(
    """
    type Query {
      teams(first: Int, last: Int): TeamConnection! team: Team
      nodes(ids: [ID!]!): [Team]! stats(where: Where): [Team!]!
      groups(groupBy: [ID!]!): [Team!]!
    }
    input Where { and: [Where!] name: String }
    type TeamConnection { nodes: [Team!]! totalCount: Int! }
    type Team { name: String members(first: Int): TeamConnection! parent: Team }
    """
)


def cost(text: str, variables: dict[str, Any] | None = None) -> int:
    document = parse(text)
    assert validate(SCHEMA, document) == []
    operation = document.definitions[0]
    fragments = {node.name.value: node for node in document.definitions if isinstance(node, FragmentDefinitionNode)}
    assert isinstance(operation, OperationDefinitionNode)
    return check_cost(weigh(SCHEMA, operation, fragments), variables)


@pytest.mark.parametrize(
    ("text", "variables", "expected"),
    [
        ("{team{name}}", None, 2),
        ("{team{name parent{name}}}", None, 4),
        ("{stats{name parent{name}}}", None, 1 + 8 * 3),
        ("{groups(groupBy: []){name members{nodes{name}}}}", None, 1 + 50 * (2 + 20 * 2)),
        ("{teams(first: 3){totalCount}}", None, 1 + 3),
        ("{teams(last: 3){nodes{name}}}", None, 1 + 3 * 2),
        ("{teams{nodes{name}}}", None, 1 + 20 * 2),
        ("{teams(first: null){nodes{name}}}", None, 1 + 20 * 2),
        ("query($n: Int){teams(first: $n){nodes{name}}}", {"n": 3}, 1 + 3 * 2),
        ("query($n: Int){teams(first: $n){nodes{name}}}", {"n": 3.0}, 1 + 3 * 2),
        ("query($n: Int){teams(first: $n){nodes{name}}}", {}, 1 + 20 * 2),
        ("query($n: Int = 5){teams(first: $n){nodes{name}}}", None, 1 + 5 * 2),
        ("query($a: Int, $b: Int){teams(first: $a, last: $b){totalCount}}", {"a": None, "b": 100}, 1 + 20 + 100),
        ("{teams(first: 2){nodes{members(first: 3){nodes{name}}}}}", None, 1 + 2 * (1 + 1 + 3 * 2)),
        ("query($n: Int){teams(first: 2){nodes{members(first: $n){totalCount}}}}", {"n": 7}, 1 + 2 * (1 + 1 + 7)),
        ("{teams(first: 3){...c}} fragment c on TeamConnection{nodes{...t}} fragment t on Team{name}", None, 1 + 3 * 2),
        ("{teams(first: 3){... on TeamConnection{nodes{... {name}}}}}", None, 1 + 3 * 2),
        ('{nodes(ids: ["a", "b"]){name}}', None, 1 + 2),
        ("query($i: [ID!]!){nodes(ids: $i){name}}", {"i": ["a", "b", "c"]}, 1 + 3),
        ("{teams(first: -4){nodes{name}}}", None, 1),
    ],
)
def test_an_operation_costs(text: str, variables: dict[str, Any] | None, expected: int) -> None:
    assert cost(text, variables) == expected


@pytest.mark.parametrize(
    ("text", "variables", "value"),
    [
        ("{teams(first: 2500){nodes{name}}}", None, 5001),
        ("query($n: Int){teams(first: $n){nodes{name}}}", {"n": 2500}, 5001),
        ("{a: teams(first: 1250){nodes{name}} b: teams(first: 1250){nodes{name}}}", None, 5002),
        ("{teams(first: 2147483647){totalCount}}", None, 10**9 + 1),
    ],
)
def test_an_operation_over_the_bound_is_told_its_cost(text: str, variables: dict[str, Any] | None, value: int) -> None:
    with pytest.raises(GraphQLError) as refusal:
        cost(text, variables)
    assert refusal.value.extensions == {"code": "LIMIT_EXCEEDED", "limit": "cost", "value": value, "bound": 5000}
    assert cost("{teams(first: 2499){nodes{name}}}") == 4999


def test_a_short_query_over_a_circle_is_refused_at_once() -> None:
    started = time.process_time()
    with pytest.raises(GraphQLError, match="cost"):
        cost("{teams{nodes{" + "members{nodes{" * 5 + "name" + "}}" * 5 + "}}}")
    assert time.process_time() - started < 0.2


def test_variables_hold_a_bounded_number_of_objects() -> None:
    query = "query($w: Where){stats(where: $w){name}}"
    assert cost(query, {"w": {"and": [None] + [{"name": "a"}] * 199}}) == 1 + 8
    with pytest.raises(GraphQLError) as refusal:
        cost(query, {"w": {"and": [None] + [{"name": "a"}] * 200}})
    assert refusal.value.extensions == {"code": "LIMIT_EXCEEDED", "limit": "inputs", "value": 201, "bound": 200}


def test_the_standard_introspection_is_affordable() -> None:
    full = get_introspection_query(
        specified_by_url=True, directive_is_repeatable=True, schema_description=True, input_value_deprecation=True
    )
    assert 1000 < cost(full) < 5000
