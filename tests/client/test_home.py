"""The first page counts what the registry holds, under the county's own name, in two languages."""

import re
from collections.abc import Callable
from typing import Any

from playwright.sync_api import expect

COUNTS = """query ($where: TeamWhere) { teams(where: $where, first: 1) { totalCount } }"""
LEVELS = {"旗级": "BANNER", "苏木镇级": "TOWNSHIP", "嘎查级": "VILLAGE"}
TYPES = {"党员干部": "PARTY_CADRE", "专业队伍": "PROFESSIONAL", "社会组织": "SOCIAL_ORG"}


def test_the_title_is_the_top_divisions_name(visit: Callable[..., Any], ask: Callable[..., Any]) -> None:
    (top,) = ask("{ divisions(where: {level: {eq: BANNER}}) { nodes { name } } }")["divisions"]["nodes"]
    page = visit("/").settle().page
    expect(page.get_by_role("heading", level=1)).to_have_text(f"{top['name']}志愿服务")
    assert page.title() == f"{top['name']}志愿服务"
    expect(page.get_by_role("banner")).to_contain_text(top["name"])


def test_every_cell_of_the_matrix_is_the_number_of_such_teams(
    visit: Callable[..., Any], ask: Callable[..., Any]
) -> None:
    page = visit("/").settle().page
    rows = page.locator(".matrix tr").evaluate_all(
        "rows => rows.map((row) => [...row.cells].map((cell) => cell.textContent.trim()))"
    )
    assert rows[0] == ["", *TYPES, "合计"]
    assert [row[0] for row in rows[1:]] == [*LEVELS, "合计"]

    def count(level: str | None, kind: str | None) -> str:
        where = ({"level": {"eq": level}} if level else {}) | ({"type": {"eq": kind}} if kind else {})
        return f"{ask(COUNTS, where=where)['teams']['totalCount']:,}"

    kinds = [*TYPES.values(), None]
    assert [row[1:] for row in rows[1:]] == [
        [count(level, kind) for kind in kinds] for level in [*LEVELS.values(), None]
    ]
    assert rows[-1][-1] == "1,354"


def test_a_cell_opens_the_directory_of_its_teams(visit: Callable[..., Any]) -> None:
    seen = visit("/").settle()
    for row, column, path in (
        ("嘎查级", 1, "/teams?level=VILLAGE&type=PROFESSIONAL"),
        ("旗级", 3, "/teams?level=BANNER"),
        ("合计", 2, "/teams?type=SOCIAL_ORG"),
        ("合计", 3, "/teams"),
    ):
        header = seen.page.get_by_role("rowheader", name=row, exact=True)
        cell = seen.page.locator(".matrix tr", has=header).locator("a").nth(column)
        number = int(cell.inner_text().replace(",", ""))
        cell.click()
        expect(seen.page).to_have_url(seen.address + path)
        assert seen.settle().total() == number
        seen.page.go_back()


def test_a_place_opens_its_teams(visit: Callable[..., Any]) -> None:
    seen = visit("/").settle()
    place = seen.page.locator(".places a", has_text="高力板镇")
    number = int(place.locator(".count").inner_text())
    place.click()
    assert seen.settle().total() == number
    expect(seen.page.get_by_label("地方")).to_have_value("152222104")


def test_it_says_how_to_ask_for_help_and_shows_no_phone_number(visit: Callable[..., Any]) -> None:
    page = visit("/").settle().page
    help_steps = page.locator(".steps li")
    expect(help_steps).to_have_count(3)
    expect(page.locator(".steps")).to_contain_text("“双书记”周例会")
    assert re.search(r"\d{7,}|\d{3}\*{4}", page.locator("body").inner_text()) is None


def test_english_is_one_tap_away_and_remembered(visit: Callable[..., Any]) -> None:
    seen = visit("/").settle()
    seen.page.get_by_role("button", name="English").click()
    expect(seen.page.locator(".matrix thead th")).to_have_text(
        ["Party members and cadres", "Professional team", "Social organization", "Total"]
    )
    assert seen.page.locator("html").get_attribute("lang") == "en"
    seen.page.reload()
    expect(seen.page.get_by_role("heading", name="How to ask for help")).to_be_visible()
    seen.page.get_by_role("button", name="中文").click()
    expect(seen.page.get_by_role("heading", name="怎样求助")).to_be_visible()
    assert seen.page.locator("html").get_attribute("lang") == "zh-CN"


def test_both_languages_have_the_same_words(visit: Callable[..., Any]) -> None:
    seen = visit("/").settle()
    zh, en = seen.page.evaluate(
        """async () => {
          const { words } = await import('/client/words.js');
          const { EN } = await import('/client/words.en.js');
          const shape = (all) => Object.fromEntries(Object.entries(all).map(([name, word]) => [name, typeof word]));
          return [shape(words()), shape(EN)];
        }"""
    )
    assert zh == en
    assert len(zh) > 60
