"""The real service over the demo data, and a real browser that looks at the client it serves."""

import json
import re
import time
import urllib.parse
from collections.abc import Callable, Iterator
from typing import Any

import httpx2
import pytest
from playwright.sync_api import Browser, Page, Request, expect

from domain.demo import load_demo
from models.sealed import Keyring
from tests.serving import chromium, serving
from web.settings import Settings

KEYRING = Keyring("k1", {"k1": b"a secret of the tests' own, 32 bytes"}, b"another secret of the tests' own.")
PHONE: dict[str, Any] = {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True}


@pytest.fixture(scope="session")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The real service over the teams of the demo, with fewer people."""
    settings = Settings(database_url=f"sqlite:///{tmp_path_factory.mktemp('client') / 'test.db'}")
    with serving(settings, lambda session: load_demo(session, KEYRING, people=3000)) as address:
        yield address


@pytest.fixture
def ask(address: str) -> Callable[..., Any]:
    """Ask the API beside the browser: what the page must show."""

    def answer(query: str, **variables: Any) -> Any:
        response = httpx2.post(f"{address}/graphql", json={"query": query, "variables": variables})
        return response.json()["data"]

    return answer


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as browser:
        yield browser


class Visit:
    """A page, what it asked for, and what it complained about."""

    def __init__(self, page: Page, address: str) -> None:
        self.page, self.address = page, address
        self.asked: list[Request] = []
        self.complaints: list[str] = []
        page.on("request", lambda request: self.asked.append(request))
        page.on(
            "console", lambda said: self.complaints.append(said.text) if said.type in ("error", "warning") else None
        )
        page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def open(self, path: str) -> "Visit":
        self.page.goto(self.address + path)
        return self

    def settle(self) -> "Visit":
        """Wait until the page shows what it was opened for."""
        expect(self.page.locator(".brand b")).not_to_be_empty()
        expect(self.page.locator(".skeleton")).to_have_count(0)
        return self

    def rest(self) -> "Visit":
        """Wait until nothing is on its way any more."""
        self.settle().page.wait_for_load_state("networkidle")
        return self

    def until(self, happened: Callable[[], bool]) -> None:
        """Wait for something that the page does not show; 20 s are long enough for a busy machine."""
        last = time.monotonic() + 20
        while not happened():
            assert time.monotonic() < last
            self.page.wait_for_timeout(20)

    def operations(self, name: str) -> list[dict[str, Any]]:
        """The variables with which an operation was asked, in order."""
        queries = [urllib.parse.parse_qs(urllib.parse.urlsplit(one.url).query) for one in self.asked]
        return [json.loads(query["variables"][0]) for query in queries if query.get("operationName") == [name]]

    def total(self) -> int:
        """The number in the line above the list."""
        line = self.page.locator(".tally p")
        expect(line).to_have_text(re.compile(r"共 [\d,]+ 支队伍"))
        return int(re.sub(r"\D", "", line.inner_text()))


@pytest.fixture
def visit(browser: Browser, address: str) -> Iterator[Callable[..., Visit]]:
    """Opens an address of the client on a phone; keywords change the browser, `before` prepares the page."""
    contexts = []

    def open_page(path: str = "/", before: Callable[[Page], None] | None = None, **kind: Any) -> Visit:
        context = browser.new_context(**{"locale": "zh-CN", **(PHONE | kind)})
        contexts.append(context)
        seen = Visit(context.new_page(), address)
        if before:
            before(seen.page)
        return seen.open(path)

    yield open_page
    for context in contexts:
        context.close()
