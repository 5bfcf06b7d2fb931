"""The page of imports: a workbook is dropped, checked row by row, confirmed; who may not is told what to do."""

import base64
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Route, expect
from sqlalchemy.ext.asyncio import AsyncSession

from domain.county import default_folder, load_county
from domain.sign_in.sessions import token_hash
from models import Account, Grant, Role, Session, now
from tests.client.conftest import PHONE, Visit
from tests.client.test_look import violations
from tests.serving import serving
from web.settings import Settings
from web.visitors import COOKIE

SAMPLES = Path(__file__).parents[1] / "samples"
CLEAN, MIXED = SAMPLES / "01_clean.xlsx", SAMPLES / "03_mixed_words.xlsx"
TOKENS = {"first": 1, "second": 2, "resident": 3, "unproven": 4}
"""Sessions, and their accounts: two dispatchers, somebody without a role, a dispatcher without a second factor."""

DROP = """([base64, name]) => {
  const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
  const data = new DataTransfer();
  data.items.add(new File([bytes], name));
  const dropped = new DragEvent('drop', { dataTransfer: data, bubbles: true, cancelable: true });
  document.querySelector('.drop').dispatchEvent(dropped);
}"""


async def fill(session: AsyncSession) -> None:
    await load_county(session, default_folder())
    for token, key in TOKENS.items():
        session.add(Account(id=key, phone_hash=token))
        await session.flush()
        proven = None if token == "unproven" else now()
        if token != "resident":
            session.add(Grant(account_id=key, role=Role.DISPATCHER))
        session.add(
            Session(
                account_id=key, token_hash=token_hash(token), channel="WEB", second_factor_at=proven,
                expires_at=now().replace(year=2099),
            )
        )  # fmt: skip


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A service over a county without teams."""
    folder = tmp_path_factory.mktemp("office")
    with serving(Settings(database_url=f"sqlite:///{folder / 'test.db'}"), fill) as address:
        yield address


@pytest.fixture
def enter(browser: Browser, office: str) -> Iterator[Callable[..., Visit]]:
    """Opens the page of imports on a phone, signed in by a token."""
    contexts = []

    def open_page(who: str = "first", path: str = "/imports", **kind: Any) -> Visit:
        context = browser.new_context(**{"locale": "zh-CN", **(PHONE | kind)})
        contexts.append(context)
        context.add_cookies([{"name": COOKIE, "value": who, "url": office}])
        return Visit(context.new_page(), office).open(path).settle()

    yield open_page
    for context in contexts:
        context.close()


def choose(page: Page, path: Path) -> None:
    page.locator(".drop input").set_input_files(path)


def drop(page: Page, path: Path, name: str) -> None:
    page.evaluate(DROP, [base64.b64encode(path.read_bytes()).decode(), name])


def test_a_workbook_is_dropped_checked_and_confirmed_and_known_again(enter: Callable[..., Visit]) -> None:
    seen = enter()
    page = seen.page
    expect(page.get_by_text("还没有导入过文件")).to_be_visible()
    drop(page, MIXED, "台账.xlsx")
    expect(page.get_by_text("现在还没有写入任何内容")).to_be_visible()
    expect(page.get_by_role("heading", name="台账.xlsx")).to_be_visible()
    expect(page.locator(".sums dd").first).to_contain_text("，更新 0，未变 0")
    rejected = page.get_by_role("tab", name="拒收")
    count = int(re.sub(r"\D", "", rejected.inner_text()))
    expect(page.locator(".entries li")).to_have_count(count)
    rejected.press("ArrowRight")
    mended = page.get_by_role("tab", name="修正")
    expect(mended).to_be_focused()
    expect(mended).to_have_attribute("aria-selected", "true")
    expect(page.locator(".entries li")).to_have_count(50)
    page.get_by_role("button", name="再看一些").click()
    expect(page.locator(".entries li")).to_have_count(100)
    shown = page.locator("#rows").inner_text()
    assert re.search(r"\d{3}\*{4}\d{4}", shown)
    assert re.search(r"1\d{10}", shown) is None
    for width, scheme in ((390, "light"), (1280, "dark")):
        page.set_viewport_size({"width": width, "height": 844})
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        assert violations(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") == width
    page.reload()
    seen.settle()
    page.get_by_role("button", name="确认导入").click()
    expect(page.get_by_text("整份文件一次写入")).to_be_visible()
    page.get_by_role("link", name="看队伍名录").click()
    assert seen.settle().total() > 20
    page.goto(f"{seen.address}/imports")
    expect(seen.settle().page.locator(".earlier li")).to_contain_text(["台账.xlsx已导入"])
    choose(page, MIXED)
    expect(page.get_by_role("alert")).to_contain_text("不需要再做什么")
    page.get_by_role("button", name="仍要再导入一次").click()
    page.get_by_role("button", name="放弃").click()
    expect(page.get_by_text("已放弃")).to_have_count(2)
    page.get_by_role("button", name="导入另一份").click()
    expect(page.locator(".drop")).to_be_visible()
    assert page.evaluate("Object.keys(localStorage).filter((name) => /Import/.test(name)).length") == 0
    assert [said for said in seen.complaints if "409" not in said] == []


def test_progress_moves_while_a_file_is_sent_and_read(enter: Callable[..., Visit]) -> None:
    seen = enter("second")
    page = seen.page
    shares: list[str] = []

    def slowly(route: Route) -> None:
        shares.append(page.locator(".progress p").inner_text())
        route.continue_()

    page.route("**/imports?name=*", slowly)
    steps = iter([(0, 0), (200, 668), (600, 668)])

    def reading(route: Route) -> None:
        done, total = next(steps, (-1, -1))
        if done < 0:
            route.continue_()
            return
        answer = route.fetch().json()
        answer |= {"state": "READING", "progress": {"done": done, "total": total, "step": "读取台账 reading"}}
        route.fulfill(json=answer)

    page.route("**/imports/WorkbookImport_*", reading)
    told: list[str] = []
    page.expose_function("tell", lambda line: told.append(line))
    page.evaluate(
        """() => new MutationObserver(() => {
          const line = document.querySelector('.progress p');
          if (line) window.tell(line.textContent);
        }).observe(document.body, { subtree: true, childList: true, characterData: true })"""
    )
    choose(page, CLEAN)
    expect(page.get_by_text("现在还没有写入任何内容")).to_be_visible()
    heard = list(dict.fromkeys(told))
    assert any(line.startswith("正在上传") for line in heard), heard
    assert [line for line in heard if "668" in line] == ["正在读取第 200 行，共 668 行", "正在读取第 600 行，共 668 行"]
    page.get_by_role("button", name="放弃").click()


def test_who_may_not_import_is_told_what_to_do(enter: Callable[..., Visit]) -> None:
    for token, line in (("", "请先登录"), ("resident", "您的角色不能导入台账"), ("unproven", "请先通过动态口令")):
        page = enter(token or "nobody").page
        expect(page.locator(".empty")).to_contain_text(line)
        expect(page.locator(".drop")).to_have_count(0)
        assert violations(page) == []


def test_another_s_import_is_not_there(enter: Callable[..., Visit]) -> None:
    page = enter("first", "/imports?id=WorkbookImport_77").page
    expect(page.get_by_role("alert")).to_contain_text("没有这次导入，或者它不是您的")


def test_what_cannot_be_read_or_sent_is_said_in_words(enter: Callable[..., Visit], tmp_path: Path) -> None:
    broken = tmp_path / "坏的.xlsx"
    broken.write_bytes(CLEAN.read_bytes()[:4000])
    page = enter("second").page
    choose(page, broken)
    expect(page.get_by_text("工作簿已损坏或不完整")).to_be_visible()
    page.get_by_role("button", name="导入另一份").click()
    large = tmp_path / "large.xlsx"
    with large.open("wb") as file:
        file.truncate(21 * 2**20)
    choose(page, large)
    expect(page.get_by_role("alert")).to_contain_text("文件超过 20 MB")
    page.context.set_offline(True)
    choose(page, CLEAN)
    expect(page.get_by_role("alert")).to_contain_text("文件还在您的设备上")
    page.context.set_offline(False)
    page.get_by_role("button", name="再试一次").click()
    expect(page.get_by_text("现在还没有写入任何内容")).to_be_visible()
    page.get_by_role("button", name="English").click()
    expect(page.get_by_role("button", name="Discard")).to_be_visible()
    assert violations(page) == []
    page.get_by_role("button", name="Discard").click()


def test_both_languages_have_the_same_words(enter: Callable[..., Visit]) -> None:
    page = enter().page
    shapes = page.evaluate(
        """async () => {
          const [{ said }, { language }] = [await import('/client/imports/words.js'), await import('/client/words.js')];
          const shape = (all) => Object.entries(all).map(([name, word]) =>
            typeof word === 'object' ? [name, Object.keys(word)] : [name, typeof word]);
          const found = [];
          for (const one of ['ZH', 'EN']) { language.value = one; found.push(shape(said())); }
          return found;
        }"""
    )
    assert shapes[0] == shapes[1]
    assert len(shapes[0]) > 30
