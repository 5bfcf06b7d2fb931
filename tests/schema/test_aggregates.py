"""Counts of people for a dashboard's token: of everybody, in groups of five and more, unless something narrows them."""

from collections import Counter
from collections.abc import Callable, Iterable
from typing import Any

import pytest

import models
from tests.schema import rows
from tests.schema.cast import API_CLIENT, COUNTING_CLIENT
from tests.schema.conftest import Api

pytestmark = pytest.mark.asyncio(loop_scope="session")

TABLES = rows.rows()
PEOPLE = TABLES[models.Person]
SKILLS = {row["id"]: row["code"] for row in TABLES[models.Skill]}
PLACES = {row["id"]: row["code"] for row in TABLES[models.Division]}


def of_each(model: Any, key: str, words: Any = None) -> Callable[[dict[str, Any]], list[Any]]:
    """Return what hangs on a person, each value once."""
    found: dict[int, set[Any]] = {}
    for row in TABLES[model]:
        found.setdefault(row["person_id"], set()).add(words[row[key]] if words else row[key])
    return lambda person: sorted(found.get(person["id"], ()))


def place(person: dict[str, Any]) -> list[Any]:
    return [PLACES.get(person["division_id"])]


GROUPS: dict[str, tuple[str, Callable[[dict[str, Any]], Iterable[Any]]]] = {
    "GENDER": ("gender", lambda person: [person["gender"]]),
    "POLITICAL_STATUS": ("politicalStatus", lambda person: [person["political_status"]]),
    "LANGUAGE": ("language", of_each(models.PersonLanguage, "language")),
    "HALF_DAY": ("halfDay", of_each(models.Availability, "half_day")),
    "SKILL": ("skill { code }", of_each(models.PersonSkill, "skill_id", SKILLS)),
    "VILLAGE": ("village { code }", place),
}


def value(group: dict[str, Any], field: str) -> Any:
    found = group[field.partition(" ")[0]]
    return found["code"] if isinstance(found, dict) else found


@pytest.mark.parametrize("by", GROUPS)
@pytest.mark.parametrize("also", ["", "VILLAGE"])
async def test_groups_of_five_and_more_are_counted_whole(api: Api, by: str, also: str) -> None:
    dimensions = list(dict.fromkeys(name for name in (by, also) if name))
    fields = [GROUPS[name][0] for name in dimensions]
    query = f"{{ personStats(groupBy: [{', '.join(dimensions)}]) {{ {' '.join(fields)} personCount }} }}"
    answer = await api(query, viewer=COUNTING_CLIENT)
    seen = {tuple(value(one, field) for field in fields): one["personCount"] for one in answer["data"]["personStats"]}
    counted: Counter[Any] = Counter()
    for person in PEOPLE:
        keys: list[tuple[Any, ...]] = [()]
        for name in dimensions:
            keys = [(*key, one) for key in keys for one in GROUPS[name][1](person)]
        counted.update(keys)
    assert seen == {key: count for key, count in counted.items() if count >= 5}
    assert len(seen) < len(counted) or len(dimensions) == 1


NARROWED = [
    "{gender: {eq: FEMALE}}",
    "{birthYear: {lt: 3000}}",
    "{memberships: {some: {}}}",
    '{within: {code: "152222"}}',
    "{not: {gender: {eq: FEMALE}}}",
    "{and: []}",
]


@pytest.mark.parametrize("where", NARROWED)
async def test_no_condition_narrows_who_is_counted(api: Api, where: str) -> None:
    query = f"{{ personStats(groupBy: [GENDER], where: {where}) {{ gender personCount }} }}"
    assert (await api(query, viewer=COUNTING_CLIENT))["data"] == {"personStats": []}


async def test_a_condition_in_a_variable_narrows_as_well(api: Api) -> None:
    query = "query ($where: PersonWhere) { personStats(groupBy: [GENDER], where: $where) { personCount } }"
    counts = {}
    for name, where in {"some": {"gender": {"eq": "FEMALE"}}, "empty": {}, "null": None}.items():
        answer = await api(query, {"where": where}, viewer=COUNTING_CLIENT)
        counts[name] = [group["personCount"] for group in answer["data"]["personStats"]]
    assert counts == {"some": [], "empty": [20, 20, 20], "null": [20, 20, 20]}


async def test_a_token_that_counts_sees_nobody(api: Api) -> None:
    answer = await api(
        """{ people { totalCount nodes { id } } person(id: "Person_1001") { id } node(id: "Membership_5001") { id }
        teams(where: {members: {some: {}}}) { totalCount } division(code: "152222") { people { totalCount } }
        team(code: "T-0004") { leader { id } leaderName contactPhoneMasked members { totalCount } } }""",
        viewer=COUNTING_CLIENT,
    )
    assert answer["data"] == {
        "people": {"totalCount": 0, "nodes": []},
        "person": None,
        "node": None,
        "teams": {"totalCount": 0},
        "division": {"people": {"totalCount": 0}},
        "team": {"leader": None, "leaderName": "张**", "contactPhoneMasked": None, "members": {"totalCount": 0}},
    }


async def test_without_the_scope_there_is_nothing_to_count(api: Api) -> None:
    answer = await api("{ personStats(groupBy: [GENDER]) { personCount } }", viewer=API_CLIENT)
    assert answer["data"] == {"personStats": []}
