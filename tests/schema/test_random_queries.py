"""The generator of random queries: every query is valid and within the limits, and the whole language occurs."""

from collections import Counter
from typing import Any

import pytest
from graphql import (
    FieldNode,
    FragmentSpreadNode,
    InlineFragmentNode,
    ListValueNode,
    NullValueNode,
    ObjectValueNode,
    OperationDefinitionNode,
    TypeInfo,
    TypeInfoVisitor,
    VariableNode,
    Visitor,
    build_schema,
    get_named_type,
    get_variable_values,
    is_interface_type,
    is_object_type,
    is_union_type,
    parse,
    validate,
    visit,
)

from schema.limits import check_document
from tests.schema.random_queries import QueryMaker

SCHEMA = build_schema("""
  scalar Date
  scalar DateTime
  scalar Mood
  enum Level { BANNER TOWNSHIP VILLAGE }
  enum TeamOrder { NAME_ASC NAME_DESC }
  enum Dimension { LEVEL PLACE }
  interface Node { id: ID! }
  interface Named implements Node { id: ID! name: String! owner: Node label(language: String = "zh"): String! }
  type PageInfo { hasNextPage: Boolean! endCursor: String }
  type Place implements Node & Named {
    id: ID! name: String! level: Level! owner: Place label(language: String = "zh"): String! parent: Place
    teams(where: TeamWhere, orderBy: TeamOrder! = NAME_ASC, first: Int, after: String, last: Int, before: String):
      TeamConnection!
  }
  type Team implements Node & Named {
    id: ID! name: String! level: Level! owner: Person label(language: String = "zh"): String! place: Place!
    foundedOn: Date createdAt: DateTime! mood: Mood tags(any: [String!]! = []): [String!]! helper: Helper
    members(where: PersonWhere, first: Int! = 20, after: String, last: Int, before: String): PersonConnection!
  }
  type Person implements Node { id: ID! name: String age: Int place: Place teams: [Team!]! }
  union Helper = Team | Person
  type TeamEdge { cursor: String! node: Team! }
  type TeamConnection { edges: [TeamEdge!]! nodes: [Team!]! pageInfo: PageInfo! totalCount: Int! }
  type PersonConnection { nodes: [Person!]! pageInfo: PageInfo! totalCount: Int! }
  type Stat { level: Level count: Int! }
  input TextFilter { eq: String in: [String!] contains: String }
  input PlaceInput @oneOf { code: String name: String near: NearInput }
  input NearInput { latitude: Float! longitude: Float! kilometers: Int! = 5 }
  input LevelFilter { eq: Level in: [Level!] }
  input TeamsFilter { some: TeamWhere none: TeamWhere }
  input PersonWhere { and: [PersonWhere!] not: PersonWhere name: TextFilter age: [Int] teams: TeamsFilter }
  input TeamWhere {
    and: [TeamWhere!] or: [TeamWhere!] not: TeamWhere name: TextFilter level: LevelFilter within: PlaceInput
    founded: Date mood: Mood members: PersonWhere active: Boolean = true
  }
  type Query {
    node(id: ID!): Node
    nodes(ids: [ID!]!): [Node]!
    team(code: String!): Team
    teams(where: TeamWhere, orderBy: TeamOrder! = NAME_ASC, first: Int, after: String, last: Int, before: String):
      TeamConnection!
    helpers(near: PlaceInput!, since: DateTime): [Helper!]!
    stats(groupBy: [Dimension!]!, where: TeamWhere): [Stat!]!
  }
""")

SAMPLES: dict[str, list[Any]] = {
    "id": ["Team_1", "Place_2"],
    "Query.team.code": ["T-1", "T-2"],
    "Mood": ["calm", "glad"],
    "name": ["高力板", "wang"],
    "cursor:TeamConnection": ["by-name"],
    "cursor:TeamConnection:NAME_DESC": ["by-name-backwards"],
    "cursor:Team.members": ["a-member"],
}
SEEDS = range(300)


def test_every_query_is_valid_within_the_limits_and_takes_its_variables() -> None:
    for seed in SEEDS:
        text, variables = QueryMaker(SCHEMA, seed, SAMPLES).make()
        document = parse(text)
        assert validate(SCHEMA, document) == [], text
        check_document(text, document)
        operation = document.definitions[0]
        assert isinstance(operation, OperationDefinitionNode)
        values = get_variable_values(SCHEMA, operation.variable_definitions or (), variables)
        assert not isinstance(values, list), (text, variables, values)


def test_a_seed_always_makes_the_same_queries_and_another_seed_makes_others() -> None:
    first, second, other = (QueryMaker(SCHEMA, seed, SAMPLES) for seed in (7, 7, 8))
    made = [first.make() for _ in range(5)]
    assert made == [second.make() for _ in range(5)]
    assert made != [other.make() for _ in range(5)]


def test_a_scalar_without_samples_is_named() -> None:
    with pytest.raises(LookupError, match="scalar Mood"):
        for seed in SEEDS:
            QueryMaker(SCHEMA, seed, {}).make()


