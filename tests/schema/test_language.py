"""GraphQL's own language through plans: every part of it, and every mistake named."""

from typing import Any

import pytest

from tests.schema.conftest import Api

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_aliases_fragments_and_typenames(api: Api) -> None:
    answer = await api(
        """query Q { __typename one: team(code: "T-0001") { ...name }
        two: team(code: "T-0002") { ...name ... { __typename } }
        node(id: "Team_503") { __typename ... on Node { id } ... on Team { ...name } ... on Person { gender } } }
        fragment name on Team { label: name, name }"""
    )
    assert answer["data"] == {
        "__typename": "Query",
        "one": {"label": "高力板镇志愿服务队", "name": "高力板镇志愿服务队"},
        "two": {"label": "吐列毛杜镇志愿服务队", "name": "吐列毛杜镇志愿服务队", "__typename": "Team"},
        "node": {
            "__typename": "Team",
            "id": "Team_503",
            "label": "巴彦淖尔苏木志愿服务队",
            "name": "巴彦淖尔苏木志愿服务队",
        },
    }
    assert list(answer["data"]) == ["__typename", "one", "two", "node"]


@pytest.mark.parametrize(
    ("skip", "include", "shown"), [(False, True, True), (True, True, False), (False, False, False)]
)
async def test_skip_and_include(api: Api, skip: bool, include: bool, shown: bool) -> None:
    query = """query Q($skip: Boolean!, $include: Boolean = true) { team(code: "T-0001") {
    code name @skip(if: $skip) @include(if: $include) } }"""
    answer = await api(query, {"skip": skip, "include": include})
    assert answer["data"]["team"] == {"code": "T-0001"} | ({"name": "高力板镇志愿服务队"} if shown else {})


async def test_an_object_whose_fields_are_all_left_out_is_empty(api: Api) -> None:
    answer = await api(
        '{ team(code: "T-0001") { name @skip(if: true) } teams { pageInfo { endCursor @skip(if: true) } } }'
    )
    assert answer["data"] == {"team": {}, "teams": {"pageInfo": {}}}


@pytest.mark.parametrize(
    ("variables", "count"),
    [({}, 24), ({"where": None}, 24), ({"where": {}}, 24), ({"where": {"level": {"eq": "BANNER"}}}, 3)],
)
async def test_null_absent_and_empty_filters_keep_everything(api: Api, variables: dict[str, Any], count: int) -> None:
    answer = await api("query Q($where: TeamWhere) { teams(where: $where) { totalCount } }", variables)
    assert answer["data"] == {"teams": {"totalCount": count}}


async def test_variables_inside_of_literals(api: Api) -> None:
    answer = await api(
        """query Q($level: DivisionLevel!, $codes: [String!]!, $one: String!) {
        teams(where: {and: [{level: {in: [$level, TOWNSHIP]}}, {code: {in: $codes}}]}) { totalCount }
        some: teams(where: {code: {in: [$one, "T-0002"]}}) { totalCount } }""",
        {"level": "BANNER", "codes": ["T-0000", "T-0001", "T-0004"], "one": "T-0001"},
    )
    assert answer["data"] == {"teams": {"totalCount": 2}, "some": {"totalCount": 2}}


async def test_more_than_forty_fields_in_an_object(api: Api) -> None:
    fields = " ".join(f"f{number}: code" for number in range(25))
    more = " ".join(
        ["id", "code", "name", "level", "type", "status", "memberCount", "foundedOn", "createdAt", "version"]
    )
    labels = "levelLabel typeLabel statusLabel intro nameMn leaderName updatedAt"
    answer = await api(
        f'{{ team(code: "T-0001") {{ {fields} {more} {labels} members {{ totalCount }} skills {{ peopleCount }} }} }}'
    )
    assert list(answer["data"]["team"]) == [
        *(f"f{number}" for number in range(25)),
        *more.split(),
        *labels.split(),
        "members",
        "skills",
    ]
    assert answer["data"]["team"]["skills"] == [{"peopleCount": 1}]


async def test_introspection_alone_and_beside_rows(api: Api) -> None:
    answer = await api(
        '{ __type(name: "TeamType") { enumValues { name } } team(code: "T-0001") { code division { code } } }'
    )
    assert [value["name"] for value in answer["data"]["__type"]["enumValues"]] == [
        "PARTY_CADRE",
        "PROFESSIONAL",
        "SOCIAL_ORG",
    ]
    assert answer["data"]["team"] == {"code": "T-0001", "division": {"code": "152222102"}}
    assert api.statements == 1


async def test_the_operation_named_is_the_one_carried_out(api: Api) -> None:
    document = 'query A { team(code: "T-0001") { code } } query B { team(code: "T-0002") { code } }'
    assert (await api(document, operation="B"))["data"] == {"team": {"code": "T-0002"}}
    assert (await api(document, operation="A"))["data"] == {"team": {"code": "T-0001"}}


@pytest.mark.parametrize(
    ("query", "variables", "words"),
    [
        ("{ teamz { totalCount } }", {}, "teamz"),
        ("{ teams { nodes { nickname } } }", {}, "nickname"),
        ("{ teams(where: {level: {eq: CITY}}) { totalCount } }", {}, "CITY"),
        ("query Q($l: DivisionLevel!) { teams(where: {level: {eq: $l}}) { totalCount } }", {"l": "CITY"}, "CITY"),
        ("query Q($l: DivisionLevel!) { teams(where: {level: {eq: $l}}) { totalCount } }", {}, "$l"),
        ('{ teams(where: {within: {code: "152222", name: "高力板"}}) { totalCount } }', {}, "PlaceInput"),
        ('{ teams(where: {foundedOn: {gte: "yesterday"}}) { totalCount } }', {}, "2026-01-31"),
        ('{ teams(where: {createdAt: {gte: "2026-01-31T08:00"}}) { totalCount } }', {}, "2026-01-31T08:00:00Z"),
        ('{ teams(where: {within: {code: "12x"}}) { totalCount } }', {}, "12x"),
        ('{ teams(where: {name: {eq: "a\\u0000b"}}) { totalCount } }', {}, "U+0000"),
        ("{ teams { totalCount }", {}, "Syntax Error"),
        ("{ ...a } fragment a on Query { ...b } fragment b on Query { ...a }", {}, "itself"),
        ("{ teamStats(groupBy: [LEVEL, TYPE, STATUS, SKILL]) { teamCount } }", {}, "groupBy"),
    ],
)
async def test_a_mistake_is_named(api: Api, query: str, variables: dict[str, Any], words: str) -> None:
    answer = await api(query, variables)
    assert answer["data"] is None
    assert any(words in error["message"] for error in answer["errors"]), answer
    assert api.statements == 0


async def test_text_of_any_kind_is_only_text(api: Api) -> None:
    for text in ("'; DROP TABLE team; --", '"', "\\", "%", "_", "᠎ᠬᠣᠷ", "\U00020000", "a·b", "' || 'x"):
        answer = await api(
            """query Q($t: String!) { teams(where: {name: {eq: $t}}) { totalCount }
            b: teams(where: {search: $t}) { totalCount } }""",
            {"t": text},
        )
        assert answer["data"] == {"teams": {"totalCount": 0}, "b": {"totalCount": 0}}, text
