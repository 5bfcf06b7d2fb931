"""Nothing that was acknowledged is lost: the service is killed in the middle of a stream of writes, again and again."""

import os
import signal
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx2
import pytest
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from domain.chains import verify
from domain.sign_in.sessions import token_hash
from models import Account, Event, Grant, Operation, Session, Team, TeamPlatform, now
from models.base import new_key
from tests.schema import rows
from web.keys import new_keys

WRITERS = 4
CREATE = """mutation ($input: CreateTeamInput!) {
  done: createTeam(input: $input) { __typename ... on Team { id code status } ... on Problem { message } } }"""


@contextmanager
def served(url: str, keys: dict[str, str], folder: Path) -> Iterator[tuple[str, "subprocess.Popen[str]"]]:
    """The service in a process of its own; gives its address when it has said it."""
    settings = {name.upper(): value for name, value in keys.items()}
    process = subprocess.Popen(
        [sys.executable, "-m", "web.cli", "serve", "--port", "0"],
        cwd=folder,
        env={**os.environ, **settings, "DATABASE_URL": url, "PYTHONPATH": str(Path(__file__).parents[2])},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert process.stdout is not None
    try:
        yield process.stdout.readline().rpartition(" ")[2].strip().rstrip("/"), process
    finally:
        process.kill()
        process.communicate()


class Stream:
    """Writers that begin teams as fast as they are answered, each remembering what was acknowledged."""

    def __init__(self, token: str) -> None:
        self.token = token
        self.acknowledged: dict[str, str] = {}
        self.in_doubt: dict[str, dict[str, Any]] = {}

    def run(self, address: str, process: "subprocess.Popen[str]", seconds: float) -> None:
        """Write until the service is killed after some seconds."""
        writers = [threading.Thread(target=self._write, args=(address,)) for _ in range(WRITERS)]
        for writer in writers:
            writer.start()
        time.sleep(seconds)
        process.send_signal(signal.SIGKILL)
        for writer in writers:
            writer.join()

    def _write(self, address: str) -> None:
        with self.client(address) as client:
            while True:
                given = new_team()
                try:
                    self.acknowledged[given["operationId"]] = self.create(client, given)
                except httpx2.HTTPError:
                    self.in_doubt[given["operationId"]] = given
                    return

    def client(self, address: str) -> httpx2.Client:
        return httpx2.Client(base_url=address, cookies={"horqin_session": self.token}, timeout=30)

    def create(self, client: httpx2.Client, given: dict[str, Any]) -> str:
        answer = client.post("/graphql", json={"query": CREATE, "variables": {"input": given}}).json()
        assert answer["data"]["done"]["__typename"] == "Team", answer
        return str(answer["data"]["done"]["id"])


def new_team() -> dict[str, Any]:
    name = f"突击队{uuid.uuid4().hex[:12]}"
    return {
        "operationId": str(uuid.uuid4()),
        "divisionId": "Division_152222102200",
        "type": "SOCIAL_ORG",
        "name": name,
        "platforms": ["CULTURE"],
    }


async def signed_in(engine: AsyncEngine, **granted: Any) -> str:
    """Store a session of an account, with a grant if one is named, and return its token."""
    token = uuid.uuid4().hex
    async with AsyncSession(engine) as session, session.begin():
        account = Account(id=new_key(), phone_masked="125****0001")
        session.add(account)
        await session.flush()
        later = now().replace(year=now().year + 1, day=1)
        session.add(Session(account_id=account.id, token_hash=token_hash(token), channel="WEB", expires_at=later))
        if granted:
            session.add(Grant(account_id=account.id, valid_from=now(), **granted))
    return token


async def check(engine: AsyncEngine, stream: Stream) -> None:
    """Every acknowledged team is there with its event, no event without its team, every chain is whole."""
    async with AsyncSession(engine) as session:
        teams = set(await session.scalars(select(Team.id).where(Team.applicant_id.is_not(None))))
        drafted = list(await session.scalars(select(Event.entity_id).where(Event.type == "team.drafted")))
        operations = set(await session.scalars(select(Operation.key)))
        platforms = set(await session.scalars(select(TeamPlatform.team_id).where(TeamPlatform.team_id.in_(teams))))
        codes = await session.scalar(select(func.count(Team.code.distinct())).where(Team.applicant_id.is_not(None)))
        verdict = await verify(session)
    acknowledged = {int(key.split("_")[1]) for key in stream.acknowledged.values()}
    assert acknowledged <= teams
    assert len(drafted) == len(set(drafted))
    assert set(drafted) == teams == operations == platforms
    assert codes == len(teams)
    assert verdict.fault is None


async def rounds(engine: AsyncEngine, url: str, folder: Path, count: int) -> tuple[int, int]:
    """Kill the service so often; return how many writes were acknowledged and how many were in doubt."""
    await rows.fill(engine)
    stream, keys = Stream(await signed_in(engine)), new_keys()
    for number in range(count):
        with served(url, keys, folder) as (address, process):
            with stream.client(address) as client:
                for operation, given in stream.in_doubt.items():  # the phone sends again what was not answered
                    stream.acknowledged[operation] = stream.create(client, given)
            doubtful, stream.in_doubt = len(stream.in_doubt), {}
            stream.run(address, process, 0.3 + 0.1 * (number % 4))
        if number % 50 == 49 or number == count - 1:
            await check(engine, stream)
    assert doubtful <= WRITERS
    return len(stream.acknowledged), count


async def test_what_was_acknowledged_survives_kills(url: str, engine: AsyncEngine, tmp_path: Path) -> None:
    acknowledged, _ = await rounds(engine, url, tmp_path, 3)
    assert acknowledged > 20


@pytest.mark.proof
async def test_what_was_acknowledged_survives_five_hundred_kills(url: str, engine: AsyncEngine, tmp_path: Path) -> None:
    acknowledged, kills = await rounds(engine, url, tmp_path, 500)
    print(f"{engine.dialect.name}: {kills} kills, {acknowledged} acknowledged writes, none lost, chains whole")
    assert acknowledged > 10 * kills
