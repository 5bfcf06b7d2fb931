"""What the public sees, and that nothing else can be counted, searched, sorted, followed or guessed."""

from typing import Any

import pytest
from sqlalchemy import Column, Integer, MetaData, Table, bindparam

import models
from domain.scope import DISPATCHER, PART_OF, PUBLIC, VISIBLE, Scoped
from tests.schema.conftest import Api

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def ask(api: Api, query: str) -> tuple[Any, Any]:
    """Return what the public and the dispatcher are told."""
    answers = [await api(query, viewer=viewer) for viewer in (PUBLIC, DISPATCHER)]
    assert all("errors" not in answer for answer in answers), answers
    return answers[0]["data"], answers[1]["data"]


async def test_the_public_sees_published_teams_only(api: Api) -> None:
    public, dispatcher = await ask(
        api,
        """{ teams(first: 100) { totalCount nodes { code status } } team(code: "T-0022") { code }
        node(id: "Team_522") { id }
        teamStats(groupBy: [STATUS]) { status teamCount } division(code: "152222") { teamCount } }""",
    )
    assert public["teams"]["totalCount"] == 23
    assert {node["status"] for node in public["teams"]["nodes"]} == {"ACTIVE", "SUSPENDED"}
    assert public["team"] is None
    assert public["node"] is None
    assert public["division"] == {"teamCount": 23}
    assert public["teamStats"] == [{"status": "ACTIVE", "teamCount": 21}, {"status": "SUSPENDED", "teamCount": 2}]
    assert dispatcher["team"] == {"code": "T-0022"}
    assert dispatcher["node"] == {"id": "Team_522"}
    assert dispatcher["division"] == {"teamCount": 24}


async def test_a_team_shows_the_public_no_person(api: Api) -> None:
    public, dispatcher = await ask(
        api,
        """{ team(code: "T-0004") { name memberCount leaderName leader { name } contactPhone contactPhoneMasked
        members { totalCount nodes { id } edges { cursor } } } }""",
    )
    assert public["team"] == {
        "name": "查干敖瑞嘎查志愿服务队",
        "memberCount": 6,
        "leaderName": "张**",
        "leader": None,
        "contactPhone": None,
        "contactPhoneMasked": None,
        "members": {"totalCount": 0, "nodes": [], "edges": []},
    }
    assert dispatcher["team"]["leaderName"] == "张乌兰"
    assert dispatcher["team"]["leader"] == {"name": "李建国"}
    assert dispatcher["team"]["members"]["totalCount"] == 6


async def test_people_do_not_exist_for_the_public(api: Api) -> None:
    public, dispatcher = await ask(
        api,
        """{ people { totalCount nodes { id } } person(id: "Person_1001") { name }
        nodes(ids: ["Person_1001", "Membership_5000", "PersonSkill_8000", "Availability_9002"]) { id }
        personStats(groupBy: [GENDER]) { gender personCount } all: personStats(groupBy: []) { personCount }
        division(code: "152222") { people { totalCount } } }""",
    )
    assert public == {
        "people": {"totalCount": 0, "nodes": []},
        "person": None,
        "nodes": [None, None, None, None],
        "personStats": [],
        "all": [{"personCount": 0}],
        "division": {"people": {"totalCount": 0}},
    }
    assert dispatcher["people"]["totalCount"] == 60
    assert dispatcher["person"] == {"name": "王乌兰"}
    assert all(dispatcher["nodes"])


@pytest.mark.parametrize(
    "where",
    [
        '{leader: {name: {startsWith: "张"}}}',
        "{leader: {}}",
        "{members: {some: {}}}",
        "{members: {some: {person: {politicalStatus: {eq: PARTY_MEMBER}}}}}",
        "{division: {people: {some: {}}}}",
        "{parent: {members: {some: {role: {eq: LEADER}}}}}",
    ],
)
async def test_a_filter_over_people_tells_the_public_nothing(api: Api, where: str) -> None:
    query = f"{{ teams(where: {where}) {{ totalCount }} not: teams(where: {{not: {where}}}) {{ totalCount }} }}"
    public, dispatcher = await ask(api, query)
    assert public == {"teams": {"totalCount": 0}, "not": {"totalCount": 23}}
    assert dispatcher["teams"]["totalCount"] > 0


async def test_weaknesses_of_villages_are_for_the_banner(api: Api) -> None:
    public, dispatcher = await ask(api, '{ division(code: "152222102200") { weaknesses weaknessLabels } }')
    assert public == {"division": {"weaknesses": None, "weaknessLabels": None}}
    assert dispatcher == {"division": {"weaknesses": ["NO_INDUSTRY"], "weaknessLabels": ["字NO_INDUSTRY"]}}


async def test_the_share_of_party_members_is_hidden_in_small_teams(api: Api) -> None:
    public, _ = await ask(
        api, "{ teams(first: 100, where: {memberCount: {lt: 6}}) { nodes { memberCount partyMemberShare } } }"
    )
    shares = {(node["memberCount"], node["partyMemberShare"]) for node in public["teams"]["nodes"]}
    assert shares == {(2, None), (3, None), (4, None), (5, 60)}


async def test_skills_count_published_teams_only(api: Api) -> None:
    public, dispatcher = await ask(api, '{ skill(code: "HAIR") { teamCount } }')
    assert (public["skill"]["teamCount"], dispatcher["skill"]["teamCount"]) == (7, 8)


async def test_what_is_a_part_hangs_on_its_whole_by_one_key_alone() -> None:
    wholes = {mapper.local_table.name: mapper for mapper in models.Base.registry.mappers}  # type: ignore[attr-defined]
    for name, whole in PART_OF.items():
        ways = [way for way in wholes[whole].relationships if way.target.name == name]  # type: ignore[attr-defined]
        kind = whole.removeprefix("workbook_")
        assert [key.name for way in ways for key in way.remote_side] == [f"{kind}_id"]
        assert (VISIBLE[name].__name__, VISIBLE[whole].__name__) == (f"_of_{kind}", f"_{whole}")


async def test_every_table_has_a_rule_and_a_table_without_one_cannot_be_read() -> None:
    assert set(VISIBLE) == set(models.Base.metadata.tables)
    stranger = Table("stranger", MetaData(), Column("id", Integer))
    for viewer in (PUBLIC, DISPATCHER):
        scoped = Scoped(viewer, lambda name, type_: bindparam(name, type_=type_))
        with pytest.raises(KeyError, match="stranger"):
            scoped.rows(stranger, stranger)
        with pytest.raises(KeyError, match="everything"):
            scoped.gate("everything", stranger)
