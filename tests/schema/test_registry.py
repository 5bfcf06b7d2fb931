"""Questions to the small registry, with the answers worked out by hand from `rows.py`."""

from typing import Any

import pytest

from tests.schema import rows
from tests.schema.conftest import Api

pytestmark = pytest.mark.asyncio(loop_scope="session")

ROWS = {model.__tablename__: found for model, found in rows.rows().items()}
TEAMS = ROWS["team"]
SKILL_OF = {(row["person_id"], row["skill_id"]) for row in ROWS["person_skill"]}


def active(team: int) -> list[int]:
    return [
        row["person_id"] for row in ROWS["membership"] if row["team_id"] == 500 + team and row["status"] == "ACTIVE"
    ]


async def codes(api: Api, where: str) -> list[str]:
    answer = await api(f"{{ teams(first: 100, orderBy: CODE_ASC, where: {where}) {{ nodes {{ code }} }} }}")
    assert "errors" not in answer, answer
    return [node["code"] for node in answer["data"]["teams"]["nodes"]]


def expected(predicate: Any) -> list[str]:
    found = [row["code"] for number, row in enumerate(TEAMS) if predicate(number, row)]
    assert 0 < len(found) < len(TEAMS), "this would prove nothing"
    return found


async def test_a_team_with_all_around_it(api: Api) -> None:
    answer = await api(
        """{ team(code: "T-0004") { id code name nameMn level levelLabel type typeLabel(language: EN) status memberCount
        partyMemberShare foundedOn createdAt version leaderName contactPhone contactPhoneMasked platforms platformLabels
        division { code name parent { name parent { name parent { name } } } } hostUnit { name kindLabel }
        skills { skill { code requiresCertificate } peopleCount }
        members(first: 2, orderBy: JOINED_ON_ASC) { totalCount nodes { role person { name phone phoneMasked } } } } }"""
    )
    assert answer["data"]["team"] == {
        "id": "Team_504",
        "code": "T-0004",
        "name": "查干敖瑞嘎查志愿服务队",
        "nameMn": None,
        "level": "VILLAGE",
        "levelLabel": "字VILLAGE",
        "type": "PROFESSIONAL",
        "typeLabel": "word PROFESSIONAL",
        "status": "ACTIVE",
        "memberCount": 6,
        "partyMemberShare": 50,
        "foundedOn": "2018-05-01",
        "createdAt": "2026-01-03T03:04:05.678Z",
        "version": 1,
        "leaderName": "张乌兰",
        "contactPhone": "12512345678",
        "contactPhoneMasked": "125****5678",
        "platforms": [],
        "platformLabels": [],
        "division": {
            "code": "152222102200",
            "name": "查干敖瑞嘎查",
            "parent": {"name": "高力板镇", "parent": {"name": "科尔沁右翼中旗", "parent": None}},
        },
        "hostUnit": {"name": "农牧局", "kindLabel": "字DEPARTMENT"},
        "skills": [{"skill": {"code": "HAIR", "requiresCertificate": False}, "peopleCount": 1}],
        "members": {
            "totalCount": 6,
            "nodes": [
                {"role": "LEADER", "person": {"name": "李建国", "phone": "12500000008", "phoneMasked": "125****0008"}},
                {"role": "MEMBER", "person": {"name": "赵建国", "phone": "12500000009", "phoneMasked": "125****0009"}},
            ],
        },
    }


async def test_traditional_mongolian_is_kept_as_it_is(api: Api) -> None:
    answer = await api('{ team(code: "T-0003") { nameMn } }')
    assert answer["data"]["team"]["nameMn"] == "ᠬᠣᠷᠴᠢᠨ"


async def test_an_unknown_code_is_null(api: Api) -> None:
    assert (await api('{ team(code: "T-9999") { code } }'))["data"] == {"team": None}


async def test_nodes_come_in_the_order_asked_and_unknown_ones_are_null(api: Api) -> None:
    answer = await api(
        '{ nodes(ids: ["Person_1001", "Team_1", "gibberish", "Division_152222102000", "Person_1001"])'
        " { __typename id ... on Division { code } } }"
    )
    person = {"__typename": "Person", "id": "Person_1001"}
    place = {"__typename": "Division", "id": "Division_152222102000", "code": "152222102"}
    assert answer["data"]["nodes"] == [person, None, None, place, person]


