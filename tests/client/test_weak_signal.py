"""A weak line: tried again, given up in time, the last answer shown with its moment, and fresh ones once it is back."""

import re
from collections.abc import Callable
from functools import partial
from typing import Any

from playwright.sync_api import Route, expect

API = "**/graphql?*"
HOME = "**/graphql?operationName=Home*"


def test_an_answer_lost_once_is_asked_for_again(visit: Callable[..., Any]) -> None:
    lost: list[Route] = []

    def lose_first(route: Route) -> None:
        lost.append(route)
        route.abort() if len(lost) == 1 else route.continue_()

    seen = visit("/", before=lambda page: page.route(HOME, lose_first)).settle()
    expect(seen.page.locator(".matrix")).to_be_visible()
    assert len(lost) == 2


def test_a_failing_service_is_said_in_words_and_can_be_tried_again(visit: Callable[..., Any]) -> None:
    tried: list[Route] = []

    def fail(route: Route) -> None:
        tried.append(route)
        route.fulfill(status=502, body="<html>Bad Gateway</html>")

    seen = visit("/", before=lambda page: page.route(HOME, fail))
    alert = seen.page.get_by_role("alert")
    expect(alert).to_contain_text("服务暂时没有正常回答")
    assert len(tried) == 3
    seen.page.unroute(HOME)
    alert.get_by_role("button", name="再试一次").click()
    expect(seen.page.locator(".matrix")).to_be_visible()


def test_a_masked_error_shows_its_request_id(visit: Callable[..., Any]) -> None:
    error = {"message": "x", "extensions": {"code": "INTERNAL", "requestId": "7f63f1e30fe24252"}}
    seen = visit("/", before=lambda page: page.route(HOME, lambda route: route.fulfill(json={"errors": [error]})))
    expect(seen.page.get_by_role("alert")).to_contain_text("请求编号 7f63f1e30fe24252")


def test_a_refusal_is_not_asked_again(visit: Callable[..., Any]) -> None:
    seen = visit("/teams?level=NOPE").settle()
    assert len(seen.operations("Teams")) == 1


def test_a_line_that_hangs_is_given_up(visit: Callable[..., Any]) -> None:
    held: list[Route] = []
    seen = visit("/", before=lambda page: (page.clock.install(), page.route(HOME, lambda route: held.append(route))))

    def asked(times: int) -> bool:
        seen.page.clock.run_for(100)
        return len(held) == times

    for attempt in (1, 2, 3):
        seen.until(partial(asked, attempt))
        expect(seen.page.locator(".skeleton")).to_be_visible()
        seen.page.clock.run_for(8100)
    expect(seen.page.get_by_role("alert")).to_contain_text("信号太弱，没有等到回答")


def test_the_last_answer_is_shown_with_its_moment_when_the_line_is_gone(visit: Callable[..., Any]) -> None:
    seen = visit("/").settle()
    seen.page.route(API, lambda route: route.abort())
    seen.page.reload()
    expect(seen.page.locator(".matrix tfoot td").last).to_have_text("1,354")  # at once, before anything failed
    stale = seen.page.locator(".stale")
    expect(stale).to_have_text(re.compile(r"^离线，显示的是 \d+月\d+日 \d\d:\d\d 的数据再试一次$"))
    seen.page.unroute(API)
    stale.get_by_role("button").click()
    expect(stale).to_have_count(0)


def test_what_was_never_seen_waits_for_the_network_and_then_comes_by_itself(visit: Callable[..., Any]) -> None:
    seen = visit("/teams").settle()
    seen.page.context.set_offline(True)
    seen.page.get_by_label("级别").select_option("BANNER")
    expect(seen.page.get_by_role("alert")).to_contain_text("没有网络")
    seen.page.go_back()
    assert seen.total() == 1354, "what was seen is still there"
    expect(seen.page.locator(".stale")).to_have_count(0)
    seen.page.get_by_label("级别").select_option("TOWNSHIP")
    expect(seen.page.get_by_role("alert")).to_contain_text("没有网络")
    seen.page.context.set_offline(False)
    expect(seen.page.locator(".tally p")).to_have_text("共 244 支队伍")


def test_a_stretch_that_is_lost_leaves_the_list_and_can_be_tried_again(visit: Callable[..., Any]) -> None:
    seen = visit("/teams?level=BANNER").settle()
    rows = seen.page.locator(".teams > li")
    shown = rows.count()
    seen.page.context.set_offline(True)
    seen.page.evaluate("scrollTo(0, document.body.scrollHeight)")
    expect(seen.page.get_by_role("alert")).to_contain_text("没有网络")
    assert rows.count() >= shown
    seen.page.context.set_offline(False)
    seen.page.get_by_role("alert").get_by_role("button", name="再试一次").click()
    expect(seen.page.get_by_role("alert")).to_have_count(0)
    expect(rows.nth(shown)).to_be_attached()


def test_what_is_kept_on_the_device_is_bounded_and_the_newest_stays(visit: Callable[..., Any]) -> None:
    seen = visit("/").settle()
    kept = seen.page.evaluate(
        """async () => {
          const { keep, recall } = await import('/client/kept.js');
          for (let at = 1; at <= 100; at += 1) keep(`small ${at}`, 'x', 2e12 + at);
          const few = Object.keys(localStorage).filter((name) => name.startsWith('kept:')).length;
          for (let at = 1; at <= 20; at += 1) keep(`big ${at}`, 'x'.repeat(100000), 3e12 + at);
          keep('huge', 'x'.repeat(200000), 4e12);
          const room = Object.entries(localStorage).reduce((sum, [, value]) => sum + value.length, 0);
          return [few, room, recall('big 20').at, recall('big 1'), recall('small 100'), recall('huge')];
        }"""
    )
    few, room, newest, *gone = kept
    assert few == 40
    assert 500_000 < room <= 600_100
    assert (newest, gone) == (3e12 + 20, [None, None, None])


def test_without_storage_everything_works(visit: Callable[..., Any]) -> None:
    broken = (
        "Object.defineProperty(window, 'localStorage', { get() { throw new DOMException('denied', 'SecurityError') } })"
    )
    seen = visit("/", before=lambda page: page.add_init_script(broken)).settle()
    expect(seen.page.locator(".matrix tfoot td").last).to_have_text("1,354")
    seen.page.get_by_role("button", name="English").click()
    expect(seen.page.get_by_role("button", name="中文")).to_be_visible()
    assert seen.complaints == []
