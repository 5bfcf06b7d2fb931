"""What nobody needs any more is deleted, and nothing that somebody does."""

import datetime as dt
from collections.abc import Awaitable, Callable

from sqlalchemy import select

from domain.sign_in.tidy import forget_old
from models import Attempt, Session, SignInCode, now
from models.base import new_key
from tests.domain.sign_in.conftest import Begin

HOUR = dt.timedelta(hours=1)


async def test_only_what_is_over_is_deleted(begin: Begin, account: Callable[..., Awaitable[int]]) -> None:
    key, moment = await account(), now()
    days = {name: dt.timedelta(days=count) for name, count in (("short", 2), ("long", 90))}
    async with begin() as session:
        for name, began in (("old", moment - days["short"] - HOUR), ("new", moment - days["short"] + HOUR)):
            session.add(SignInCode(phone_hash=name, code_hash="0", created_at=began, expires_at=began))
            session.add(Attempt(subject=name, began_at=began, count=1))
        for name, expires, revoked in (
            ("expired", moment - days["long"] - HOUR, None),
            ("revoked", moment + HOUR, moment - days["long"] - HOUR),
            ("lately expired", moment - days["long"] + HOUR, None),
            ("lately revoked", moment + HOUR, moment - days["long"] + HOUR),
            ("open", moment + HOUR, None),
        ):
            made = Session(id=new_key(), account_id=key, token_hash=name, channel="WEB", expires_at=expires)
            made.revoked_at = revoked
            session.add(made)
    async with begin() as session:
        assert await forget_old(session) == 4
    async with begin() as session:
        assert list(await session.scalars(select(SignInCode.phone_hash))) == ["new"]
        assert list(await session.scalars(select(Attempt.subject))) == ["new"]
        assert set(await session.scalars(select(Session.token_hash))) == {"lately expired", "lately revoked", "open"}
        assert await forget_old(session) == 0
