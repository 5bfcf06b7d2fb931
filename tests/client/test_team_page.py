"""A team's page: where the team is, what its members can do, whom to ask, and nothing personal."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import expect

TEAM = """query ($code: String!) { team(code: $code) {
  name leaderName memberCount foundedOn platformLabels skills { peopleCount skill { name } }
  parent { name } division { name parent { name parent { name } } } } }"""
PERSONAL = re.compile(r"\d{7,}|\d{3}\*{4}")


def test_a_village_team_shows_its_chain_its_skills_and_its_facts(
    visit: Callable[..., Any], ask: Callable[..., Any]
) -> None:
    team = ask(TEAM, code="KYZQ-0500")["team"]
    village, township = team["division"], team["division"]["parent"]
    page = visit("/teams/KYZQ-0500").settle().page
    expect(page.get_by_role("heading", level=1)).to_have_text(team["name"])
    expect(page.locator(".chain li")).to_have_text([township["parent"]["name"], township["name"], village["name"]])
    known = sorted(team["skills"], key=lambda one: -one["peopleCount"])
    counts = page.locator(".chips").first.locator("li b").all_inner_texts()
    assert counts == [f"{one['peopleCount']} 人" for one in known]
    names = page.locator(".chips").first.locator("li > span").all_inner_texts()
    assert sorted(names) == sorted(one["skill"]["name"] for one in known)
    facts = dict(
        page.locator(".register > div").evaluate_all(
            "all => all.map((one) => [...one.children].map((part) => part.textContent))"
        )
    )
    year, month, day = map(int, team["foundedOn"].split("-"))
    assert facts["队长"] == team["leaderName"]
    assert facts["现有队员"] == f"{team['memberCount']} 人"
    assert facts["成立日期"] == f"{year}年{month}月{day}日"
    assert facts["上级队伍"] == team["parent"]["name"]
    assert facts["队伍编号"] == "KYZQ-0500"


def test_the_leader_is_masked_and_no_number_is_shown(visit: Callable[..., Any]) -> None:
    page = visit("/teams/KYZQ-0500").settle().page
    leader = page.locator(".register dd").first.inner_text()
    assert re.fullmatch(r".\*\*", leader)
    assert PERSONAL.search(page.locator("body").inner_text()) is None


@pytest.mark.parametrize(("code", "where"), [("KYZQ-0500", None), ("KYZQ-0004", "您所在嘎查村社区")])
def test_it_says_where_to_ask_this_team_for_help(
    visit: Callable[..., Any], ask: Callable[..., Any], code: str, where: str | None
) -> None:
    where = where or ask(TEAM, code=code)["team"]["division"]["name"]
    card = visit(f"/teams/{code}").settle().page.locator(".help")
    expect(card).to_contain_text(f"请到{where}的实践站，或在村里的“双书记”周例会上提出")


def test_its_village_opens_the_teams_there_by_name(visit: Callable[..., Any], ask: Callable[..., Any]) -> None:
    village = ask(TEAM, code="KYZQ-0500")["team"]["division"]["name"]
    seen = visit("/teams/KYZQ-0500").settle()
    seen.page.locator(".chain a").last.click()
    assert 0 < seen.settle().total() < 20
    chosen = seen.page.get_by_label("地方").evaluate("one => one.selectedOptions[0].textContent")
    assert chosen == village, "a village is not among the townships, yet shown by its name"


def test_a_team_leads_to_those_above_and_below(visit: Callable[..., Any]) -> None:
    seen = visit("/teams/KYZQ-0004").settle()
    below = seen.page.locator(".below a")
    expect(below).to_have_count(12)
    name = below.first.inner_text()
    below.first.click()
    expect(seen.page.get_by_role("heading", level=1)).to_have_text(name)
    assert seen.page.evaluate("document.activeElement.id") == "main", "a screen reader starts to read there"
    seen.settle().page.locator(".register dd a").click()
    expect(seen.page).to_have_url(f"{seen.address}/teams/KYZQ-0004")


def test_a_code_that_nobody_has_is_said_in_words(visit: Callable[..., Any]) -> None:
    seen = visit("/teams")
    for code in ("KYZQ-9999", "%E9%98%9F", "a%20b%3Cc"):
        seen.open(f"/teams/{code}").settle()
        expect(seen.page.locator(".empty")).to_contain_text("没有这支队伍")
        seen.page.get_by_role("link", name="返回名录").click()
        assert seen.settle().total() == 1354
