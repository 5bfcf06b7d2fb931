"""The explorer in a real Chromium: it works, in Chinese, under its policy, and asks no other host for anything."""

import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from tests.serving import chromium, serving
from web.settings import Settings

EXPLORER = Path(__file__).parents[2] / "web" / "explorer"
VENDOR = EXPLORER / "vendor"
DESKTOP: dict[str, Any] = {"viewport": {"width": 1280, "height": 800}}
PHONE: dict[str, Any] = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}

LARGEST = "query Largest($first: Int) {\n  teams(first: $first) {\n    nodes {\n      name\n    }\n  }\n}\n"
SAVED = [
    {
        "title": "最大的十支队伍",
        "titleEn": "The ten largest teams",
        "query": LARGEST,
        "variables": '{"first": 10}',
        "note": "按人数从多到少",
    },
    {"title": "队伍总数", "titleEn": "Teams", "query": "{ teams { totalCount } }", "variables": None, "note": ""},
]
WORDS = [
    {"zh": "嘎查", "en": "village", "term": "DivisionLevel.VILLAGE", "note": "牧区的村"},
    {"zh": "接单", "en": "accept", "term": "acceptOrder", "note": "队伍接下一个单子"},
]


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The real service over an empty database."""
    with serving(Settings(database_url=f"sqlite:///{tmp_path_factory.mktemp('explorer') / 'test.db'}")) as address:
        yield address


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as browser:
        yield browser


TEXT = "__MONACO.editor.getModels().find((model) => model.uri.path.endsWith(file)).getValue()"


class Visit:
    """A page, what it asked for, and what it complained about."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.asked: list[str] = []
        self.complaints: list[str] = []
        page.context.on("request", lambda request: self.asked.append(request.url))
        page.on("console", lambda message: self.complaints.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def panel(self, name: str) -> None:
        self.page.locator(f".graphiql-sidebar button[aria-label*='{name}']").click()

    def text(self, file: str) -> str:
        """What an editor holds: operation.graphql, variables.json or response.json."""
        return str(self.page.evaluate(f"(file) => {TEXT}", file))

    def until(self, happened: Callable[[], bool]) -> None:
        """Wait for something that the page does not show; 20 s are long enough for a busy machine."""
        last = time.monotonic() + 20
        while not happened():
            assert time.monotonic() < last
            self.page.wait_for_timeout(20)

    def run(self) -> None:
        self.page.locator(".graphiql-execute-button").click()

    def expect_response(self, part: str) -> None:
        self.page.wait_for_function(
            f"([file, part]) => {TEXT}.includes(part)", arg=["response.json", part], timeout=20_000
        )


Answer = Callable[[Route], None]


@pytest.fixture
def visit(browser: Browser, address: str) -> Iterator[Callable[..., Visit]]:
    """Opens the explorer; `queries` and `glossary` say how the server answers for the two lists."""
    contexts = []

    def open_page(queries: Answer | None = None, glossary: Answer | None = None, **kind: Any) -> Visit:
        context = browser.new_context(locale="zh-CN", **(kind or DESKTOP))
        contexts.append(context)
        context.route("**/explorer/queries.json", queries or (lambda route: route.fulfill(json=SAVED)))
        context.route("**/explorer/glossary.json", glossary or (lambda route: route.fulfill(json=WORDS)))
        visit = Visit(context.new_page())
        visit.page.goto(f"{address}/graphql")
        expect(visit.page.locator(".graphiql-query-editor .view-lines")).to_contain_text("teams")
        return visit

    yield open_page
    for context in contexts:
        context.close()


def test_a_whole_visit_asks_no_other_host_and_breaks_no_policy(visit: Callable[..., Visit], address: str) -> None:
    seen = visit()
    seen.run()
    seen.expect_response('"totalCount": 0')
    seen.page.get_by_label("整理格式").click()
    for panel in ("保存的查询", "点选字段", "词汇", "历史", "文档"):
        seen.panel(panel)
    seen.page.get_by_label("设置").click()
    expect(seen.page.get_by_role("dialog")).to_contain_text("跟随系统")
    seen.page.wait_for_load_state("networkidle")
    assert {urlsplit(url).netloc for url in seen.asked} == {urlsplit(address).netloc}
    assert {f"{address}/explorer/vendor/{name}.worker.js" for name in ("editor", "graphql", "json")} <= set(seen.asked)
    assert seen.complaints == []


def test_the_policy_keeps_the_page_from_asking_another_host(visit: Callable[..., Visit]) -> None:
    seen = visit()
    outcome = "fetch('http://127.0.0.1:9/').catch(() => new Promise((told) => setTimeout(told, 100, 'refused')))"
    assert seen.page.evaluate(outcome) == "refused"
    assert [complaint for complaint in seen.complaints if "Content Security Policy" in complaint] != []


def test_the_page_is_chinese_and_names_no_county(visit: Callable[..., Visit]) -> None:
    seen = visit()
    assert seen.page.title() == "志愿服务 · 查询台"
    assert seen.page.locator("html").get_attribute("lang") == "zh-CN"
    labels = seen.page.locator(".graphiql-sidebar button").evaluate_all("all => all.map((one) => one.ariaLabel)")
    assert labels == [
        "显示 文档 / Docs",
        "收起 保存的查询 / Saved queries",
        "显示 点选字段 / Builder",
        "显示 词汇 / Glossary",
        "显示 历史 / History",
        "重新读取结构 (Shift-Ctrl-R)",
        "快捷键",
        "设置",
    ]


def test_a_saved_query_opens_in_a_tab_of_its_own_and_runs(visit: Callable[..., Visit]) -> None:
    seen = visit()
    seen.page.get_by_role("button", name="最大的十支队伍").click()
    expect(seen.page.locator(".graphiql-tab-button")).to_have_text(["未命名", "Largest"])
    assert seen.text("operation.graphql") == f"# 最大的十支队伍\n{LARGEST}"
    assert seen.text("variables.json") == '{"first": 10}'
    seen.run()
    seen.expect_response('"nodes": []')
    seen.page.get_by_role("button", name="队伍总数").click()
    expect(seen.page.locator(".graphiql-tab")).to_have_count(3)
    assert seen.text("variables.json") == ""
    seen.page.locator(".graphiql-tab button", has_text="Largest").click()
    assert seen.text("operation.graphql") == f"# 最大的十支队伍\n{LARGEST}"


def test_the_glossary_finds_a_word_by_chinese_english_term_or_note(visit: Callable[..., Visit]) -> None:
    seen = visit()
    seen.panel("词汇")
    words = seen.page.locator(".listing dt")
    expect(words).to_have_text(["嘎查 village", "接单 accept"])
    for typed in ("接", "ACCEPT", "acceptorder", "单子 队伍"):
        seen.page.get_by_label("找一个词").fill(typed)
        expect(words).to_have_text(["接单 accept"])
    seen.page.get_by_label("找一个词").fill("没有的词")
    expect(words).to_have_count(0)
    expect(seen.page.locator(".listing")).to_contain_text("没有找到“没有的词”。")


@pytest.mark.parametrize(("panel", "empty"), [("保存的查询", "还没有保存的查询。"), ("词汇", "还没有词汇。")])
def test_a_list_says_that_it_loads_is_empty_or_failed(visit: Callable[..., Visit], panel: str, empty: str) -> None:
    waiting: list[Route] = []
    seen = visit(**{"glossary" if panel == "词汇" else "queries": lambda route: waiting.append(route)})
    if panel == "词汇":
        seen.panel(panel)
    listing = seen.page.get_by_role("region", name=panel)

    def answer(**how: Any) -> None:
        """Say that it loads, and answer once the request has come."""
        expect(listing).to_contain_text("正在取…")
        seen.until(lambda: len(waiting) == 1)
        waiting.pop().fulfill(**how)

    answer(status=500, body="")
    expect(listing.get_by_role("alert")).to_contain_text("没有取到内容（HTTP 500）。")
    listing.get_by_role("button", name="再试一次").click()
    answer(json={"not": "a list"})
    expect(listing.get_by_role("alert")).to_contain_text("没有取到内容")
    listing.get_by_role("button", name="再试一次").click()
    answer(json=[])
    expect(listing).to_contain_text(empty)


def test_a_field_ticked_in_the_builder_enters_the_query(visit: Callable[..., Visit]) -> None:
    seen = visit()
    seen.page.get_by_role("button", name="队伍总数").click()
    seen.panel("点选字段")
    seen.page.locator(".graphiql-explorer-field-view", has_text="nodes").last.click()
    seen.page.locator(".graphiql-explorer-field-view", has_text="memberCount").last.click()
    expect(seen.page.locator(".graphiql-query-editor .view-lines")).to_contain_text("memberCount")


def test_a_mistake_is_underlined_and_a_field_is_offered(visit: Callable[..., Visit]) -> None:
    seen = visit()
    seen.page.get_by_label("新标签页").click()
    seen.page.locator(".graphiql-query-editor .view-lines").click()
    seen.page.keyboard.insert_text("{ teams { nope } }")
    expect(seen.page.locator(".graphiql-query-editor .squiggly-error")).to_have_count(1)
    for _ in range(len("nope } }")):
        seen.page.keyboard.press("ArrowLeft")
    seen.page.keyboard.press("Control+Space")
    expect(seen.page.locator(".suggest-widget")).to_contain_text("totalCount")


def test_a_service_that_cannot_be_reached_is_said_in_words(visit: Callable[..., Visit]) -> None:
    seen = visit()
    seen.page.route("**/graphql", lambda route: route.abort())
    seen.run()
    seen.expect_response("连不上服务")
    seen.page.unroute("**/graphql")
    seen.page.route("**/graphql", lambda route: route.fulfill(status=502, body="<html>Bad Gateway</html>"))
    seen.run()
    seen.expect_response("服务没有正常回答（HTTP 502）")


def test_on_a_phone_the_answer_stands_below_and_a_panel_gives_way(visit: Callable[..., Visit]) -> None:
    seen = visit(**PHONE)
    assert seen.page.evaluate("document.documentElement.scrollWidth") == 390
    boxes = [seen.page.locator(part).bounding_box() for part in (".graphiql-editors", ".graphiql-response")]
    editors, response = (box for box in boxes if box is not None)
    assert editors["width"] > 350 and response["width"] > 350
    assert response["y"] >= editors["y"] + editors["height"]
    seen.panel("保存的查询")
    saved = seen.page.get_by_role("button", name="最大的十支队伍")
    saved.click()
    expect(saved).to_have_count(0)
    seen.run()
    seen.expect_response('"nodes": []')
    seen.panel("词汇")
    seen.panel("设置")
    seen.page.get_by_role("dialog").get_by_role("button", name="深色").click()
    expect(seen.page.locator(".graphiql-plugin")).to_have_css("background-color", "rgb(33, 42, 59)")


@pytest.mark.parametrize(("scheme", "background"), [("light", "rgb(255, 255, 255)"), ("dark", "rgb(33, 42, 59)")])
def test_the_page_follows_light_and_dark(visit: Callable[..., Visit], scheme: str, background: str) -> None:
    seen = visit(color_scheme=scheme)
    expect(seen.page.locator(".graphiql-container")).to_have_css("background-color", background)


def test_the_built_files_are_those_of_the_lock_file() -> None:
    lock = json.loads((EXPLORER / "source" / "package-lock.json").read_text())["packages"]
    locked: dict[str, set[str]] = {}
    for path, package in lock.items():
        locked.setdefault(path.rpartition("node_modules/")[2], set()).add(package.get("version"))
    built = json.loads((VENDOR / "versions.json").read_text())
    assert [name for name in built if not set(built[name].split(", ")) <= locked[name]] == []
    licences = (VENDOR / "LICENSES.txt").read_text()
    assert [name for name in built if f"\n{name} {built[name].split(', ')[0]} (" not in licences] == []
    assert {"graphiql", "graphql", "monaco-editor", "react", "react-dom"} <= set(built)


def test_the_committed_files_are_small_and_know_no_registry() -> None:
    files = [path for path in EXPLORER.rglob("*") if path.is_file() and "node_modules" not in path.parts]
    assert sum(path.stat().st_size for path in files) < 8_000_000
    text = {path: path.read_bytes().decode(errors="replace") for path in files}
    hosts = ("registry.npmjs", "unpkg.com", "jsdelivr", "esm.sh", "npmmirror", '"resolved"')
    assert [(path.name, host) for path, content in text.items() for host in hosts if host in content] == []


def test_nothing_that_was_typed_about_people_stays_on_the_device(visit: Callable[..., Visit]) -> None:
    seen = visit()
    for text in (
        'mutation { signIn(input: {phone: "12512345678", code: "424242"}) { __typename } }',
        "{ teams { totalCount } }",
    ):
        seen.page.evaluate(
            """([text, variables]) => { const set = (file, text) =>
            __MONACO.editor.getModels().find((model) => model.uri.path.endsWith(file)).setValue(text);
            set('operation.graphql', text); set('variables.json', variables); }""",
            [text, '{"name": "王小虎的名字"}'],
        )
        seen.run()
        seen.expect_response("totalCount" if "teams" in text else "data")
        seen.page.wait_for_timeout(1200)  # tabs are written half a second later
    kept = seen.page.evaluate("JSON.stringify({ ...localStorage })")
    assert "totalCount" in kept
    assert not [clear for clear in ("12512345678", "424242", "王小虎", "signIn") if clear in kept]