class Census(Visitor):
    """Counts the features of the language in a document."""

    def __init__(self, types: TypeInfo, variables: dict[str, Any]) -> None:
        super().__init__()
        self.types, self.variables, self.found = types, variables, Counter[str]()

    def enter_operation_definition(self, node: OperationDefinitionNode, *_: Any) -> None:
        roots = [one for one in node.selection_set.selections if isinstance(one, FieldNode)]
        self.found[f"{len(roots)} root fields"] += 1
        for variable in node.variable_definitions or ():
            default = "with default" if variable.default_value else "without default"
            name = variable.variable.name.value
            state = "absent" if name not in self.variables else "given"
            state = "null" if self.variables.get(name, "") is None else state
            self.found[f"variable {default} {state}"] += 1

    def enter_selection_set(self, node: Any, *_: Any) -> None:
        fields = [one for one in node.selections if isinstance(one, FieldNode)]
        keys = Counter(one.alias.value if one.alias else one.name.value for one in fields)
        for one in fields:
            twins = [other for other in fields if other.name.value == one.name.value and other is not one]
            self.found["same field, other arguments"] += any(other.arguments != one.arguments for other in twins)
            key = one.alias.value if one.alias else one.name.value
            self.found["same field twice, merged"] += bool(keys[key] > 1 and one.selection_set)

    def enter_field(self, node: FieldNode, *_: Any) -> None:
        self.found["alias"] += node.alias is not None
        self.found["__typename"] += node.name.value == "__typename"
        names = {argument.name.value for argument in node.arguments or ()}
        self.found["first and last"] += {"first", "last"} <= names
        self.found["after without first"] += "after" in names and "first" not in names
        for name in names & {"first", "last", "after", "before"}:
            self.found[name] += 1
        for argument in node.arguments or ():
            kind = "variable" if isinstance(argument.value, VariableNode) else "literal"
            self.found[f"{kind} argument"] += 1
        parent = self.types.get_parent_type()
        self.found["nested connection"] += bool(parent and parent.name in ("Team", "Place") and "first" in names)

    def enter_inline_fragment(self, node: InlineFragmentNode, *_: Any) -> None:
        on = get_named_type(self.types.get_type())
        self.found["inline fragment without type"] += node.type_condition is None
        self.found["inline fragment on object"] += is_object_type(on)
        self.found["inline fragment on interface"] += is_interface_type(on)
        self.found["inline fragment on union"] += is_union_type(on)

    def enter_fragment_spread(self, node: FragmentSpreadNode, *_: Any) -> None:
        self.found[f"spread of {node.name.value}"] += 1
        self.found["named fragment"] += 1
        self.found["fragment spread twice"] += self.found[f"spread of {node.name.value}"] == 2

    def enter_directive(self, node: Any, *_: Any) -> None:
        kind = "variable" if isinstance(node.arguments[0].value, VariableNode) else "literal"
        self.found[f"@{node.name.value} {kind}"] += 1

    def enter_object_value(self, node: ObjectValueNode, _key: Any, _parent: Any, _path: Any, ancestors: Any) -> None:
        type_ = self.types.get_input_type()
        self.found["@oneOf"] += getattr(get_named_type(type_), "is_one_of", False)
        self.found["variable in input object"] += any(isinstance(one.value, VariableNode) for one in node.fields)
        self.found["recursive input"] += sum(isinstance(one, ObjectValueNode) for one in ancestors) > 1
        self.found["empty input object"] += not node.fields

    def enter_list_value(self, node: ListValueNode, *_: Any) -> None:
        self.found["empty list"] += not node.values
        self.found["variable in list"] += any(isinstance(one, VariableNode) for one in node.values)

    def enter_enum_value(self, *_: Any) -> None:
        self.found["enum"] += 1

    def enter_null_value(self, _node: NullValueNode, *_: Any) -> None:
        self.found["null"] += 1

    def enter_string_value(self, node: Any, *_: Any) -> None:
        named = get_named_type(self.types.get_input_type())
        self.found[f"scalar {named}"] += 1
        self.found[f"text {node.value}"] += 1


WHOLE_LANGUAGE = {
    *("alias", "named fragment", "fragment spread twice", "__typename", "enum", "null", "scalar Date", "scalar Mood"),
    *(f"inline fragment {kind}" for kind in ("on object", "on interface", "on union", "without type")),
    *(f"@{name} {kind}" for name in ("skip", "include") for kind in ("literal", "variable")),
    *(f"variable {has} default {state}" for has in ("with", "without") for state in ("given", "absent", "null")),
    *("literal argument", "variable argument", "variable in input object", "variable in list"),
    *("@oneOf", "recursive input", "empty list", "empty input object", "nested connection"),
    *("first", "after", "last", "before", "text by-name", "text by-name-backwards", "text a-member"),
    *("1 root fields", "2 root fields", "3 root fields"),
    *("same field, other arguments", "same field twice, merged"),
}


def test_the_whole_language_occurs() -> None:
    found: Counter[str] = Counter()
    for seed in SEEDS:
        text, variables = QueryMaker(SCHEMA, seed, SAMPLES).make()
        types = TypeInfo(SCHEMA)
        census = Census(types, variables)
        visit(parse(text), TypeInfoVisitor(types, census))
        found += census.found
    assert {feature for feature in WHOLE_LANGUAGE if found[feature] < 5} == set()
    assert found["first and last"] == 0
