"""The directory: search as one types, filters in the address, an endless list, the back button."""

import re
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from playwright.sync_api import Page, Route, expect

COUNT = """query ($where: TeamWhere) { teams(where: $where, first: 1) { totalCount } }"""


def address_of(page: Page) -> str:
    parts = urlsplit(page.url)
    return unquote(f"{parts.path}?{parts.query}" if parts.query else parts.path)


def test_a_township_is_found_by_characters_pinyin_and_initials(visit: Callable[..., Any]) -> None:
    seen = visit("/teams").settle()
    for typed in ("高力板", "gaoliban", "gao li ban", "glb", " GLB "):
        seen.page.get_by_label("搜索队伍").fill("nothing")
        expect(seen.page.locator(".tally p")).to_have_text("共 0 支队伍")
        seen.page.get_by_label("搜索队伍").fill(typed)
        expect(seen.page.locator(".tally p")).to_have_text("共 123 支队伍")
        assert address_of(seen.page).replace("+", " ") == f"/teams?q={typed.strip()}"


def test_a_skill_finds_the_teams_that_have_it(visit: Callable[..., Any], ask: Callable[..., Any]) -> None:
    either = [{"search": "兽医"}, {"skills": {"some": {"skill": {"search": "兽医"}}}}]
    wanted = ask(COUNT, where={"or": either})["teams"]["totalCount"]
    assert visit("/teams?q=兽医").settle().total() == wanted > 20


def test_typing_asks_once_when_it_rests(visit: Callable[..., Any]) -> None:
    seen = visit("/teams").settle()
    seen.page.get_by_label("搜索队伍").press_sequentially("gaoliban", delay=30)
    expect(seen.page.locator(".tally p")).to_have_text("共 123 支队伍")
    assert len(seen.operations("Teams")) == 2, "the whole list, then the word"


def test_a_late_answer_to_an_earlier_word_changes_nothing(visit: Callable[..., Any]) -> None:
    held: list[Route] = []

    def hold_short(route: Route) -> None:
        held.append(route) if '"search":"ba"' in unquote(route.request.url) else route.continue_()

    seen = visit("/teams").settle()
    seen.page.route("**/graphql?operationName=Teams*", hold_short)
    field = seen.page.get_by_label("搜索队伍")
    field.fill("ba")
    seen.until(lambda: len(held) == 1)
    field.fill("glb")
    expect(seen.page.locator(".tally p")).to_have_text("共 123 支队伍")
    held[0].continue_()
    seen.page.wait_for_timeout(300)
    expect(seen.page.locator(".tally p")).to_have_text("共 123 支队伍")


def test_an_input_method_s_letters_are_not_searched_before_they_are_characters(visit: Callable[..., Any]) -> None:
    seen = visit("/teams").settle()
    seen.page.get_by_label("搜索队伍").focus()
    keyboard = seen.page.context.new_cdp_session(seen.page)
    keyboard.send("Input.imeSetComposition", {"text": "gao'li'ban", "selectionStart": 10, "selectionEnd": 10})
    seen.page.wait_for_timeout(500)
    assert address_of(seen.page) == "/teams"
    keyboard.send("Input.insertText", {"text": "高力板"})
    expect(seen.page.locator(".tally p")).to_have_text("共 123 支队伍")
    assert address_of(seen.page) == "/teams?q=高力板"


def test_a_shared_address_shows_the_same_list(visit: Callable[..., Any], ask: Callable[..., Any]) -> None:
    where = {
        "level": {"eq": "VILLAGE"},
        "type": {"eq": "PROFESSIONAL"},
        "within": {"code": "152222104"},
        "platforms": {"hasAny": ["SCIENCE"]},
    }
    seen = visit("/teams?level=VILLAGE&type=PROFESSIONAL&place=152222104&platform=SCIENCE").settle()
    assert seen.total() == ask(COUNT, where=where)["teams"]["totalCount"] > 0
    values = seen.page.locator(".choices select").evaluate_all("all => all.map((one) => one.value)")
    assert values == ["VILLAGE", "PROFESSIONAL", "152222104", "SCIENCE"]
    expect(seen.page).to_have_title(re.compile("^高力板镇 · 嘎查级 · 专业队伍 · 科技与科普服务 · "))


