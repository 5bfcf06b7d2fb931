"""The first view: what it costs on a weak line, whom it asks, under which policy, and whether it starts everywhere."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, Route, expect

from web.pages import CLIENT

BUDGET = 40 * 1024
WECHAT = {
    "Android": "Mozilla/5.0 (Linux; Android 10; V1990A Build/QP1A.190711.020; wv) AppleWebKit/537.36 "
    "(KHTML, like Gecko) Version/4.0 Chrome/86.0.4240.99 XWEB/4317 MMWEBSDK/20220805 Mobile Safari/537.36 MMWEBID/1 "
    "MicroMessenger/8.0.27.2220(0x28001B53) WeChat/arm64 Weixin NetType/3gnet Language/zh_CN ABI/arm64",
    "iPhone": "Mozilla/5.0 (iPhone; CPU iPhone OS 14_4 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
    "Mobile/15E148 MicroMessenger/8.0.20(0x18001442) NetType/4G Language/zh_CN",
}
PAGES = ["/", "/teams", "/teams?level=VILLAGE&q=glb", "/teams/KYZQ-0500"]


def test_the_first_view_costs_no_more_than_40_kib(visit: Callable[..., Any]) -> None:
    """Everything counts: page, style, modules, operations, the icon and the answers, as they travel."""
    seen = visit("/").rest()
    sizes = {one.url: one.sizes()["responseBodySize"] for one in seen.asked}
    assert 20_000 < sum(sizes.values()) <= BUDGET, sizes


@pytest.mark.parametrize("path", PAGES)
def test_a_visit_asks_no_other_host_and_breaks_no_policy(visit: Callable[..., Any], address: str, path: str) -> None:
    seen = visit(path).rest()
    assert {urlsplit(one.url).netloc for one in seen.asked} == {urlsplit(address).netloc}
    assert seen.complaints == []


def test_the_policy_allows_nothing_inline_and_no_other_host(visit: Callable[..., Any]) -> None:
    seen = visit("/").settle()
    policy = seen.page.request.get(seen.address).headers["content-security-policy"]
    rules = {rule.split()[0]: rule.split()[1:] for rule in policy.split(";")}
    assert rules["default-src"] == rules["base-uri"] == rules["form-action"] == rules["frame-ancestors"] == ["'none'"]
    assert rules["script-src"] == rules["style-src"] == rules["connect-src"] == ["'self'"]
    seen.page.evaluate(
        "document.body.append(Object.assign(document.createElement('script'), {textContent: 'window.ran = 1'}))"
    )
    assert seen.page.evaluate("window.ran") is None
    assert any("Content Security Policy" in complaint for complaint in seen.complaints)


@pytest.mark.parametrize("phone", WECHAT)
def test_it_works_in_wechat(visit: Callable[..., Any], phone: str) -> None:
    seen = visit("/", user_agent=WECHAT[phone]).settle()
    seen.page.get_by_label("搜索队伍").fill("glb")
    seen.page.get_by_role("button", name="搜索").click()
    seen.page.wait_for_url("**/teams?q=glb")
    assert seen.settle().total() == 123
    assert seen.complaints == []


def test_a_module_lost_on_a_weak_line_is_said_and_can_be_tried_again(visit: Callable[..., Any]) -> None:
    def lose(page: Page) -> None:
        page.route("**/client/app.js", lambda route: route.abort())

    seen = visit("/", before=lose)
    expect(seen.page.get_by_role("alert")).to_contain_text("信号太弱，页面没有取全")
    seen.page.unroute("**/client/app.js")
    seen.page.get_by_role("button", name="再试一次").click()
    seen.settle()
    expect(seen.page.get_by_role("heading", level=1)).to_contain_text("志愿服务")


def test_a_browser_that_does_not_know_the_language_is_told_so(visit: Callable[..., Any]) -> None:
    def break_syntax(route: Route) -> None:
        route.fulfill(content_type="text/javascript", body="const a = b ?.?. c;")

    seen = visit("/", before=lambda page: page.route("**/client/answers.js", break_syntax))
    expect(seen.page.get_by_role("alert")).to_contain_text("这个浏览器太旧")


def test_without_modules_the_page_says_where_to_ask_for_help(visit: Callable[..., Any]) -> None:
    def take_modules(page: Page) -> None:
        page.add_init_script("delete HTMLScriptElement.prototype.noModule")
        page.route("**/client/app.js", lambda route: route.fulfill(content_type="text/javascript", body=""))

    seen = visit("/", before=take_modules)
    expect(seen.page.get_by_role("alert")).to_contain_text("双书记")


def test_without_javascript_the_page_says_so(visit: Callable[..., Any]) -> None:
    seen = visit("/", java_script_enabled=False)
    expect(seen.page.get_by_text("也许浏览器没有开启 JavaScript")).to_be_visible()


def test_the_page_itself_is_small() -> None:
    assert (CLIENT / "index.html").stat().st_size < 4096
