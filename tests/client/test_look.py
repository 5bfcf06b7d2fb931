"""How the pages look and are used: axe finds nothing, fingers find their targets, nothing is wider than the screen."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

AXE = (Path(__file__).parent / "vendor" / "axe.min.js").read_text(encoding="utf-8")
DESKTOP: dict[str, Any] = {"viewport": {"width": 1280, "height": 800}, "is_mobile": False, "has_touch": False}
PAGES = {
    "home": "/",
    "directory": "/teams",
    "filtered": "/teams?level=VILLAGE&type=PARTY_CADRE&q=glb",
    "empty": "/teams?q=没有这样的队",
    "refused": "/teams?level=NOPE",
    "team": "/teams/KYZQ-0500",
    "banner's team": "/teams/KYZQ-0004",
    "no team": "/teams/KYZQ-9999",
    "imports, not signed in": "/imports",
}


def violations(page: Page) -> list[str]:
    page.evaluate(AXE)
    found = page.evaluate("axe.run(document, { resultTypes: ['violations'] })")["violations"]
    return [f"{one['id']}: {node['html'][:120]}" for one in found for node in one["nodes"]]


@pytest.mark.parametrize("name", PAGES)
def test_axe_finds_nothing_in_light_and_dark(visit: Callable[..., Any], name: str) -> None:
    page = visit(PAGES[name]).settle().page
    for width, height in ((390, 844), (1280, 800)):
        page.set_viewport_size({"width": width, "height": height})
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            assert violations(page) == [], (width, scheme)


def test_axe_finds_nothing_in_english_and_would_find_something(visit: Callable[..., Any]) -> None:
    page = visit("/").settle().page
    page.get_by_role("button", name="English").click()
    expect(page.get_by_role("heading", name="Teams by level and type")).to_be_visible()
    assert violations(page) == []
    page.evaluate("document.querySelector('.search input').removeAttribute('aria-label')")
    page.evaluate("document.querySelector('.search input').removeAttribute('placeholder')")
    assert [found.split(":")[0] for found in violations(page)] == ["label"]


@pytest.mark.parametrize("name", PAGES)
def test_nothing_is_wider_than_the_screen_and_targets_fit_a_finger(visit: Callable[..., Any], name: str) -> None:
    page = visit(PAGES[name]).settle().page
    for width, height in ((320, 568), (390, 844), (1280, 800)):
        page.set_viewport_size({"width": width, "height": height})
        assert page.evaluate("document.documentElement.scrollWidth") == width
        small = page.locator("a:not(.skip), button, input, select").evaluate_all(
            """all => all.map((one) => [one.textContent || one.name, one.getBoundingClientRect()])
              .filter(([, box]) => box.height < 44 || box.width < 44)
              .map(([name, box]) => `${name}: ${Math.round(box.width)} x ${Math.round(box.height)}`)"""
        )
        assert small == [], width


@pytest.mark.parametrize(("scheme", "paper"), [("light", "rgb(246, 245, 240)"), ("dark", "rgb(19, 23, 21)")])
def test_the_page_follows_light_and_dark(visit: Callable[..., Any], scheme: str, paper: str) -> None:
    page = visit("/", color_scheme=scheme).settle().page
    expect(page.locator("body")).to_have_css("background-color", paper)


def test_bones_stand_where_the_list_will_be(visit: Callable[..., Any]) -> None:
    held: list[Any] = []
    seen = visit(
        "/teams", before=lambda page: page.route("**/graphql?operationName=Teams*", lambda route: held.append(route))
    )
    expect(seen.page.locator(".skeleton .bone.row")).to_have_count(6)
    expect(seen.page.locator(".skeleton")).to_contain_text("正在读取…")
    assert violations(seen.page) == []


def test_it_can_be_used_by_keyboard(visit: Callable[..., Any]) -> None:
    seen = visit("/", **DESKTOP).settle()
    seen.page.keyboard.press("Tab")
    expect(seen.page.locator(".skip")).to_be_focused()
    seen.page.keyboard.press("Enter")
    seen.page.keyboard.press("Tab")
    expect(seen.page.get_by_label("搜索队伍")).to_be_focused()
    seen.page.keyboard.type("glb")
    seen.page.keyboard.press("Enter")
    seen.page.wait_for_url("**/teams?q=glb")
    assert seen.settle().total() == 123
