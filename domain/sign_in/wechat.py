"""Signing in inside WeChat: the official account's web authorization (OAuth 2.0), real people only."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import httpx2
from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession

from domain.refusals import InvalidInput
from models import Account, WechatIdentity, now
from models.sealed import Keyring

SECONDS = 10.0


@dataclass(frozen=True)
class Wechat:
    """An official account and where it is reached."""

    app_id: str
    secret: str
    authorize_url: str
    api_url: str

    def address(self, redirect_uri: str, state: str) -> str:
        """Return where the browser is sent to ask the user."""
        given = {"appid": self.app_id, "redirect_uri": redirect_uri, "response_type": "code"}
        query = urlencode({**given, "scope": "snsapi_base", "state": state})
        return f"{self.authorize_url}?{query}#wechat_redirect"

    async def openid(self, code: str) -> str:
        """Return who gave this code. Raises InvalidInput when WeChat says no, and for a virtual account, which WeChat
        shows to visitors who did not agree."""
        given = {"appid": self.app_id, "secret": self.secret, "code": code, "grant_type": "authorization_code"}
        try:
            async with httpx2.AsyncClient(timeout=SECONDS, follow_redirects=False) as client:
                answer = await client.get(f"{self.api_url}/sns/oauth2/access_token", params=given)
                found: Any = answer.json()
        except (httpx2.HTTPError, ValueError):
            raise InvalidInput("code", "wechat_away") from None
        if not isinstance(found, dict) or not isinstance(found.get("openid"), str):
            raise InvalidInput("code", "wechat_refused")
        if found.get("is_snapshotuser"):
            raise InvalidInput("code", "wechat_virtual")
        return str(found["openid"])


async def account_behind(session: AsyncSession, keyring: Keyring, openid: str) -> Account | None:
    """Return the account that a WeChat user was bound to, locked."""
    mine = WechatIdentity.openid_hash == keyring.lookup_hash(f"wechat:{openid}")
    bound = select(Account).join(WechatIdentity, WechatIdentity.account_id == Account.id).where(mine)
    return (await session.scalars(bound.with_for_update(of=Account))).one_or_none()


async def bind(session: AsyncSession, keyring: Keyring, openid: str, account: Account) -> None:
    """Bind a WeChat user to the account whose phone it has just proved; an older binding ends."""
    insert: Any = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    row = {"openid_hash": keyring.lookup_hash(f"wechat:{openid}"), "account_id": account.id, "created_at": now()}
    bound = insert(WechatIdentity).values(**row)
    await session.execute(
        bound.on_conflict_do_update(index_elements=[WechatIdentity.openid_hash], set_={"account_id": account.id})
    )
