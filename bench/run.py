"""Measure the service beside its peers on one database: `make bench`, or `python bench/run.py --help`."""

import argparse
import contextlib
import datetime as dt
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import psutil

from bench.catalog import PEERS, install
from bench.database import clients, database, run_script
from bench.load import WRK, load
from bench.operations import OPERATIONS, Operation, bodies, choices, difference
from bench.peers import Peer, Server, cpu_seconds
from bench.report import HEAD, MARKDOWN, Measured, lines, ratios, table
from web.keys import new_keys

OURS = PEERS["ours"]
AT_ONCE = 4
"""Servers that are up at a time: more would take connections and memory from each other."""
POOL_SIZE = 8


def equal(servers: Sequence[Server], asked: Mapping[str, list[bytes]], operation: Operation) -> list[Server]:
    """Return the servers that give ours the same answers; one that differs is said and not timed."""
    answers = [servers[0].ask(body) for body in asked[OURS.name]]
    kept = []
    for server in servers:
        try:
            pairs = zip(answers, (server.ask(body) for body in asked[server.peer.name]), strict=True)
            found = next((text for pair in pairs if (text := difference(operation, *pair))), None)
        except (OSError, RuntimeError, KeyError, TypeError) as error:
            found = repr(error)
        if found is None:
            kept.append(server)
        else:
            print(f"{operation.name}: {server.peer.name} DIFFERS and is not timed: {found}")
    return kept


def measure(
    servers: Sequence[Server],
    asked: Mapping[str, list[bytes]],
    connections: int,
    rounds: int,
    seconds: float,
    postgres: int | None,
) -> dict[str, Measured]:
    """Let the servers take turns, one under load at a time; a first turn of each warms up and is not counted. A peer
    that fails under load is named and left out."""
    watched = psutil.Process(postgres) if postgres else None
    found = {server.peer.name: Measured() for server in servers}
    for turn in range(rounds + 1):
        for server in servers:
            name = server.peer.name
            if name not in found:
                continue
            own, theirs = server.cpu_seconds(), cpu_seconds(watched) if watched else 0.0
            one = load(server.url, asked[name], connections, seconds)
            if one.failed or not one.requests:
                what = f"{name} failed {one.failed} requests, answered {one.requests}"
                if server.peer is OURS:
                    raise SystemExit(what)
                print(what, "and is left out", flush=True)
                del found[name]
                continue
            if turn:
                measured = found[name]
                measured.rounds.append(one)
                measured.own_cpu += server.cpu_seconds() - own
                measured.database_cpu += cpu_seconds(watched) - theirs if watched else 0.0
                measured.megabytes = max(measured.megabytes, server.resident_megabytes())
    return found


def started(peers: Sequence[Peer], address: str, workers: int, running: contextlib.ExitStack) -> list[Server]:
    """Start servers one after the other: together they would slow each other's start. A peer that cannot be installed
    or started is named and left out."""
    servers: list[Server] = []
    environment = {
        "DATABASE_URL": address,
        "NODE_DATABASE_URL": address,
        "POOL_SIZE": str(POOL_SIZE),
        "WORKERS": str(workers),
    }
    for peer in peers:
        try:
            install(peer)
            if peer.setup:
                run_script(address, peer.setup)
            server = running.enter_context(Server(peer, environment))
            seconds = server.first_answer(peer.body("teams", OPERATIONS["R1"].variables[0]))
        except (subprocess.CalledProcessError, OSError, RuntimeError) as error:
            if peer is OURS:
                raise
            print(f"{peer.name:13} CANNOT BE STARTED and is left out: {error}", flush=True)
            continue
        print(f"{peer.name:13} first answer after {seconds:.2f} s, {server.resident_megabytes():.0f} MB resident")
        servers.append(server)
    return servers


OTHERS = [name for name in PEERS if name != "ours"]
ASKED = [name for name in OPERATIONS if name != "people"]


