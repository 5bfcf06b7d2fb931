"""What the quick coercion takes, the library takes too, and to the same value; what it leaves, the library decides."""

from typing import Any

from graphql import parse
from graphql.execution.values import get_variable_values
from hypothesis import given, settings
from hypothesis import strategies as some

from schema.api import schema
from schema.plan.documents import Operation

DOCUMENT = """query ($a: String!, $b: Int, $c: [HalfDay!], $d: ID, $e: Boolean, $f: TeamType, $g: [String!]!,
  $h: Int = 3) {
  team(code: $a) { name }
  teams(first: $b, where: {type: {eq: $f}}) @include(if: $e) { totalCount }
  people(last: $h, where: {halfDays: {hasAny: $c}}) { totalCount }
  node(id: $d) { id }
  nodes(ids: $g) { id }
}"""

SCALARS = some.one_of(
    some.none(),
    some.booleans(),
    some.integers(-(2**33), 2**33),
    some.floats(allow_nan=False),
    some.text(max_size=3),
    some.sampled_from(["WED_AM", "SOCIAL_ORG", "Team_1", "wed_am"]),
)
VALUES = some.one_of(
    SCALARS, some.lists(SCALARS, max_size=3), some.dictionaries(some.text(max_size=2), SCALARS, max_size=1)
)


NODE: Any = parse(DOCUMENT).definitions[0]
OPERATION = Operation(schema._schema, NODE, {})


@settings(max_examples=400, deadline=None)
@given(some.fixed_dictionaries({"a": some.text(max_size=2)}, optional=dict.fromkeys("bcdefgh", VALUES)))
def test_quick_coercion_agrees_with_the_library(inputs: dict[str, Any]) -> None:
    quick = OPERATION._plain(inputs)
    whole = get_variable_values(schema._schema, OPERATION.node.variable_definitions or (), inputs)
    if quick is not None:
        assert not isinstance(whole, list), whole
        assert quick == whole.coerced
        assert [type(value) for value in quick.values()] == [type(whole.coerced[name]) for name in quick]


def test_ordinary_variables_are_taken_quickly() -> None:
    inputs = {"a": "T-1", "b": 5, "c": ["WED_AM"], "d": "Team_1", "e": True, "f": "SOCIAL_ORG", "g": ["x"], "h": 2}
    assert OPERATION._plain(inputs) is not None
    assert OPERATION._plain({"a": "T-1", "g": [], "h": 1}) == {"a": "T-1", "g": [], "h": 1}
    for wrong in ({"a": 1}, {"b": 2**31}, {"b": True}, {"c": ["nothing"]}, {"g": None}, {"c": "WED_AM"}):
        assert OPERATION._plain(inputs | wrong) is None