@pytest.mark.parametrize(
    ("where", "predicate"),
    [
        ("{level: {eq: VILLAGE}}", lambda _, row: row["level"] == "VILLAGE"),
        ("{level: {notIn: [VILLAGE, BANNER]}}", lambda _, row: row["level"] == "TOWNSHIP"),
        ("{not: {type: {eq: SOCIAL_ORG}}}", lambda number, _: number % 3 != 2),
        ('{or: [{code: {eq: "T-0001"}}, {code: {eq: "T-0007"}}]}', lambda number, _: number in (1, 7)),
        ("{memberCount: {gte: 5, lt: 7}}", lambda _, row: row["member_count"] in (5, 6)),
        ("{partyMemberShare: {gt: 50}}", lambda _, row: row["member_count"] in (5, 7)),
        ("{partyMemberShare: {gt: 57}}", lambda _, row: row["member_count"] in (5, 7)),
        ("{not: {partyMemberShare: {gt: 50}}}", lambda _, row: row["member_count"] not in (5, 7)),
        ("{foundedOn: {isNull: true}}", lambda _, row: row["founded_on"] is None),
        (
            '{foundedOn: {gte: "2018-03-01", lte: "2018-05-31"}}',
            lambda _, row: str(row["founded_on"])[5:7] in ("03", "04", "05"),
        ),
        ("{platforms: {hasAll: [THEORY, EDUCATION]}}", lambda number, _: number % 4 >= 2),
        ("{platforms: {hasNone: [THEORY]}}", lambda number, _: number % 4 == 0),
        ('{within: {code: "152222102"}}', lambda _, row: str(row["division_id"]).startswith("152222102")),
        ('{within: {name: "高力板"}}', lambda _, row: str(row["division_id"]).startswith("152222102")),
        ('{within: {name: " 吐列毛都镇 "}}', lambda _, row: str(row["division_id"]).startswith("152222105")),
        ('{search: "glb"}', lambda _, row: "高力板" in row["name"]),
        ('{search: "ＧａｏLi  zhiyuan"}', lambda _, row: "高力板" in row["name"] and "志愿" in row["name"]),
        ("{hostUnit: {kind: {eq: DEPARTMENT}}}", lambda number, _: number % 4 == 0),
        ("{division: {connectivity: {eq: NONE}}}", lambda _, row: str(row["division_id"]).endswith("200")),
        ("{children: {some: {}}}", lambda number, _: number < 13),
        (
            '{skills: {some: {skill: {code: {eq: "HAIR"}}, peopleCount: {gte: 1}}}}',
            lambda number, _: (number + 2) % 3 == 0,
        ),
        (
            '{members: {some: {person: {skills: {some: {skill: {code: {eq: "VET"}}}}, halfDays: {hasAny: [WED_AM]}}}}}',
            lambda number, _: any((who, 50) in SKILL_OF and (who - 1000) % 4 > 0 for who in active(number)),
        ),
        (
            "{members: {none: {person: {birthYear: {lt: 1960}}}}}",
            lambda number, _: not any(1000 < who < 1010 and who != 1005 for who in active(number)),
        ),
        (
            "{members: {every: {joinedOn: {isNull: false}}}}",
            lambda number, row: row["member_count"] <= 3,
        ),
    ],
)
async def test_a_filter_keeps_exactly_these_teams(api: Api, where: str, predicate: Any) -> None:
    assert await codes(api, where) == expected(predicate)


async def test_people_who_know_both(api: Api) -> None:
    both = (
        '{and: [{skills: {some: {skill: {code: {eq: "VET"}}}}}, {skills: {some: {skill: {name: {eq: "法律援助"}}}}}]}'
    )
    answer = await api(
        f"{{ people(first: 100, orderBy: CREATED_AT_ASC, where: {both}) {{ totalCount nodes {{ id }} }} }}"
    )
    people = [f"Person_{who}" for who in range(1000, 1060) if {(who, 50), (who, 51)} <= SKILL_OF]
    assert len(people) == 10
    assert answer["data"]["people"] == {"totalCount": 10, "nodes": [{"id": who} for who in people]}


