"""What scope and masking cost: the same operations asked by the public, a township's office and the dispatcher.

`python bench/viewers.py`. The public's answers hold no people, so only operations about teams are compared with it.
"""

import argparse
import asyncio
import datetime as dt
import http.client
import json
import os
import statistics
import sys
import time
from collections.abc import Mapping
from urllib.parse import urlsplit

from sqlalchemy.ext.asyncio import AsyncSession

from bench.catalog import PEERS
from bench.database import database
from bench.operations import OPERATIONS, choices
from bench.peers import Peer, Server
from domain.sign_in.sessions import open_session
from models import Account, Grant, Role, now
from models.base import new_key
from models.database import database_url, writing_engine
from web.keys import new_keys

TOWNSHIP = 152222102000
OPERATION_NAMES = ("R1", "R4", "R6")
VIEWERS = {"public": None, "office": Role.OFFICE_COORDINATOR, "dispatcher": Role.DISPATCHER}


async def sessions(address: str) -> dict[str, str]:
    """Sign in an account of each role; return the tokens."""
    engine, tokens = writing_engine(database_url(address)), {}
    async with AsyncSession(engine) as session, session.begin():
        for name, role in VIEWERS.items():
            if role is None:
                continue
            account = Account(id=new_key())
            place = TOWNSHIP if role is Role.OFFICE_COORDINATOR else None
            session.add_all(
                (account, Grant(id=new_key(), account=account, role=role, division_id=place, valid_from=now()))
            )
            await session.flush()
            life = dt.timedelta(days=1)
            tokens[name], _ = await open_session(
                session, account, channel="WEB", device="bench", life=life, has_second_factor=True
            )
    await engine.dispose()
    return tokens


def seconds(connection: http.client.HTTPConnection, body: bytes, headers: Mapping[str, str]) -> float:
    """Return how long one request takes."""
    started = time.perf_counter()
    connection.request("POST", "/graphql", body, dict(headers))
    answer = json.loads(connection.getresponse().read())
    if "errors" in answer:
        raise SystemExit(f"refused: {answer['errors']}")
    return time.perf_counter() - started


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--requests", type=int, default=600, help="of each viewer and operation")
    asked.add_argument("--database", metavar="URL", help="one that holds the demo; else a PostgreSQL is started for it")
    options = asked.parse_args()
    os.environ.update({name.upper(): value for name, value in new_keys().items()})
    print("Preparing the database …", file=sys.stderr)
    ours = Peer("ours", PEERS["ours"].command)
    with database(options.database) as (address, _), Server(ours, {"DATABASE_URL": address}) as server:
        server.first_answer(ours.body("tiny", {"code": ""}))
        tokens = asyncio.run(sessions(address))
        print("| operation | " + " | ".join(f"{name}, median ms" for name in VIEWERS) + " | highest over public |")
        print("|---" * (len(VIEWERS) + 2) + "|")
        for name in OPERATION_NAMES:
            report(server, tokens, name, options.requests)


def report(server: Server, tokens: Mapping[str, str], name: str, requests: int) -> None:
    """Let the viewers take turns at an operation and print their medians."""
    operation, taken = OPERATIONS[name], {viewer: list[float]() for viewer in VIEWERS}
    bodies = [server.peer.body(operation.document, given) for given in choices(operation, server)]
    json_type = {"Content-Type": "application/json"}
    headers = {viewer: {**json_type, "Cookie": f"horqin_session={tokens.get(viewer, '')}"} for viewer in VIEWERS}
    headers["public"] = json_type
    where = urlsplit(server.url)
    connection = http.client.HTTPConnection(where.hostname or "", where.port)
    for turn in range(requests):
        for viewer in VIEWERS:
            taken[viewer].append(seconds(connection, bodies[turn % len(bodies)], headers[viewer]))
    connection.close()
    medians = {viewer: statistics.median(found[requests // 10 :]) * 1000 for viewer, found in taken.items()}
    share = max(medians.values()) / medians["public"]
    print(f"| {name} | " + " | ".join(f"{one:.2f}" for one in medians.values()) + f" | {share:.2f} |", flush=True)


if __name__ == "__main__":
    main()
