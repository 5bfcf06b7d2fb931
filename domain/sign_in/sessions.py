"""Sessions: a random token in a cookie, its hash in the database, an end when unused for long, and one in any case."""

import datetime as dt
import hashlib
import secrets

from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from domain.acts import Act
from domain.events import Actor, record
from domain.refusals import InvalidInput, NotFound
from domain.sign_in.accounts import check_open, people_of
from models import Account, Role, Session, SignInCode, now
from models.base import new_key

SEEN_EVERY = dt.timedelta(minutes=5)
"""How exactly it is known when a session was used last."""

FRESH = dt.timedelta(minutes=15)
"""How long after signing in a first password may be set."""

LONGEST_DEVICE = 120


def token_hash(token: str) -> str:
    """Return what is stored of a token: it is random, so a plain hash cannot be guessed back."""
    return hashlib.sha256(token.encode()).hexdigest()


async def open_session(
    session: AsyncSession,
    account: Account,
    *,
    channel: str,
    device: str,
    life: dt.timedelta,
    has_second_factor: bool = False,
) -> tuple[str, Session]:
    """Sign the account in and return the token, which is not known again. Raises InvalidInput for a locked account."""
    check_open(account)
    people = await people_of(session, account)
    token, moment = secrets.token_urlsafe(32), now()
    opened = Session(
        id=new_key(),
        account_id=account.id,
        person_id=people[0] if len(people) == 1 else None,
        token_hash=token_hash(token),
        channel=channel,
        device=device[:LONGEST_DEVICE] or None,
        expires_at=moment + life,
        second_factor_at=moment if has_second_factor else None,
    )
    session.add(opened)
    tries = await _code_tries(session, account)
    account.signed_in_at = moment
    await _record(session, opened, "account.signed_in", code_tries=tries)
    return token, opened


async def _code_tries(session: AsyncSession, account: Account) -> int:
    """Return how many codes were tried since the last time somebody got in. They go on record only now: an event for
    each would make known phones slower to refuse than unknown ones."""
    mine = [SignInCode.phone_hash == account.phone_hash]
    if account.signed_in_at is not None:
        mine.append(SignInCode.created_at > account.signed_in_at)
    return await session.scalar(select(func.coalesce(func.sum(SignInCode.tries), 0)).where(*mine)) or 0


async def end(
    session: AsyncSession,
    account_id: int,
    session_ids: list[int] | None,
    *,
    but: int | None = None,
    actor: Actor | None = None,
) -> list[str]:
    """Sign out these sessions of the account, or all `but` one; return the hashes of their tokens. Raises NotFound when
    none of them is open. Without an actor it is the account itself."""
    mine = [Session.account_id == account_id, Session.revoked_at.is_(None)]
    if session_ids is not None:
        mine.append(Session.id.in_(session_ids))
    if but is not None:
        mine.append(Session.id != but)
    ended = await session.scalars(select(Session).where(*mine).order_by(Session.id).with_for_update())
    hashes = []
    for found in ended:
        found.revoked_at = now()
        hashes.append(found.token_hash)
        await _record(session, found, "account.signed_out", actor)
    if session_ids is not None and not hashes:
        raise NotFound("session")
    return hashes


async def check_fresh(session: AsyncSession, session_id: int | None) -> None:
    """Raises InvalidInput unless the session was opened a moment ago: a stolen cookie sets no first password."""
    opened = await session.scalar(select(Session.created_at).where(Session.id == session_id))
    if opened is None or opened < now() - FRESH:
        raise InvalidInput("password", "sign_in_again")


async def act_for(session: AsyncSession, act: Act, person_id: int | None) -> None:
    """Choose for whom the account acts in this session. Raises NotFound."""
    if person_id not in act.viewer.person_ids:
        raise NotFound("person")
    if act.viewer.session_id is None:
        raise InvalidInput("personId", "no_session")
    chosen = await session.get_one(Session, act.viewer.session_id, with_for_update=True)
    chosen.person_id = person_id
    await _record(session, chosen, "account.person_chosen", act.actor, person_id=person_id)


async def touch(session: AsyncSession, session_id: int) -> None:
    """Remember that the session was used."""
    moment = now()
    used = update(Session).where(Session.id == session_id, Session.seen_at < moment - SEEN_EVERY)
    await session.execute(used.values(seen_at=moment), execution_options={"synchronize_session": False})


async def _record(
    session: AsyncSession, opened: Session, type: str, actor: Actor | None = None, **details: int | None
) -> None:
    await record(
        session,
        entity="account",
        entity_id=opened.account_id,
        type=type,
        actor=actor or Actor(Role.RESIDENT.value, opened.channel, opened.account_id),
        payload={"session_id": opened.id, "second_factor": opened.second_factor_at is not None, **details},
    )
