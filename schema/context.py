"""What a request brings along: who asks, which database answers, and what is counted on the way."""

import datetime as dt
import re
from collections.abc import Awaitable, Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import orjson
from graphql import FieldNode
from sqlalchemy import FromClause
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from domain.acts import Act
from domain.privacy.opening import record_opened
from domain.reach import Bound
from domain.scope import Scoped, Viewer
from domain.sign_in.sender import CodeSender
from models.reading import Reader
from models.sealed import SEALED, Keyring
from schema.nodes import NODES
from schema.plan.spec import MARK

MARKED = re.compile(rf'"\\u{ord(MARK):04x}({SEALED.pattern[1:-1]})"')
"""A sealed value as it stands in an answer, where JSON writes the mark as an escape."""


@dataclass
class Counters:
    """What one request did, for the log line and the metrics. Times in seconds."""

    statements: int = 0
    sql_seconds: float = 0.0
    plan_hits: int = 0
    plan_misses: int = 0
    opened: int = 0
    """Sealed values that the answer shows and that are not on record yet."""


@dataclass(frozen=True)
class Door:
    """Through what a request came, and what signing in and out needs of the outside."""

    address: str
    device: str
    channel: str
    sender: CodeSender
    session_life: dt.timedelta
    let_in: Callable[[str], Awaitable[Viewer]]
    """Gives the browser a session's token and says who that is."""
    let_out: Callable[[Iterable[str], bool], None]
    """Forgets sessions by the hashes of their tokens; with true, the browser forgets its own."""
    openid: str | None = None
    """The WeChat user who is about to be bound to a phone."""


@dataclass
class Context:
    """The context value of every operation."""

    viewer: Viewer
    reader: Reader
    keyring: Keyring
    request_id: str = ""
    counters: Counters = field(default_factory=Counters)
    walks: bool = False
    walk: Callable[[str, list[FieldNode]], Awaitable[Any]] | None = None
    """Set while graphql-core walks: reads a root field, or the row that a mutation gives back."""
    read_row: Callable[[str, FromClause, int, list[FieldNode], Hashable], Awaitable[Any]] | None = None
    engine: AsyncEngine | None = None
    """Where mutations write."""
    team_prefix: str = "T"
    """What the codes of the county's teams begin with."""
    door: Callable[[], Door] | None = None
    """Opens the door for who signs in or out; most requests never ask for it."""
    primary: Callable[[], Reader] | None = None
    """Where questions go to a replica: tells that something is about to be written, and gives what reads after it."""
    renew: Callable[[], Awaitable[Viewer]] | None = None
    """Asks again who the viewer is: a mutation may have changed what it holds."""

    def policy(self, bound: Bound) -> Scoped:
        return Scoped(self.viewer, bound)

    @property
    def viewer_shape(self) -> Hashable:
        return self.viewer.shape

    @property
    def viewer_values(self) -> Mapping[str, Any]:
        return self.viewer.values

    async def read(self, info: Any, type_name: str, key: int) -> dict[str, Any] | None:
        """Return the row that a mutation gives back, as far as the viewer may see it, for its own selection."""
        assert self.read_row is not None
        where = tuple(part for part in info.path.as_list() if isinstance(part, str))
        nodes = info._raw_info.field_nodes
        found: dict[str, Any] | None = await self.read_row(type_name, NODES[type_name], key, nodes, where)
        return found

    def writes(self) -> None:
        """Read from where is written, from now on."""
        if self.primary is not None:
            self.reader = self.primary()

    def open_sealed(self, text: str) -> str:
        """Return the answer with its sealed values in clear."""
        text, count = MARKED.subn(lambda found: orjson.dumps(self.keyring.open(found[1])).decode(), text)
        self.counters.opened += count
        return text

    async def answered(self, operation: str) -> None:
        """Put on record that sealed values were opened. (Without an account it is the dispatcher of one's own machine,
        who holds the keys and the database too: there is nobody to name.)"""
        if self.counters.opened and self.viewer.is_signed_in:
            if self.engine is None:
                raise RuntimeError("What was opened cannot be put on record.")
            async with AsyncSession(self.engine) as session, session.begin():
                await record_opened(session, Act(self.viewer, self.keyring), self.counters.opened, operation)
            self.counters.opened = 0

    def planned(self, hit: bool) -> None:
        self.counters.plan_hits += hit
        self.counters.plan_misses += not hit

    def ran(self, seconds: float) -> None:
        self.counters.statements += 1
        self.counters.sql_seconds += seconds
