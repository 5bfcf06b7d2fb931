"""Signing in inside WeChat. The test plays WeChat: a server of its own that answers as WeChat's does."""

import json
import threading
from collections.abc import AsyncIterator, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

import httpx2
import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from models import Session, WechatIdentity
from tests.web.signing import ASK, ENTER, WHO, Service, asked, done, whole_service

PHONE = "12500000001"
ANSWERS = {
    "real": {"access_token": "t", "openid": "o-real"},
    "virtual": {"access_token": "t", "openid": "o-virtual", "is_snapshotuser": 1},
}


class Wechat(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        address = urlsplit(self.path)
        asked = {name: values[0] for name, values in parse_qs(address.query).items()}
        known = address.path == "/sns/oauth2/access_token" and asked["secret"] == "s3" and asked["appid"] == "wx1"
        answer = ANSWERS.get(asked["code"], {"errcode": 40029}) if known else {"errcode": 40013}
        self.send_response(200)
        self.send_header("content-type", "text/plain")
        self.end_headers()
        self.wfile.write(json.dumps(answer).encode())

    def log_message(self, *_: object) -> None: ...


@pytest.fixture(scope="module")
def wechat() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Wechat)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.fixture
async def service(
    url: str, engine: AsyncEngine, wechat: str, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Service]:
    settings = {
        "wechat_app_id": "wx1", "wechat_secret": "s3", "wechat_api_url": wechat, "public_url": "http://127.0.0.1:8000",
    }  # fmt: skip
    async with whole_service(monkeypatch, database_url=url, **settings) as found:
        yield found


async def visit(browser: httpx2.AsyncClient, code: str) -> httpx2.Response:
    """Go out to WeChat, which sends the browser back with this code."""
    out = await browser.get("/wechat")
    assert out.status_code == 302
    address = urlsplit(out.headers["location"])
    assert address.fragment == "wechat_redirect"
    given = {name: values[0] for name, values in parse_qs(address.query).items()}
    assert given["redirect_uri"] == "http://127.0.0.1:8000/wechat/back"
    return await browser.get("/wechat/back", params={"code": code, "state": given["state"]})


async def test_a_wechat_user_proves_a_phone_once(service: Service, engine: AsyncEngine) -> None:
    browser = service.browser()
    assert (await visit(browser, "real")).headers["location"] == "/?bind=wechat"
    assert (await asked(browser, WHO))["data"]["viewer"]["roles"] == ["PUBLIC"]
    await done(browser, ASK, phone=PHONE)
    assert (await done(browser, ENTER, phone=PHONE, code=service.sender.codes[PHONE]))["__typename"] == "SignedIn"
    again = service.browser()
    assert (await visit(again, "real")).headers["location"] == "/"
    assert (await asked(again, WHO))["data"]["viewer"]["account"]["phoneMasked"] == "125****0001"
    async with AsyncSession(engine) as session:
        stored = list(await session.scalars(select(WechatIdentity.openid_hash)))
        channels = set(await session.scalars(select(Session.channel)))
    assert len(stored) == 1
    assert "o-real" not in stored[0]
    assert "WECHAT" in channels


async def test_a_virtual_account_is_refused(service: Service) -> None:
    refused = await visit(service.browser(), "virtual")
    assert refused.status_code == 403
    assert "使用完整服务" in refused.json()["errors"][0]["message"]


async def test_a_code_that_wechat_does_not_know_is_refused(service: Service) -> None:
    refused = await visit(service.browser(), "stolen")
    assert refused.status_code == 403


async def test_a_state_of_another_browser_is_refused(service: Service) -> None:
    mine, other = service.browser(), service.browser()
    state = parse_qs(urlsplit((await other.get("/wechat")).headers["location"]).query)["state"][0]
    for browser in (mine, service.browser()):
        if browser is mine:
            await browser.get("/wechat")
        refused = await browser.get("/wechat/back", params={"code": "real", "state": state})
        assert refused.status_code == 403


async def test_without_an_official_account_there_is_no_such_address(
    url: str, engine: AsyncEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with whole_service(monkeypatch, database_url=url) as plain:
        assert (await plain.browser().get("/wechat")).status_code == 404


async def test_where_people_come_by_https_cookies_go_by_nothing_else(
    url: str, engine: AsyncEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with whole_service(monkeypatch, database_url=url, public_url="https://volunteers.example") as secure:
        browser = secure.browser()
        await done(browser, ASK, phone=PHONE)
        given = {"phone": PHONE, "code": secure.sender.codes[PHONE]}
        entered = await browser.post("/graphql", json={"query": ENTER, "variables": given})
    assert "; Secure" in entered.headers["set-cookie"]
