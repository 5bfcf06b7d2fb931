"""Who a token belongs to: one statement for everything that is stored about who asks."""

import datetime as dt
from typing import Any

import orjson

from domain.events import moment_text
from domain.sign_in.sessions import SEEN_EVERY
from domain.sign_in.tokens import USED_EVERY
from domain.viewers import Held, SignedIn
from models import MembershipRole, Platform, Role, TokenScope, now
from models.reading import Reader

LEADING = {MembershipRole.LEADER.value, MembershipRole.DEPUTY.value}
KEEPING = {MembershipRole.RECORDER.value, MembershipRole.CONTACT.value}

# Names of the same functions: what a statement of both databases is made of.
WORDS = {
    "postgresql": {"object": "json_build_object", "array": "json_build_array", "list": "json_agg", "mark": "$"},
    "sqlite": {"object": "json_object", "array": "json_array", "list": "json_group_array", "mark": "?"},
}

BY_SESSION = """
select {object}(
  'account', a.id, 'session', s.id, 'acting', s.person_id, 'channel', s.channel,
  'factor', s.second_factor_at is not null, 'stale', s.seen_at < {mark}3,
  'people', (select {list}(p.id) from person p
             where p.phone_hash = a.phone_hash and p.status not in ('MERGED', 'ERASED')),
  'teams', (select {list}({array}(m.team_id, m.role)) from person p join membership m on m.person_id = p.id
            where p.phone_hash = a.phone_hash and p.status not in ('MERGED', 'ERASED', 'SUSPENDED')
              and m.status = 'ACTIVE' and m.role <> 'MEMBER'),
  'grants', (select {list}({array}(g.role, d.id, d.last_id, g.platform, g.team_id, g.unit_id))
             from role_grant g left join division d on d.id = g.division_id
             where g.account_id = a.id and g.revoked_at is null and g.valid_from <= {mark}4
               and (g.valid_until is null or g.valid_until > {mark}4)))
from session s join account a on a.id = s.account_id
where s.token_hash = {mark}1 and s.revoked_at is null and s.seen_at > {mark}2 and s.expires_at > {mark}4
  and a.status = 'ACTIVE'
"""

BY_BEARER = """
select {object}('account', a.id, 'token', t.id, 'stale', t.last_used_at is null or t.last_used_at < {mark}2,
  'scopes', (select {list}(c.scope) from api_token_scope c where c.token_id = t.id))
from api_token t join account a on a.id = t.account_id
where t.token_hash = {mark}1 and t.revoked_at is null and t.expires_at > {mark}3 and a.status = 'ACTIVE'
  and exists (select 1 from role_grant g
              where g.account_id = a.id and g.role = 'ADMIN' and g.revoked_at is null and g.valid_from <= {mark}3
                and (g.valid_until is null or g.valid_until > {mark}3))
"""


async def by_session(reader: Reader, hashed: str, idle: dt.timedelta) -> tuple[SignedIn, bool] | None:
    """Return who is signed in by the session's token, and whether its last use should be written down; None for a
    session that ended, was not used for `idle`, or never was."""
    moment = now()
    found = await _fetch(reader, BY_SESSION, hashed, moment - idle, moment - SEEN_EVERY, moment)
    if found is None:
        return None
    teams = found["teams"] or []
    known = SignedIn(
        found["account"],
        found["session"],
        found["acting"],
        found["channel"],
        bool(found["factor"]),
        tuple(found["people"] or ()),
        tuple(team for team, role in teams if role in LEADING),
        tuple(team for team, role in teams if role in KEEPING),
        tuple(_held(*grant) for grant in found["grants"] or ()),
    )
    return known, bool(found["stale"])


async def by_token(reader: Reader, hashed: str) -> tuple[int, int, frozenset[TokenScope], bool] | None:
    """Return the account, the key and the scopes of a dashboard's token, and whether its use should be written down.
    A token ends with the role of who made it: they still know it."""
    moment = now()
    found = await _fetch(reader, BY_BEARER, hashed, moment - USED_EVERY, moment)
    if found is None:
        return None
    return found["account"], found["token"], frozenset(map(TokenScope, found["scopes"] or ())), bool(found["stale"])


def _held(
    role: str, low: int | None, high: int | None, platform: str | None, team: int | None, unit: int | None
) -> Held:
    place = None if low is None or high is None else (low, high)
    return Held(Role(role), place, Platform(platform) if platform else None, team, unit)


async def _fetch(reader: Reader, statement: str, hashed: str, *moments: dt.datetime) -> Any:
    times = moments if reader.dialect == "postgresql" else [moment_text(moment) for moment in moments]
    text = await reader.fetch(statement.format(**WORDS[reader.dialect]), [hashed, *times])
    return None if text is None else orjson.loads(text)
