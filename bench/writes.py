"""What a mutation costs: applications to teams (R7), ours beside a function of the database that does the same in one
round trip, called by PostGraphile and by a bare ASGI app.

`python bench/writes.py`, some minutes. Each request is an application of its own; what a round wrote is taken away
before the next, but for events, which nobody can delete.
"""

import argparse
import asyncio
import contextlib
import datetime as dt
import itertools
import json
import os
import sys
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import asyncpg
import psutil
from sqlalchemy.ext.asyncio import AsyncSession

from bench.catalog import PEERS
from bench.database import database, run_script
from bench.load import load
from bench.peers import Server, cpu_seconds
from bench.report import HEAD, MARKDOWN, Measured, lines, table
from bench.run import OURS, started
from domain.sign_in.sessions import open_session
from models import Account
from models.base import new_key
from models.database import database_url, writing_engine
from web.keys import new_keys

FUNCTION = Path(__file__).with_name("writes.sql")
PEOPLE, MOST = 20, 5_000
"""People of one account, and the applications that are ready for each second of a round; more is a failure."""

PHONE = "bench"
"""Stands where the hash of their common phone does."""

PAIRS = """
select p.id, t.id from person p cross join team t where p.phone_hash = $1 and t.status = 'ACTIVE'
  and not exists (select from membership m where m.team_id = t.id and m.person_id = p.id)
  order by md5(p.id || '-' || t.id)"""
"""In no order of people or teams: neighbors would wait for each other's rows."""
CLEAN = (
    "delete from membership where proposed_by_id = $1 and status = 'APPLIED'",
    "delete from operation where account_id = $1",
)
WRITTEN = "select count(*) from membership where proposed_by_id = $1 and status = 'APPLIED'"


@dataclass
class Applicants:
    """The account that applies, its session's token, and which of its people may apply to which team."""

    account: int
    token: str
    pairs: list[tuple[int, int]]

    def bodies(self, server: Server, count: int) -> list[bytes]:
        """Return so many applications, none of which was sent before."""
        made = []
        for person, team in itertools.islice(itertools.cycle(self.pairs), count):
            variables: dict[str, object] = {"operationId": str(uuid.uuid4()), "teamId": team, "personId": person}
            if server.peer is OURS:
                variables |= {"teamId": f"Team_{team}", "personId": f"Person_{person}"}
            else:
                variables["accountId"] = self.account
            if not server.peer.by_name:
                variables = {name: str(value) for name, value in variables.items()}
            made.append(server.peer.body("apply", variables))
        return made

    def headers(self, server: Server) -> dict[str, str]:
        return {"Cookie": f"horqin_session={self.token}"} if server.peer is OURS else {}


async def applicants(address: str) -> Applicants:
    """Give some people one phone, and its account a session."""
    connection = await asyncpg.connect(address)
    people = "(select id from person where status = 'VERIFIED' order by id limit $2)"
    await connection.execute(f"update person set phone_hash = $1 where id in {people}", PHONE, PEOPLE)  # noqa: S608
    engine = writing_engine(database_url(address))
    async with AsyncSession(engine, expire_on_commit=False) as session, session.begin():
        account = Account(id=new_key(), phone_hash=PHONE)
        session.add(account)
        await session.flush()
        life = dt.timedelta(days=1)
        token, _ = await open_session(session, account, channel="WEB", device="bench", life=life)
    await engine.dispose()
    pairs = [(row[0], row[1]) for row in await connection.fetch(PAIRS, PHONE)]
    await connection.close()
    return Applicants(account.id, token, pairs)


async def taken_away(address: str, account: int) -> int:
    """Delete what was written; return how many applications there were."""
    connection = await asyncpg.connect(address)
    count = int(await connection.fetchval(WRITTEN, account))
    for statement in CLEAN:
        await connection.execute(statement, account)
    await connection.close()
    return count


def measure(
    servers: list[Server], found: Applicants, address: str, connections: int, options: argparse.Namespace, postgres: int
) -> dict[str, Measured]:
    """Let the servers take turns; a first turn of each warms up and is not counted."""
    watched, results = psutil.Process(postgres), {server.peer.name: Measured() for server in servers}
    for turn in range(options.rounds + 1):
        for server in servers:
            asked = found.bodies(server, min(len(found.pairs), int(MOST * options.seconds)))
            own, theirs = server.cpu_seconds(), cpu_seconds(watched)
            one = load(server.url, asked, connections, options.seconds, found.headers(server))
            own, theirs = server.cpu_seconds() - own, cpu_seconds(watched) - theirs
            written = asyncio.run(taken_away(address, found.account))
            if one.failed or one.requests > len(asked) or not one.requests <= written <= one.requests + connections:
                raise SystemExit(f"{server.peer.name}: {one.requests} answers, {one.failed} failed, {written} rows")
            if turn:
                measured = results[server.peer.name]
                measured.rounds.append(one)
                measured.own_cpu += own
                measured.database_cpu += theirs
                measured.megabytes = max(measured.megabytes, server.resident_megabytes())
    return results


def check(server: Server, found: Applicants, address: str) -> None:
    """Raises SystemExit unless one application sent twice leaves one row and gives the same twice."""
    [body] = found.bodies(server, 1)
    first, again = (server.ask(body, found.headers(server)) for _ in range(2))
    rows = asyncio.run(taken_away(address, found.account))
    if rows != 1 or first != again or "APPLIED" not in json.dumps(first):
        raise SystemExit(f"{server.peer.name}: {rows} rows, {first} and {again}")


@contextlib.contextmanager
def prepared() -> Iterator[tuple[str, int, Applicants]]:
    """Give a database with the demo and the function, and who applies."""
    with database(None) as (address, postgres):
        assert postgres is not None
        run_script(address, FUNCTION)
        yield address, postgres, asyncio.run(applicants(address))


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--peers", nargs="+", default=["sql", "postgraphile"], choices=["sql", "postgraphile"])
    asked.add_argument("--rounds", type=int, default=3)
    asked.add_argument("--seconds", type=float, default=2.0, help="of each round")
    asked.add_argument("--connections", type=int, nargs="+", default=[1, 32])
    options = asked.parse_args()
    os.environ.update({name.upper(): value for name, value in new_keys().items()})
    print("Preparing the database …", file=sys.stderr)
    written = [MARKDOWN]
    with prepared() as (address, postgres, found), contextlib.ExitStack() as running:
        servers = started([OURS, *(PEERS[name] for name in options.peers)], address, 1, running)
        for server in servers:
            check(server, found, address)
        print(HEAD)
        for connections in options.connections:
            results = measure(servers, found, address, connections, options, postgres)
            print(*lines("R7", connections, results), sep="\n", flush=True)
            written += table("R7", connections, results)
    print("\n".join(["", *written]))


if __name__ == "__main__":
    main()