def test_the_back_button_takes_one_filter_away(visit: Callable[..., Any]) -> None:
    seen = visit("/teams").settle()
    seen.page.get_by_label("级别").select_option("TOWNSHIP")
    assert seen.settle().total() == 244
    seen.page.get_by_label("类型").select_option("SOCIAL_ORG")
    assert address_of(seen.page) == "/teams?level=TOWNSHIP&type=SOCIAL_ORG"
    seen.page.get_by_label("搜索队伍").press_sequentially("baya", delay=300)  # rests after each letter
    expect(seen.page).to_have_url(re.compile(r"[?&]q=baya&"))
    seen.page.go_back()
    expect(seen.page.get_by_label("搜索队伍")).to_have_value("")
    assert address_of(seen.page) == "/teams?level=TOWNSHIP&type=SOCIAL_ORG", "a word is one step, however typed"
    seen.page.go_back()
    expect(seen.page.get_by_label("类型")).to_have_value("")
    assert seen.settle().total() == 244
    seen.page.get_by_role("link", name="清除全部条件").click()
    assert seen.settle().total() == 1354


def test_the_list_goes_on_as_one_scrolls_and_back_returns_to_the_place(visit: Callable[..., Any]) -> None:
    seen = visit("/teams?type=PARTY_CADRE").settle()
    rows = seen.page.locator(".teams > li")
    for count in (40, 60):
        seen.page.evaluate("scrollTo(0, document.body.scrollHeight)")
        expect(rows.nth(count - 1)).to_be_attached()
    names = rows.locator("h2").all_inner_texts()
    codes = rows.locator("a").evaluate_all("all => all.map((one) => one.pathname)")
    assert len(set(codes)) == len(names)
    rows.nth(45).scroll_into_view_if_needed()
    seen.page.wait_for_timeout(300)
    before = seen.page.evaluate("scrollY")
    asked = len(seen.operations("Teams"))
    rows.nth(45).click()
    expect(seen.page.get_by_role("heading", level=1)).to_have_text(names[45])
    assert seen.page.evaluate("scrollY") == 0
    seen.page.go_back()
    expect(rows.nth(45)).to_be_in_viewport()
    assert abs(seen.page.evaluate("scrollY") - before) < 4
    assert len(seen.operations("Teams")) == asked, "what was fetched is still there"


def test_without_an_observer_a_button_shows_more_until_the_end(visit: Callable[..., Any]) -> None:
    seen = visit(
        "/teams?level=BANNER&type=SOCIAL_ORG",
        before=lambda page: page.add_init_script("delete window.IntersectionObserver"),
    ).settle()
    rows = seen.page.locator(".teams > li")
    expect(rows).to_have_count(20)
    seen.page.get_by_role("button", name="再看一些").click()
    expect(rows).to_have_count(27)
    assert seen.total() == 27
    expect(seen.page.locator(".end")).to_have_text("已经到底了")


def test_a_list_without_teams_says_so_and_offers_a_way_out(visit: Callable[..., Any]) -> None:
    seen = visit("/teams?q=没有这样的队").settle()
    expect(seen.page.locator(".empty")).to_contain_text("没有符合的队伍")
    seen.page.locator(".empty").get_by_role("link", name="清除全部条件").click()
    assert seen.settle().total() == 1354


def test_a_broken_address_is_refused_in_words_with_a_way_out(visit: Callable[..., Any]) -> None:
    seen = visit("/teams")
    for query in ("level=NOPE", "platform=%00", "place=1", "type=%3Cimg%20src=x%20onerror=alert(1)%3E"):
        seen.open(f"/teams?{query}").settle()
        ((name, (value,)),) = parse_qs(query).items()
        expect(seen.page.locator(f"select[name={name}]")).to_have_value(value)
        expect(seen.page.get_by_role("alert")).to_contain_text("这个请求没有被接受")
        seen.page.get_by_role("alert").get_by_role("link", name="清除全部条件").click()
        assert seen.settle().total() == 1354


def test_a_word_is_text_never_markup(visit: Callable[..., Any]) -> None:
    word = '<img src=x onerror="window.ran=1">'
    seen = visit(f"/teams?q={word}").settle()
    expect(seen.page.get_by_label("搜索队伍")).to_have_value(word)
    assert seen.page.evaluate("window.ran") is None
