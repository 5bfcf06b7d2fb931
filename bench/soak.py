"""Whether memory stays: minutes of load with a thousand different documents, the memory of ours after each.

`python bench/soak.py`, ten minutes; exit code 1 above 200 MB, or when the last minutes still grow.
"""

import argparse
import itertools
import json
import os
import sys
from collections.abc import Iterator, Sequence

from bench.catalog import PEERS
from bench.database import database
from bench.load import load
from bench.peers import Server
from web.keys import new_keys

DOCUMENTS, CONNECTIONS = 1000, 16
MOST_MEGABYTES, MOST_GROWTH = 200.0, 3.0
"""Resident, and how much of it the last half of the run may add."""

FIELDS = ("id", "code", "memberCount", "level", "type", "division { code }", "division { name }", "leader { name }",
          "skills { peopleCount }", "skills { skill { code } }")  # fmt: skip


def documents(count: int) -> Iterator[str]:
    """Give different documents, each with a plan and a statement of its own: every choice of fields, in turn."""
    choices = itertools.chain.from_iterable(itertools.combinations(FIELDS, size) for size in range(1, len(FIELDS) + 1))
    for number, chosen in enumerate(itertools.islice(choices, count)):
        yield f"query Soak{number} {{ teams(first: 5) {{ nodes {{ name {' '.join(chosen)} }} }} }}"


def verdict(megabytes: Sequence[float]) -> str | None:
    """Return what is wrong with the memory of the minutes, None when it is bounded and steady."""
    if max(megabytes) > MOST_MEGABYTES:
        return f"{max(megabytes):.0f} MB is more than {MOST_MEGABYTES:.0f}"
    growth = megabytes[-1] - megabytes[(len(megabytes) - 1) // 2]
    return f"the last half of the run added {growth:.1f} MB" if growth > MOST_GROWTH else None


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--minutes", type=int, default=10)
    asked.add_argument("--seconds", type=float, default=60.0, help="of a minute, to try it out")
    asked.add_argument("--documents", type=int, default=DOCUMENTS)
    asked.add_argument("--database", metavar="URL", help="one that holds the demo; else a PostgreSQL is started for it")
    options = asked.parse_args()
    os.environ.update({name.upper(): value for name, value in new_keys().items()})
    bodies = [json.dumps({"query": text}).encode() for text in documents(options.documents)]
    print(f"{len(bodies)} documents. Preparing the database …", file=sys.stderr)
    with database(options.database) as (address, _), Server(PEERS["ours"], {"DATABASE_URL": address}) as server:
        server.first_answer(bodies[0])
        print(f"at first: {server.resident_megabytes():.1f} MB")
        found = []
        for minute in range(1, options.minutes + 1):
            one = load(server.url, bodies, CONNECTIONS, options.seconds)
            if one.failed:
                raise SystemExit(f"{one.failed} requests failed")
            found.append(server.resident_megabytes())
            print(f"minute {minute}: {found[-1]:.1f} MB, {one.rate:.0f} requests/s", flush=True)
    if what := verdict(found):
        raise SystemExit(what)


if __name__ == "__main__":
    main()
