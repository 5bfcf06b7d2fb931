"""The same random queries by one statement and by graphql-core's walk, on both databases: four equal answers."""

import secrets
from typing import Any

import orjson
import pytest

from domain.scope import DISPATCHER, PUBLIC
from schema.api import schema
from schema.context import Context
from tests.schema import rows
from tests.schema.conftest import Api
from tests.schema.random_queries import QueryMaker

pytestmark = pytest.mark.asyncio(loop_scope="session")

SAMPLES: dict[str, list[Any]] = {
    "ID": [
        "Team_500",
        "Team_503",
        "Team_511",
        "Team_521",
        "Team_1",
        "Person_1000",
        "Person_1007",
        "Division_152222102000",
        "Skill_50",
        "Unit_40",
        "NetworkNode_31",
        "Organization_35",
        "Membership_5000",
        "PersonSkill_8000",
        "Availability_9002",
        "nothing",
    ],
    "code": ["T-0003", "152222102", "152222", "VET", "LAW_AID", "nothing"],
    "PlaceInput.code": ["152222", "152222102", "152222102200", "152222201"],
    "PlaceInput.name": ["高力板", "吐列毛都镇", "毛都", "科尔沁右翼中旗", "无此地"],
    "search": ["glb", "服务", "wu lan", "%", "YIYUAN", "张"],
    "enum": ["TeamType", "HalfDay", "Nothing"],
    "name": ["张乌兰", "兽医", "高力板镇"],
    "Int": [0, 1, 2, 3, 4, 5, 50, 60, 1960, 2000],
    "String": ["张", "T-0003", "VET", "高力板", "", "152222102"],
    "Date": ["2018-05-01", "2020-01-01", "2027-01-01", "2026-01-02"],
    "DateTime": ["2026-01-02T03:04:05.678Z", "2026-01-03T12:00:00+08:00"],
    "cursor:TeamConnection": ["NAME_ASC.503", "NAME_ASC.511"],
    "cursor:TeamConnection:MEMBER_COUNT_DESC": ["MEMBER_COUNT_DESC.503"],
    "cursor:PersonConnection": ["NAME_ASC.1003", "NAME_ASC.1042"],
    "cursor:DivisionConnection": ["CODE_ASC.152222102000"],
    "cursor:MembershipConnection": ["JOINED_ON_ASC.5003"],
}


async def compare(apis: list[Api], seed: int, count: int) -> tuple[int, int]:
    """Return how many queries were answered with data and how many held rows. Fails with the query that differs."""

    maker = QueryMaker(schema._schema, seed, SAMPLES)
    answered = full = 0
    for number in range(count):
        text, variables = maker.make()
        viewer = PUBLIC if number % 5 == 4 else DISPATCHER
        answers, query = [], (seed, number, text, variables)
        for api in apis:
            for walks in (False, True):
                context = Context(viewer, api.reader, rows.KEYRING, walks=walks)
                result = await schema.execute(text, variables, context)
                errors = result.errors or []
                assert not [error for error in errors if error.original_error], query
                assert walks or context.counters.statements <= 1, query
                data = orjson.loads(orjson.dumps(result.data))
                answers.append((orjson.dumps(data), [(error.extensions or {}).get("code") for error in errors[:1]]))
        assert answers.count(answers[0]) == 4, (query, answers)
        answered += answers[0][0] != b"null"
        full += b'":[{' in answers[0][0]
    return answered, full


@pytest.mark.parametrize("seed", [1, None], ids=["1", "new"])
async def test_both_executors_on_both_databases_agree(apis: list[Api], seed: int | None) -> None:
    answered, full = await compare(apis, seed or secrets.randbelow(10**9), 100)
    assert answered > 50
    assert full > 20


@pytest.mark.proof
@pytest.mark.parametrize("seed", [3, None], ids=["3", "new"])
async def test_both_executors_agree_on_thousands(apis: list[Api], seed: int | None) -> None:
    seed = seed or secrets.randbelow(10**9)
    answered, full = await compare(apis, seed, 2500)
    print(f"seed {seed}: 2500 queries, {answered} answered, {full} with rows")
    assert answered > 1500
