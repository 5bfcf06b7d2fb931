"""What an answer costs that its sender has already: a list asked again by its address and tag (304), beside the same
list asked anew, and beside a constant, by turns.

`python bench/unchanged.py`, a minute. It tells how much of the HTTP server's own rate is left.
"""

import argparse
import json
import os
import statistics
import sys
import urllib.parse
import urllib.request
from collections.abc import Callable

from bench.catalog import PEERS
from bench.database import database
from bench.load import Round, load
from bench.operations import OPERATIONS
from bench.peers import Server
from web.keys import new_keys

WAYS = ("304", "the list anew", "constant")


def address(server: Server) -> str:
    """Return the address of R1's list."""
    operation = OPERATIONS["R1"]
    assert operation.variables
    asked = {"query": server.peer.document(operation.document), "variables": json.dumps(operation.variables[0])}
    return f"{server.url}?{urllib.parse.urlencode(asked)}"


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--rounds", type=int, default=3)
    asked.add_argument("--seconds", type=float, default=2.0, help="of each round")
    asked.add_argument("--connections", type=int, nargs="+", default=[1, 32])
    options = asked.parse_args()
    os.environ.update({name.upper(): value for name, value in new_keys().items()})
    print("Preparing the database …", file=sys.stderr)
    with (
        database(None) as (url, _),
        Server(PEERS["ours"], {"DATABASE_URL": url}) as ours,
        Server(PEERS["constant"], {"DATABASE_URL": url}) as constant,
    ):
        variables = OPERATIONS["R1"].variables
        assert variables
        for server in (ours, constant):
            server.first_answer(server.peer.body("teams", variables[0]))
        listed = address(ours)
        urllib.request.urlopen(listed).read()  # noqa: S310  a document is known from its second time on
        with urllib.request.urlopen(listed) as answer:  # noqa: S310
            tag = answer.headers["etag"]
        body = constant.peer.body("teams", variables[0])
        ways: tuple[Callable[[int], Round], ...] = (
            lambda connections: load(listed, [], connections, options.seconds, {"If-None-Match": tag}),
            lambda connections: load(listed, [], connections, options.seconds),
            lambda connections: load(constant.url, [body], connections, options.seconds),
        )
        ways_said = " | ".join(f"{way}, req/s" for way in WAYS)
        print(f"| connections | {ways_said} | 304 over constant |\n|---|---|---|---|---|")
        for connections in options.connections:
            report(connections, ways, options.rounds)


def report(connections: int, ways: tuple[Callable[[int], Round], ...], rounds: int) -> None:
    """Let the ways take turns; a first turn of each warms up and is not counted."""
    turns = [[way(connections) for way in ways] for _ in range(rounds + 1)][1:]
    if any(one.failed for turn in turns for one in turn):
        raise SystemExit("requests failed")
    rates = [statistics.median(one.rate for one in way) for way in zip(*turns, strict=True)]
    share = f"{rates[0] / rates[2]:.2f}"
    print(f"| {connections} | {' | '.join(f'{rate:.0f}' for rate in rates)} | {share} |", flush=True)


if __name__ == "__main__":
    main()
