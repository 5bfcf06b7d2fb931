"""What one process acknowledged, another one never denies: an answer from before is not told to hold after a write."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx2
import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from tests.schema import rows
from tests.web.test_kills import CREATE, new_team, served, signed_in
from web.keys import new_keys

COUNT = {"query": "{ teams(where: { status: { eq: DRAFT } }) { totalCount } }"}
"""The viewer's own drafts."""


@asynccontextmanager
async def two(engine: AsyncEngine, url: str, folder: Path) -> AsyncIterator[list[httpx2.AsyncClient]]:
    """Two processes of the service over one database, and a client of each, signed in."""
    await rows.fill(engine)
    token, keys = await signed_in(engine), new_keys()
    with served(url, keys, folder) as (one, _), served(url, keys, folder) as (other, _):
        clients = [
            httpx2.AsyncClient(base_url=address, cookies={"horqin_session": token}, timeout=30)
            for address in (one, other)
        ]
        async with clients[0], clients[1]:
            yield clients


async def write_and_ask(writer: httpx2.AsyncClient, reader: httpx2.AsyncClient, times: int) -> Counter[int]:
    """Write through one process, then ask the other with the tag from before; return how it was answered. Fails when
    it tells that the answer from before holds, or does not count what was acknowledged."""
    seen, found = await reader.get("/graphql", params=COUNT), Counter[int]()
    for _ in range(times):
        given = {"query": CREATE, "variables": {"input": new_team()}}
        written = (await writer.post("/graphql", json=given)).json()
        assert written["data"]["done"]["__typename"] == "Team", written
        answer = await reader.get("/graphql", params=COUNT, headers={"if-none-match": seen.headers["etag"]})
        assert answer.status_code == 200
        assert total(answer) > total(seen)
        again = await reader.get("/graphql", params=COUNT, headers={"if-none-match": answer.headers["etag"]})
        found.update((answer.status_code, again.status_code))  # somebody else may have written since
        seen = answer
    return found


def total(answer: httpx2.Response) -> int:
    return int(answer.json()["data"]["teams"]["totalCount"])


async def both_ways(clients: list[httpx2.AsyncClient], writers: int, times: int) -> Counter[int]:
    """Let writers work at the same time, half of them through each process."""
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(write_and_ask(clients[at % 2], clients[1 - at % 2], times)) for at in range(writers)]
    return sum((task.result() for task in tasks), Counter[int]())


async def test_a_write_that_was_acknowledged_takes_the_tag_in_every_process(
    url: str, engine: AsyncEngine, tmp_path: Path
) -> None:
    async with two(engine, url, tmp_path) as clients:
        alone = await both_ways(clients, 1, 50)
        assert alone == {200: 50, 304: 50}
        together = await both_ways(clients, 6, 20)
    assert together.total() == 2 * 6 * 20


@pytest.mark.proof
async def test_a_write_that_was_acknowledged_takes_the_tag_thousands_of_times(
    url: str, engine: AsyncEngine, tmp_path: Path
) -> None:
    async with two(engine, url, tmp_path) as clients:
        found = await both_ways(clients, 8, 750)
    print(f"\n{engine.dialect.name}: 6,000 writes by 8 writers through two processes, no tag held; asked again {found}")
