"""What signing in leaves behind is deleted when nobody needs it: also of phones that never had an account."""

import datetime as dt

from sqlalchemy import delete, or_
from sqlalchemy.ext.asyncio import AsyncSession

from models import Attempt, Session, SignInCode, now

SHORTLY = dt.timedelta(days=2)
"""No code lives and no limit counts for so long."""

SESSIONS_KEPT = dt.timedelta(days=90)
"""How long somebody may want to see where an account was signed in."""


async def forget_old(session: AsyncSession) -> int:
    """Delete codes and counts of the days before, and sessions that ended long ago; return how many rows."""
    moment = now()
    long_ago = moment - SESSIONS_KEPT
    gone = 0
    for old in (
        delete(SignInCode).where(SignInCode.created_at < moment - SHORTLY),
        delete(Attempt).where(Attempt.began_at < moment - SHORTLY),
        delete(Session).where(or_(Session.expires_at < long_ago, Session.revoked_at < long_ago)),
    ):
        done = await session.execute(old, execution_options={"synchronize_session": False})
        gone += done.rowcount  # type: ignore[attr-defined]
    return gone
