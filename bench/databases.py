"""What SQLite costs beside PostgreSQL: the same operations on the same rows, one connection, by turns.

`python bench/databases.py`, a few minutes. Ours is started once on each database.
"""

import argparse
import asyncio
import os
import statistics
import sys
import tempfile
from pathlib import Path

from bench.catalog import PEERS
from bench.database import database, fill
from bench.load import load
from bench.operations import OPERATIONS, bodies, choices, difference
from bench.peers import Server
from web.keys import new_keys

NAMES = [name for name in OPERATIONS if name != "people"]
MOST = 2.0
"""Times as long as PostgreSQL takes; more is a failure."""


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--operations", nargs="+", default=NAMES, choices=[*OPERATIONS])
    asked.add_argument("--rounds", type=int, default=3)
    asked.add_argument("--seconds", type=float, default=2.0, help="of each round")
    options = asked.parse_args()
    os.environ.update({name.upper(): value for name, value in new_keys().items()})
    print("Preparing the databases …", file=sys.stderr)
    with tempfile.TemporaryDirectory() as folder, database(None) as (address, _):
        file = f"sqlite:///{Path(folder) / 'bench.db'}"
        asyncio.run(fill(file))
        with (
            Server(PEERS["ours"], {"DATABASE_URL": file}) as lite,
            Server(PEERS["ours"], {"DATABASE_URL": address}) as postgres,
        ):
            for server in (lite, postgres):
                server.first_answer(server.peer.body("tiny", {"code": ""}))
            print("| operation | SQLite, p50 ms | PostgreSQL, p50 ms | SQLite over PostgreSQL |\n|---|---|---|---|")
            over = [compare(name, lite, postgres, options.rounds, options.seconds) for name in options.operations]
    if max(over) > MOST:
        raise SystemExit(f"SQLite takes {max(over):.2f} times as long at worst; at most {MOST:g} is wanted.")


def compare(name: str, lite: Server, postgres: Server, rounds: int, seconds: float) -> float:
    """Print an operation's medians on both; return how many times as long SQLite takes. Raises SystemExit when the
    answers differ."""
    operation, found = OPERATIONS[name], {lite: list[float](), postgres: list[float]()}
    variables = choices(operation, postgres)
    asked = {server: bodies(operation, server, variables) for server in found}
    for one, other in zip(asked[lite], asked[postgres], strict=True):
        if text := difference(operation, lite.ask(one), postgres.ask(other)):
            raise SystemExit(f"{name} differs: {text}")
    for turn in range(rounds + 1):
        for server, taken in found.items():
            one_round = load(server.url, asked[server], 1, seconds)
            if one_round.failed:
                raise SystemExit(f"{name} failed {one_round.failed} requests")
            if turn:
                taken.append(one_round.p50)
    first, second = (statistics.median(taken) for taken in found.values())
    print(f"| {name} | {first:.2f} | {second:.2f} | {first / second:.2f} |", flush=True)
    return first / second


if __name__ == "__main__":
    main()
