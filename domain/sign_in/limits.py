"""How often something may be tried: counted in the database, so that all processes and new connections count alike."""

import datetime as dt
import ipaddress
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import case
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession

from domain.refusals import LimitReached
from models import Attempt, now
from models.sealed import Keyring


def network_of(address: str) -> str:
    """Return what one subscriber holds: an address of IPv4, the 64 bits of IPv6 that are given out together."""
    try:
        found = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if isinstance(found, ipaddress.IPv6Address):
        return str(found.ipv4_mapped or ipaddress.ip_network((found, 64), strict=False))
    return str(found)


@dataclass(frozen=True)
class Limit:
    """At most `bound` times in a window that begins with the first, for each that `each` makes of a subject."""

    name: str
    bound: int
    window: dt.timedelta
    each: Callable[[str], str] = str


MINUTE, HOUR, DAY = dt.timedelta(minutes=1), dt.timedelta(hours=1), dt.timedelta(days=1)

CODES_A_MINUTE = Limit("code_minute", 1, MINUTE)
CODES_A_DAY = Limit("code_day", 5, DAY)
CODES_FROM_ADDRESS = Limit("code_address", 30, HOUR, network_of)
CODES_OF_ALL = Limit("code_all", 300, HOUR)
"""Messages cost money, and each is five guesses among a million: whatever happens, there are no more. 20,000 people
who sign in once a month ask for about 70 in a working hour."""
TRIES_FROM_ADDRESS = Limit("try_address", 100, HOUR, network_of)
TRIES_OF_PHONE = Limit("try_phone", 20, HOUR)
TRIES_OF_ACCOUNT = Limit("try_account", 10, HOUR)


async def count(session: AsyncSession, keyring: Keyring, limit: Limit, subject: str) -> None:
    """Count one more. Raises LimitReached beyond the bound; the caller commits all the same, or tries would be free.

    The subject, which may be a phone or an address, is stored as a keyed hash."""
    insert: Any = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    moment, stored = now(), f"{limit.name}:{keyring.lookup_hash(limit.each(subject))}"
    fresh = insert(Attempt).values(subject=stored, began_at=moment, count=1)
    is_over = Attempt.began_at <= moment - limit.window
    counted = await session.scalar(
        fresh.on_conflict_do_update(
            index_elements=[Attempt.subject],
            set_={
                "count": case((is_over, fresh.excluded.count), else_=Attempt.count + 1),
                "began_at": case((is_over, fresh.excluded.began_at), else_=Attempt.began_at),
            },
        ).returning(Attempt.count)
    )
    if counted is None or counted > limit.bound:
        raise LimitReached(limit.name, limit.bound)
