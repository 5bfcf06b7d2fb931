"""Tags of answers by address: what still holds is not made again, and nothing is told to hold that does not."""

import base64
import datetime as dt
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx2
import orjson
import pytest
from sqlalchemy import func, select, text
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from domain.sign_in.sessions import open_session
from models import Account, Event, Grant, Role, now
from models.base import new_key
from models.reading import PostgresReader, SqliteReader
from models.stamp import READ
from tests.schema import rows
from web.app import application
from web.keys import new_keys
from web.pages import CLIENT
from web.settings import Settings
from web.trusted import digest

TEAM = (CLIENT / "operations" / "Team.graphql").read_text(encoding="utf-8")
NAMES = "{ people { nodes { name } } }"
PHONES = "{ people { nodes { phone } } }"
KEYS = {  # those with which the rows are sealed
    "secret_keys": "k1:" + base64.b64encode(b"a secret of the tests' own, 32 bytes").decode(),
    "lookup_key": base64.b64encode(b"another secret of the tests' own.").decode(),
}
TOWNSHIP, NEIGHBOR = 152222102000, 152222105000


class Asking:
    """A browser or a dashboard that asks by address."""

    def __init__(self, http: httpx2.AsyncClient) -> None:
        self.http = http

    async def ask(
        self, query: str, known: httpx2.Response | None = None, kind: str = "*/*", **variables: Any
    ) -> httpx2.Response:
        """Ask a query by its hash if it is trusted, else by its text; `known` is an answer that is at hand."""
        by_hash = {"persistedQuery": {"version": 1, "sha256Hash": digest(query)}}
        given = {"extensions": orjson.dumps(by_hash).decode()} if query == TEAM else {"query": query}
        headers = {"accept": kind} | ({"if-none-match": known.headers["etag"]} if known else {})
        given["variables"] = orjson.dumps(variables).decode()
        return await self.http.get("/graphql", params=given, headers=headers)

    async def asked_before(self, query: str, **variables: Any) -> httpx2.Response:
        """Return the answer to a document that the process knows."""
        await self.ask(query, **variables)
        answer = await self.ask(query, **variables)
        assert (answer.status_code, "errors" in answer.json()) == (200, False), answer.text
        return answer


@asynccontextmanager
async def serving(url: str, **settings: Any) -> AsyncIterator[Any]:
    """A process of the service; gives what makes clients of it, with a session's token or without."""
    app = application(Settings(database_url=url, **settings))

    def client(token: str = "") -> Asking:
        cookies = {"horqin_session": token} if token else None
        transport = httpx2.ASGITransport(app=app)
        return Asking(httpx2.AsyncClient(transport=transport, base_url="http://localhost", cookies=cookies))

    async with app.router.lifespan_context(app):
        yield client


@pytest.fixture
async def client(url: str, engine: AsyncEngine) -> AsyncIterator[Any]:
    await rows.fill(engine)
    async with serving(url, **KEYS) as client:
        yield client