def parsed(arguments: Sequence[str] | None = None) -> argparse.Namespace:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--database", metavar="URL", help="one that holds the demo; else a PostgreSQL is started for it")
    asked.add_argument("--peers", nargs="+", default=OTHERS, choices=OTHERS)
    asked.add_argument("--operations", nargs="+", default=ASKED, choices=list(OPERATIONS))
    asked.add_argument("--rounds", type=int, default=3)
    asked.add_argument("--seconds", type=float, default=2.0, help="of each round")
    asked.add_argument("--connections", type=int, nargs="+", default=[1, 32])
    asked.add_argument("--quick", action="store_true", help="one round of a second: to see that all works")
    asked.add_argument("--workers", type=int, default=1, help="processes of each server, on one port")
    asked.add_argument("--at-least", type=float, default=0.0, help="fail unless ours is so many times as fast")
    asked.add_argument("--markdown", type=Path, metavar="FILE", help="also write the table as Markdown")
    options = asked.parse_args(arguments)
    if options.quick:
        options.rounds, options.seconds = 1, 1.0
    return options


def compare(
    servers: Sequence[Server], operation: Operation, options: argparse.Namespace, address: str, postgres: int | None
) -> tuple[list[tuple[int, dict[str, Measured]]], int]:
    """Measure the servers that know an operation; return what was found at each number of connections, and how many
    servers differ or failed."""
    able = [server for server in servers if server.peer.knows(operation.document)]
    variables = choices(operation, servers[0])
    asked = {}
    for server in able:
        with contextlib.suppress(OSError, RuntimeError):  # a peer that gives no cursor is named as one that differs
            asked[server.peer.name] = bodies(operation, server, variables)
    timed = equal(able, asked, operation)
    results, failed = [], 0
    for connections in options.connections if len(timed) > 1 else ():
        found = measure(timed, asked, connections, options.rounds, options.seconds, postgres)
        failed += len(timed) - len(found)
        opened, most, _ = clients(address)
        if opened > min((POOL_SIZE * len(servers) + 1) * options.workers, most - 10):  # one that writes is ours
            raise SystemExit(f"{opened} connections are open, too many to compare: {most} at most")
        print(*lines(operation.name, connections, found), sep="\n", flush=True)
        results.append((connections, found))
    return results, len(able) - len(timed) + failed


def main() -> None:
    options = parsed()
    os.environ.update({name.upper(): value for name, value in new_keys().items()})
    lowest, differing, missing = float("inf"), 0, 0
    print("Preparing the database …", file=sys.stderr)
    with database(options.database) as (address, postgres):
        conditions = (
            f"PostgreSQL {clients(address)[2]}, {os.cpu_count()} cores, {options.rounds} rounds of "
            f"{options.seconds:g} s, processes each: {options.workers}, "
            f"by {'wrk' if WRK else 'our own client'}, {dt.datetime.now(dt.UTC):%Y-%m-%d}"
        )
        print(conditions)
        written = [conditions, "", MARKDOWN]
        others = [PEERS[name] for name in options.peers]
        for at in range(0, len(others), AT_ONCE - 1):
            with contextlib.ExitStack() as running:
                servers = started([OURS, *others[at : at + AT_ONCE - 1]], address, options.workers, running)
                missing += len(others[at : at + AT_ONCE - 1]) + 1 - len(servers)
                print(f"\n{HEAD}")
                for operation in (OPERATIONS[name] for name in options.operations):
                    results, different = compare(servers, operation, options, address, postgres)
                    differing += different
                    for connections, found in results:
                        written += table(operation.name, connections, found)
                        worst = [ratios(found[OURS.name], found[one.name])[1] for one in others if one.name in found]
                        lowest = min([lowest, *worst])
    if options.markdown:
        options.markdown.write_text("\n".join(written) + "\n")
    print("\n".join(["", *written]))
    if differing or missing:
        raise SystemExit(f"{missing} peers could not be started, {differing} differed or failed.")
    if lowest < options.at_least:
        raise SystemExit(f"Ours is {lowest:.1f} times as fast at worst; asked for {options.at_least:g}.")


if __name__ == "__main__":
    main()
