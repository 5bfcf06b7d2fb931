"""Signing in through the whole service: a sender that keeps what it was to send, and people who use it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx2
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from domain.sign_in.sender import TerminalSender
from models import Account, Grant, Role, now
from models.base import new_key
from models.sealed import Keyring
from models.text import mask_phone
from web.app import application
from web.keys import keyring, new_keys
from web.settings import Settings

ASK = """mutation ($phone: String!) { done: requestSignInCode(input: {phone: $phone}) { __typename
  ... on CodeSent { expiresInSeconds } ... on Problem { message problemCode } ... on LimitReached { bound } } }"""
ENTER = """mutation ($phone: String!, $code: String!) { done: signIn(input: {phone: $phone, code: $code}) { __typename
  ... on SignedIn { needsSecondFactor account { id phoneMasked } person { id name } }
  ... on Problem { message problemCode } } }"""
WHO = "{ viewer { roles waitingRoles account { id phoneMasked } person { name } } }"


class Kept(TerminalSender):
    """Keeps codes instead of printing them."""

    def __init__(self) -> None:
        super().__init__()
        self.codes: dict[str, str] = {}

    async def send(self, phone: str, code: str) -> None:
        self.codes[phone] = code


class Service:
    """The whole service over one database; each client is a browser of its own."""

    def __init__(self, app: Any, keys: Keyring, sender: Kept) -> None:
        self.app, self.keyring, self.sender = app, keys, sender

    def browser(self, address: str = "127.0.0.1") -> httpx2.AsyncClient:
        transport = httpx2.ASGITransport(app=self.app, client=(address, 40_000))
        return httpx2.AsyncClient(transport=transport, base_url="http://horqin.test")

    async def signed_in(self, phone: str) -> httpx2.AsyncClient:
        """Return a browser in which the phone is signed in."""
        browser = self.browser()
        assert (await done(browser, ASK, phone=phone))["__typename"] == "CodeSent"
        entered = await done(browser, ENTER, phone=phone, code=self.sender.codes[phone])
        assert entered["__typename"] == "SignedIn", entered
        return browser


@asynccontextmanager
async def whole_service(monkeypatch: Any, **settings: Any) -> AsyncIterator[Service]:
    """Start and stop the service like a server does."""
    sender = Kept()
    monkeypatch.setattr("web.visitors.TerminalSender", lambda: sender)
    chosen = Settings(**settings, **new_keys())
    app = application(chosen)
    async with app.router.lifespan_context(app):
        yield Service(app, keyring(chosen), sender)


async def asked(browser: httpx2.AsyncClient, query: str, **variables: Any) -> Any:
    """Return the whole answer of a request."""
    answer = await browser.post("/graphql", json={"query": query, "variables": variables})
    assert answer.status_code == 200, answer.text
    return answer.json()


async def done(browser: httpx2.AsyncClient, query: str, **variables: Any) -> Any:
    """Return what came of the field `done`."""
    answer = await asked(browser, query, **variables)
    assert "errors" not in answer, answer
    return answer["data"]["done"]


async def grant(engine: AsyncEngine, keys: Keyring, phone: str, role: Role, **scope: Any) -> int:
    """Give the account of a phone a role, straight into the database; return the account's key."""
    async with AsyncSession(engine) as session, session.begin():
        account = Account(
            id=new_key(),
            phone_hash=keys.lookup_hash(phone),
            phone_sealed=keys.seal(phone),
            phone_masked=mask_phone(phone),
        )
        session.add(account)
        await session.flush()
        session.add(Grant(account_id=account.id, role=role, valid_from=now(), **scope))
        return account.id
