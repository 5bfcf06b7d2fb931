"""Pages by cursor: complete, in order, in both directions, and no wiser about what the reader may not see."""

from typing import Any

import pytest

from domain.scope import PUBLIC
from tests.schema.conftest import Api

pytestmark = pytest.mark.asyncio(loop_scope="session")

PAGE = """query Page($order: TeamOrder, $first: Int, $after: String, $last: Int, $before: String) {
  teams(orderBy: $order, first: $first, after: $after, last: $last, before: $before) {
    totalCount nodes { code } edges { cursor node { code } }
    pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }"""
ORDERS = [
    f"{key}_{way}"
    for key in ("NAME", "CODE", "MEMBER_COUNT", "FOUNDED_ON", "DIVISION", "CREATED_AT")
    for way in ("ASC", "DESC")
]


async def page(api: Api, **variables: Any) -> dict[str, Any]:
    answer = await api(PAGE, variables)
    assert "errors" not in answer, answer
    found: dict[str, Any] = answer["data"]["teams"]
    assert [edge["node"] for edge in found["edges"]] == found["nodes"]
    cursors = [edge["cursor"] for edge in found["edges"]] or [None]
    assert (found["pageInfo"]["startCursor"], found["pageInfo"]["endCursor"]) == (cursors[0], cursors[-1])
    assert found["totalCount"] == 24
    return found


def codes(found: dict[str, Any]) -> list[str]:
    return [node["code"] for node in found["nodes"]]


@pytest.mark.parametrize("order", ORDERS)
async def test_pages_forward_and_backward_make_the_whole_list(api: Api, order: str) -> None:
    whole = codes(await page(api, order=order, first=100))
    assert len(set(whole)) == 24
    forward, backward = list[str](), list[str]()
    found = await page(api, order=order, first=5)
    forward += codes(found)
    while found["pageInfo"]["hasNextPage"]:
        found = await page(api, order=order, first=5, after=found["pageInfo"]["endCursor"])
        assert found["pageInfo"]["hasPreviousPage"]
        forward += codes(found)
    found = await page(api, order=order, last=7)
    backward = codes(found)
    while found["pageInfo"]["hasPreviousPage"]:
        found = await page(api, order=order, last=7, before=found["pageInfo"]["startCursor"])
        assert found["pageInfo"]["hasNextPage"]
        backward = codes(found) + backward
    assert forward == backward == whole


async def test_falling_is_rising_turned_around(api: Api) -> None:
    for key in ("NAME", "MEMBER_COUNT", "CREATED_AT"):
        rising = codes(await page(api, order=f"{key}_ASC", first=100))
        assert codes(await page(api, order=f"{key}_DESC", first=100)) == rising[::-1]


async def test_missing_days_come_last_in_both_directions(api: Api) -> None:
    for order in ("FOUNDED_ON_ASC", "FOUNDED_ON_DESC"):
        answer = await api(f"{{ teams(first: 100, orderBy: {order}) {{ nodes {{ foundedOn }} }} }}")
        days = [node["foundedOn"] for node in answer["data"]["teams"]["nodes"]]
        assert days[-6:] == [None] * 6
        assert None not in days[:-6]


async def test_the_default_is_twenty_by_name(api: Api) -> None:
    assert codes(await page(api)) == codes(await page(api, order="NAME_ASC", first=20))


async def test_an_empty_page(api: Api) -> None:
    found = await page(api, first=0)
    assert found["nodes"] == []
    assert found["pageInfo"] == {"hasNextPage": True, "hasPreviousPage": False, "startCursor": None, "endCursor": None}


async def test_each_parent_has_its_own_page(api: Api) -> None:
    answer = await api(
        """{ divisions(where: {level: {eq: TOWNSHIP}}) { nodes { code
        teams(first: 2, orderBy: CODE_ASC) { totalCount nodes { code } pageInfo { hasNextPage endCursor } } } } }"""
    )
    assert answer["data"]["divisions"]["nodes"][0] == {
        "code": "152222102",
        "teams": {
            "totalCount": 9,
            "nodes": [{"code": "T-0001"}, {"code": "T-0004"}],
            "pageInfo": {"hasNextPage": True, "endCursor": "CODE_ASC.504"},
        },
    }
    assert [node["teams"]["totalCount"] for node in answer["data"]["divisions"]["nodes"]] == [9, 6, 6]


@pytest.mark.parametrize(
    ("arguments", "words", "extensions"),
    [
        ("first: 1000", "0 到 100", {"argument": "first", "value": 1000, "bound": 100}),
        ("last: 101", "0 到 100", {"argument": "last", "value": 101, "bound": 100}),
        ("first: -1", "0 到 100", {"argument": "first", "value": -1, "bound": 100}),
        ("first: 1, last: 1", "只能用一个", {"argument": "last"}),
        ('after: "nonsense"', "NAME_ASC", {"argument": "after"}),
        ('after: "CODE_ASC.500"', "NAME_ASC", {"argument": "after"}),
        ('last: 3, before: "NAME_ASC.99999999999999999999"', "NAME_ASC", {"argument": "before"}),
    ],
)
async def test_a_bad_page_is_refused_by_name(api: Api, arguments: str, words: str, extensions: dict[str, Any]) -> None:
    for asked in ("nodes { code }", "totalCount", "pageInfo { endCursor }"):
        answer = await api(f"{{ teams({arguments}) {{ {asked} }} }}")
        assert answer["data"] is None
    (error,) = answer["errors"]
    assert words in error.pop("message")
    assert error == {"code": "BAD_USER_INPUT", **extensions}


async def test_a_cursor_of_a_row_that_the_reader_may_not_see_leaves_nothing(api: Api) -> None:
    query = '{ teams(first: 100, after: "NAME_ASC.522") { nodes { code } pageInfo { hasNextPage } } }'
    assert len((await api(query))["data"]["teams"]["nodes"]) > 0
    hidden = await api(query, viewer=PUBLIC)
    unknown = await api(query.replace("522", "1"), viewer=PUBLIC)
    assert hidden == unknown == {"data": {"teams": {"nodes": [], "pageInfo": {"hasNextPage": False}}}}