@pytest.fixture
def statements(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What the service reads from here on."""
    seen: list[str] = []
    for reader in (PostgresReader, SqliteReader):
        fetch = reader.fetch

        async def seen_fetch(self: Any, sql: str, arguments: list[Any], fetch: Any = fetch) -> Any:
            seen.append(sql)
            return await fetch(self, sql, arguments)

        monkeypatch.setattr(reader, "fetch", seen_fetch)
    return seen


async def signed_in(engine: AsyncEngine, role: Role, **scope: Any) -> str:
    """Give an account a role; return the token of its session."""
    async with AsyncSession(engine) as session, session.begin():
        account = Account(id=new_key())
        session.add_all((account, Grant(account=account, role=role, valid_from=now(), **scope)))
        await session.flush()
        life = dt.timedelta(days=1)
        token, _ = await open_session(session, account, channel="WEB", device="", life=life, has_second_factor=True)
    return token


async def write(engine: AsyncEngine, statement: str) -> None:
    async with engine.begin() as connection:
        await connection.execute(text(statement))


async def test_what_still_holds_costs_one_read_of_the_stamps_and_no_plan(
    client: Any, engine: AsyncEngine, statements: list[str]
) -> None:
    public = client()
    first = await public.ask(TEAM, code="T-0003")
    statements.clear()
    again = await public.ask(TEAM, first, code="T-0003")
    assert (again.status_code, again.content) == (304, b"")
    assert statements == [READ[engine.dialect.name]]
    same = ("etag", "cache-control", "vary")
    assert [again.headers[name] for name in same] == [first.headers[name] for name in same]
    assert again.headers["cache-control"] == "public, no-cache"
    assert again.headers["vary"] == "Accept, Cookie, Authorization, Accept-Encoding"


async def test_a_write_to_a_table_of_the_answer_takes_its_tag_and_another_write_does_not(
    client: Any, engine: AsyncEngine
) -> None:
    public = client()
    first = await public.ask(TEAM, code="T-0003")
    await write(engine, "update person set name = '别人' where id = 1001")  # the public's page of a team has no people
    assert (await public.ask(TEAM, first, code="T-0003")).status_code == 304
    await write(engine, "update team set intro = '新的介绍' where code = 'T-0003'")
    second = await public.ask(TEAM, first, code="T-0003")
    assert (second.status_code, second.json()["data"]["team"]["intro"]) == (200, "新的介绍")
    assert second.headers["etag"] != first.headers["etag"]
    assert (await public.ask(TEAM, second, code="T-0003")).status_code == 304


async def test_other_variables_and_another_type_of_answer_have_other_tags(client: Any) -> None:
    public = client()
    first = await public.ask(TEAM, code="T-0003")
    assert (await public.ask(TEAM, first, code="T-0004")).status_code == 200
    assert (await public.ask(TEAM, first, code="T-0003", language="EN")).status_code == 200
    assert (await public.ask(TEAM, first, "application/graphql-response+json", code="T-0003")).status_code == 200


async def test_a_tag_that_a_middleman_weakened_fits_among_others(client: Any) -> None:
    public = client()
    first = await public.ask(TEAM, code="T-0003")
    first.headers["etag"] = f'"other", W/{first.headers["etag"]}'
    assert (await public.ask(TEAM, first, code="T-0003")).status_code == 304


async def test_a_request_that_is_wrong_is_refused_whatever_tag_it_brings(client: Any) -> None:
    public = client()
    first = await public.ask(TEAM, code="T-0003")
    refused = await public.ask(TEAM, first)
    assert (refused.status_code, refused.json()["errors"][0]["extensions"]["code"]) == (200, "BAD_USER_INPUT")


async def test_a_neighbors_tag_fits_nobody_else(client: Any, engine: AsyncEngine) -> None:
    tokens = [
        await signed_in(engine, Role.OFFICE_COORDINATOR, division_id=TOWNSHIP),
        await signed_in(engine, Role.OFFICE_COORDINATOR, division_id=NEIGHBOR),
    ]
    own, neighbor, public = client(tokens[0]), client(tokens[1]), client()
    first = await own.asked_before(NAMES)
    assert len(first.json()["data"]["people"]["nodes"]) == 20
    assert first.headers["cache-control"] == "private, no-cache"
    again = await own.ask(NAMES, first)
    assert (again.status_code, again.headers["cache-control"]) == (304, "private, no-cache")
    for other in (neighbor, public):
        await other.ask(NAMES)
        answer = await other.ask(NAMES, first)
        assert (answer.status_code, answer.json() == first.json()) == (200, False)


async def test_what_a_viewer_may_see_is_part_of_the_tag(client: Any, engine: AsyncEngine) -> None:
    coordinator = client(await signed_in(engine, Role.OFFICE_COORDINATOR, division_id=TOWNSHIP))
    first = await coordinator.asked_before(NAMES)
    await write(engine, f"update role_grant set division_id = {NEIGHBOR}")
    coordinator.http.cookies.set("horqin_session", await signed_in(engine, Role.RESIDENT))  # nobody is remembered
    after = await coordinator.ask(NAMES, first)
    assert (after.status_code, after.json()["data"]["people"]["nodes"]) == (200, [])


async def test_each_answer_that_opens_phones_is_made_and_leaves_its_event(client: Any, engine: AsyncEngine) -> None:
    dispatcher = client(await signed_in(engine, Role.DISPATCHER))
    first = await dispatcher.asked_before(PHONES)
    again = await dispatcher.ask(PHONES, first)
    assert again.status_code == 304  # nothing is sent twice
    async with AsyncSession(engine) as session:
        opened = select(func.count()).select_from(Event).where(Event.type.like("%opened%"))
        assert await session.scalar(opened) == 3


async def test_all_processes_give_the_same_tag(client: Any, url: str, engine: AsyncEngine) -> None:
    public = client()
    first = await public.ask(TEAM, code="T-0003")
    async with serving(url, **new_keys()) as other:
        assert (await other().ask(TEAM, first, code="T-0003")).status_code == 304
        await write(engine, "update team set intro = '新的介绍' where code = 'T-0003'")
        assert (await other().ask(TEAM, first, code="T-0003")).status_code == 200


async def test_what_is_posted_has_no_tag_and_reads_no_stamps(client: Any, statements: list[str]) -> None:
    http = client().http
    for _ in range(2):
        answer = await http.post("/graphql", json={"query": TEAM, "variables": {"code": "T-0003"}})
    assert "etag" not in answer.headers
    assert len(statements) == 2
