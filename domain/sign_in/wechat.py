"""Signing in inside WeChat: the official account's web authorization (OAuth 2.0), real people only."""

import datetime as dt
import hmac
import secrets
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import httpx2
from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession

from domain.events import Actor, record
from domain.refusals import InvalidInput
from domain.sign_in.outgoing import outgoing
from models import Account, Role, WechatIdentity, now
from models.sealed import Keyring

PENDING = dt.timedelta(minutes=10)
"""How long a WeChat user may take to prove a phone."""


@dataclass(frozen=True)
class Wechat:
    """An official account and where it is reached."""

    app_id: str
    secret: str
    authorize_url: str
    api_url: str

    def address(self, redirect_uri: str, state: str) -> str:
        """Return where the browser is sent to ask the user. WeChat minds the order."""
        given = {"appid": self.app_id, "redirect_uri": redirect_uri, "response_type": "code"}
        query = urlencode({**given, "scope": "snsapi_base", "state": state})
        return f"{self.authorize_url}?{query}#wechat_redirect"

    async def openid(self, code: str) -> str:
        """Return who gave this code. Raises InvalidInput when WeChat says no, and for a virtual account, which WeChat
        shows to visitors who did not agree."""
        given = {"appid": self.app_id, "secret": self.secret, "code": code, "grant_type": "authorization_code"}
        try:
            async with outgoing() as client:
                answer = await client.get(f"{self.api_url}/sns/oauth2/access_token", params=given)
                found: Any = answer.json() if answer.is_success else None
        except (httpx2.HTTPError, ValueError):
            raise InvalidInput("code", "wechat_away") from None
        if not isinstance(found, dict) or not isinstance(found.get("openid"), str):
            raise InvalidInput("code", "wechat_refused")
        if found.get("is_snapshotuser"):
            raise InvalidInput("code", "wechat_virtual")
        return str(found["openid"])


def new_state() -> str:
    """Return what is sent to WeChat and kept in a cookie of the same browser: letters and digits, as WeChat wants."""
    return secrets.token_hex(16)


def is_state(kept: str, given: str) -> bool:
    """Tell whether the browser that came back is the one that was sent."""
    return bool(kept) and hmac.compare_digest(kept.encode(), given.encode())


def pending(keyring: Keyring, openid: str) -> str:
    """Return what the browser keeps of a WeChat user who has yet to prove a phone: nothing that it could read."""
    return keyring.seal(f"wechat {int((now() + PENDING).timestamp())} {openid}")


def pending_openid(keyring: Keyring, kept: str) -> str | None:
    """Return the openid of what a browser kept; None for what is too old or not ours."""
    try:
        kind, until, openid = keyring.open(kept).split(" ", 2)
        return openid if kind == "wechat" and int(until) > now().timestamp() else None
    except ValueError:
        return None


async def account_behind(session: AsyncSession, keyring: Keyring, openid: str) -> Account | None:
    """Return the account that a WeChat user was bound to, locked."""
    mine = WechatIdentity.openid_hash == _hash(keyring, openid)
    bound = select(Account).join(WechatIdentity, WechatIdentity.account_id == Account.id).where(mine)
    return (await session.scalars(bound.with_for_update(of=Account))).one_or_none()


async def bind(session: AsyncSession, keyring: Keyring, openid: str, account: Account) -> None:
    """Bind a WeChat user to the account whose phone it has just proved; an older binding ends."""
    insert: Any = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    mine = WechatIdentity.openid_hash == _hash(keyring, openid)
    before = await session.scalar(select(WechatIdentity.account_id).where(mine))
    if before == account.id:
        return
    row = {"openid_hash": _hash(keyring, openid), "account_id": account.id, "created_at": now()}
    bound = insert(WechatIdentity).values(**row)
    await session.execute(bound.on_conflict_do_update(index_elements=[WechatIdentity.openid_hash], set_=row))
    changes = {account.id: "account.wechat_bound"} | ({before: "account.wechat_unbound"} if before else {})
    for key in sorted(changes):  # two chains are taken in the order of their keys
        actor = Actor(Role.RESIDENT.value, "WECHAT", account.id)
        await record(session, entity="account", entity_id=key, type=changes[key], actor=actor)


def _hash(keyring: Keyring, openid: str) -> str:
    return keyring.lookup_hash(f"wechat:{openid}")