async def test_places_without_anybody_who_has_a_skill(api: Api) -> None:
    answer = await api(
        """{ divisions(where: {level: {eq: VILLAGE}, people: {none: {skills: {some: {skill: {code: {eq: "HAIR"}},
        level: {gte: 4}}}}}}) { nodes { code } } }"""
    )
    home = {row["id"]: row["division_id"] for row in ROWS["person"]}
    having = {home[row["person_id"]] for row in ROWS["person_skill"] if row["skill_id"] == 52 and row["level"] == 4}
    villages = [int(code) for code in rows.PLACES if len(code) == 12]
    without = [{"code": str(code)} for code in villages if code not in having]
    assert answer["data"]["divisions"]["nodes"] == without


async def test_the_largest_teams_with_leader(api: Api) -> None:
    answer = await api(
        """{ teams(first: 3, orderBy: MEMBER_COUNT_DESC) {
        nodes { code memberCount leader { name } } pageInfo { hasNextPage } } }"""
    )
    largest = sorted(TEAMS, key=lambda row: (row["member_count"], row["id"]), reverse=True)[:3]
    names = {row["id"]: {"name": row["name"]} for row in ROWS["person"]}
    assert answer["data"]["teams"] == {
        "nodes": [
            {"code": row["code"], "memberCount": row["member_count"], "leader": names.get(row["leader_id"])}
            for row in largest
        ],
        "pageInfo": {"hasNextPage": True},
    }


async def test_stats_add_up(api: Api) -> None:
    answer = await api(
        """{ all: teamStats(groupBy: []) { level teamCount memberCount }
        levels: teamStats(groupBy: [LEVEL], where: {type: {eq: PARTY_CADRE}}) { level type teamCount }
        platforms: teamStats(groupBy: [PLATFORM]) { platform teamCount }
        towns: personStats(groupBy: [TOWNSHIP]) { township { name } personCount } }"""
    )
    data = answer["data"]
    assert data["all"] == [{"level": None, "teamCount": 24, "memberCount": sum(2 + n % 6 for n in range(24))}]
    assert data["levels"] == [
        {"level": "BANNER", "type": None, "teamCount": 1},
        {"level": "TOWNSHIP", "type": None, "teamCount": 2},
        {"level": "VILLAGE", "type": None, "teamCount": 5},
    ]
    assert data["platforms"] == [
        {"platform": "THEORY", "teamCount": 18},
        {"platform": "EDUCATION", "teamCount": 12},
        {"platform": "SCIENCE", "teamCount": 6},
    ]
    assert sum(row["personCount"] for row in data["towns"]) == 60
    assert data["towns"][-1] == {"township": None, "personCount": 6}


async def test_words_come_from_the_table_and_in_the_language_asked(api: Api) -> None:
    answer = await api(
        """{ enumLabels(enum: "TeamType") { enum code label position }
        team(code: "T-0003") { platformLabels(language: EN) } }"""
    )
    assert answer["data"]["enumLabels"][0] == {
        "enum": "TeamType",
        "code": "PARTY_CADRE",
        "label": "字PARTY_CADRE",
        "position": 0,
    }
    assert len(answer["data"]["enumLabels"]) == 3
    assert answer["data"]["team"]["platformLabels"] == ["word EDUCATION", "word SCIENCE", "word THEORY"]


async def test_half_days_come_in_the_order_of_the_week(api: Api) -> None:
    answer = await api('{ person(id: "Person_1003") { halfDays halfDayLabels languages availabilities { season } } }')
    assert answer["data"]["person"] == {
        "halfDays": ["WED_AM", "SUN_PM"],
        "halfDayLabels": ["字WED_AM", "字SUN_PM"],
        "languages": ["ZH"],
        "availabilities": [{"season": "ALL_YEAR"}, {"season": "ALL_YEAR"}],
    }


async def test_a_doubtful_spelling_is_no_alias(api: Api) -> None:
    answer = await api('{ division(code: "152222105") { aliases } }')
    assert answer["data"]["division"] == {"aliases": ["吐列毛杜镇", "吐列毛都镇"]}
