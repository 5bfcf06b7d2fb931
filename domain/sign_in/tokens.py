"""Tokens of dashboards: shown once, stored as a hash, with what they read and an end."""

import datetime as dt
import secrets
from collections.abc import Collection

from sqlalchemy import or_, update
from sqlalchemy.ext.asyncio import AsyncSession

from domain.acts import Act
from domain.refusals import InvalidInput, NotFound
from domain.sign_in.sessions import token_hash
from models import ApiToken, ApiTokenScope, TokenScope, now
from models.base import new_key

LONGEST_LIFE = dt.timedelta(days=366)
PREFIX = "hv"
LONGEST_NAME = 60

USED_EVERY = dt.timedelta(minutes=1)
"""How exactly it is known when a token was used last."""


async def create(
    session: AsyncSession, act: Act, name: str, scopes: Collection[TokenScope], expires_at: dt.datetime
) -> tuple[str, ApiToken]:
    """Return a new token `hv_<prefix>_<secret>` and its row. Raises InvalidInput."""
    moment = now()
    if not moment < expires_at <= moment + LONGEST_LIFE:
        raise InvalidInput("expiresAt", "token_life")
    if not name.strip() or len(name) > LONGEST_NAME or not name.isprintable():
        raise InvalidInput("name", "name")
    prefix = secrets.token_hex(4)
    token = f"{PREFIX}_{prefix}_{secrets.token_urlsafe(32)}"
    assert act.viewer.account_id is not None
    made = ApiToken(
        id=new_key(),
        account_id=act.viewer.account_id,
        name=name.strip(),
        prefix=f"{PREFIX}_{prefix}",
        token_hash=token_hash(token),
        expires_at=expires_at,
    )
    session.add(made)
    await session.flush()
    session.add_all(
        [ApiTokenScope(token_id=made.id, scope=scope) for scope in sorted(set(scopes), key=lambda s: s.name)]
    )
    await act.record(session, made, "token.created", scopes=sorted(scope.value for scope in set(scopes)))
    return token, made


async def revoke(session: AsyncSession, act: Act, token_id: int | None) -> ApiToken:
    """End a token. Raises NotFound."""
    token = await act.find(session, ApiToken, token_id)
    if token.revoked_at is not None:
        raise NotFound("api_token")
    token.revoked_at = now()
    await act.record(session, token, "token.revoked")
    return token


async def touch(session: AsyncSession, token_id: int) -> None:
    """Remember that the token was used."""
    moment = now()
    stale = or_(ApiToken.last_used_at.is_(None), ApiToken.last_used_at < moment - USED_EVERY)
    used = update(ApiToken).where(ApiToken.id == token_id, stale).values(last_used_at=moment)
    await session.execute(used, execution_options={"synchronize_session": False})
