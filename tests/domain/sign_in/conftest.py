"""What the tests of signing in share: transactions that last, a clock to turn, a reader, a neighbor on the network."""

import asyncio
import datetime as dt
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, async_sessionmaker

from domain.sign_in import accounts, codes, known, limits, sessions, tokens, totp, wechat
from models import Account, Event, Person, PersonStatus
from models.base import new_key
from models.base import now as real_now
from models.reading import Reader, open_reader
from models.sealed import Keyring

PHONE, OTHER = "12500000001", "12500000002"

Begin = Callable[[], AbstractAsyncContextManager[AsyncSession]]


@pytest.fixture
def begin(engine: AsyncEngine) -> Begin:
    """Opens a transaction that is committed at its end."""
    return async_sessionmaker(engine, expire_on_commit=False).begin


@pytest.fixture
async def reader(engine: AsyncEngine) -> AsyncIterator[Reader]:
    reader = open_reader(engine.url, 2)
    await reader.start()
    yield reader
    await reader.close()


class Clock:
    """The time that signing in goes by."""

    def __init__(self) -> None:
        self.moment = real_now()

    def __call__(self) -> dt.datetime:
        return self.moment

    def turn(self, **time: float) -> None:
        self.moment += dt.timedelta(**time)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """A clock that stands until it is turned."""
    clock = Clock()
    for module in (accounts, codes, known, limits, sessions, tokens, totp, wechat):
        if hasattr(module, "now"):
            monkeypatch.setattr(module, "now", clock)
    return clock


@pytest.fixture
def account(begin: Begin, keyring: Keyring) -> Callable[..., Awaitable[int]]:
    """Makes the account of a phone and returns its key."""

    async def made(phone: str = PHONE) -> int:
        async with begin() as session:
            return (await accounts.account_of(session, keyring, phone)).id

    return made


@pytest.fixture
def person(begin: Begin, keyring: Keyring) -> Callable[..., Awaitable[int]]:
    """Registers somebody under a phone and returns the key."""

    async def made(phone: str | None = PHONE, status: PersonStatus = PersonStatus.VERIFIED) -> int:
        async with begin() as session:
            hashed = keyring.lookup_hash(phone) if phone else None
            found = Person(id=new_key(), name="其木格", name_masked="其**", pinyin="qi mu ge", search="", status=status)
            found.phone_hash = hashed
            session.add(found)
            return found.id

    return made


@pytest.fixture
def events(begin: Begin) -> Callable[[int], Awaitable[list[tuple[str, str, str, str]]]]:
    """Returns what is on record about an account: type, role and channel of who acted, details."""

    async def found(account_id: int) -> list[tuple[str, str, str, str]]:
        columns = select(Event.type, Event.actor_role, Event.channel, Event.payload)
        mine = columns.where(Event.entity == "account", Event.entity_id == account_id).order_by(Event.number)
        async with begin() as session:
            return [tuple(row) for row in await session.execute(mine)]

    return found


async def row(begin: Begin, key: int) -> Account:
    async with begin() as session:
        return await session.get_one(Account, key)


class Neighbor:
    """An HTTP server that gives one answer and remembers what it was asked."""

    def __init__(self) -> None:
        self.address, self.answer, self.asked = "", b"", []  # type: str, bytes | None, list[bytes]

    def says(self, body: bytes, status: str = "200 OK", kind: str = "text/plain", more: str = "") -> None:
        head = (
            f"HTTP/1.1 {status}\r\ncontent-type: {kind}\r\ncontent-length: {len(body)}\r\nconnection: close\r\n{more}"
        )
        self.answer = head.encode() + b"\r\n" + body

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        lengths = [line.split(b":")[1] for line in head.lower().split(b"\r\n") if line.startswith(b"content-length")]
        self.asked.append(head + await reader.readexactly(int(lengths[0]) if lengths else 0))
        if self.answer is None:
            await reader.read()  # until the other side has had enough
        else:
            writer.write(self.answer)
        writer.close()


@pytest.fixture
async def neighbor() -> AsyncIterator[Neighbor]:
    async with listening() as found:
        yield found


@asynccontextmanager
async def listening() -> AsyncIterator[Neighbor]:
    neighbor = Neighbor()
    server = await asyncio.start_server(neighbor.serve, "127.0.0.1", 0)
    neighbor.address = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    neighbor.says(b"{}")
    yield neighbor
    server.close()
    await server.wait_closed()


def many(count: int, work: Callable[[int], Awaitable[Any]]) -> Awaitable[list[Any]]:
    """Do the same `count` times at once; give what came of each, refusals too."""
    return asyncio.gather(*(work(number) for number in range(count)), return_exceptions=True)
