"""What is hidden is answered in the same time as what does not exist, so that nobody can tell by the clock: medians of
1,000 pairs on a registry of real size, the demo county's."""

import random
import statistics
import time
import uuid
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from domain.demo import load_demo
from domain.scope import PUBLIC
from domain.viewers import Viewer
from models import Membership, Person
from tests.schema.cast import OFFICE, PLATFORM_LEAD, STATION, VOLUNTEER, volunteer
from tests.schema.conftest import Api
from tests.schema.matrix_world import World
from tests.schema.rows import KEYRING

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.proof]

PAIRS = 1000
RATIO = 1.2
NOBODY = 10**15
"""Keys from here on are nobody's."""

PERSON = "query ($id: ID!) { person(id: $id) { id name } }"
NODE = "query ($id: ID!) { node(id: $id) { id } }"


def change(mutation: str, kind: str, field: str) -> str:
    return f"""mutation ($id: ID!, $operation: UUID!) {{ {mutation}(input: {{ operationId: $operation, {field}: $id,
      expectedVersion: 1 }}) {{ __typename ... on {kind} {{ id }} }} }}"""


LEADER = volunteer(1, led=(1,))
VIEWERS = {
    "public": PUBLIC,
    "volunteer": VOLUNTEER,
    "leader": LEADER,
    "station": STATION,
    "office": OFFICE,
    "platform lead": PLATFORM_LEAD,
}
ASKED = {
    "person": (PERSON, Person, VIEWERS),
    "node": (NODE, Membership, VIEWERS),
    "approveMembership": (change("approveMembership", "Membership", "membershipId"), Membership, ["leader", "office"]),
    "removeMember": (change("removeMember", "Membership", "membershipId"), Membership, ["leader", "office"]),
    "verifyPerson": (change("verifyPerson", "Person", "personId"), Person, ["station", "office"]),
}
CASES = [pytest.param(what, name, id=f"{what} by {name}") for what, (_, _, names) in ASKED.items() for name in names]


@pytest_asyncio.fixture(scope="session", loop_scope="session", params=["sqlite", "postgresql"])
async def county(
    request: pytest.FixtureRequest, migrated: tuple[Path, str], tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Api]:
    file, template = migrated
    on_server = request.param == "postgresql"
    server = request.getfixturevalue("postgres") if on_server else None
    empty = World(file.parent, server, template if on_server else file.name)
    async with empty.copied().opened() as (reader, engine):
        async with AsyncSession(engine) as session, session.begin():
            await load_demo(session, KEYRING)
        async with engine.connect() as connection:
            await connection.execution_options(isolation_level="AUTOCOMMIT")
            await connection.execute(text("analyze"))
        yield Api(reader, engine)


async def hidden(api: Api, viewer: Viewer, kind: Any) -> list[str]:
    """Return ids of rows that the viewer does not see."""
    assert api.engine is not None
    async with AsyncSession(api.engine) as session:
        keys = list(await session.scalars(select(kind.id).order_by(kind.id)))
    ids = [f"{kind.__name__}_{key}" for key in random.Random(1).sample(keys, PAIRS)]
    found: list[str] = []
    for start in range(0, PAIRS, 100):
        some = ids[start : start + 100]
        answer = await api("query ($ids: [ID!]!) { nodes(ids: $ids) { id } }", {"ids": some}, viewer=viewer)
        found += [id_ for id_, row in zip(some, answer["data"]["nodes"], strict=True) if row is None]
    assert len(found) > PAIRS // 2
    return found


async def medians(api: Api, viewer: Viewer, query: str, kind: Any) -> tuple[float, float]:
    """Return how long answers take about what is hidden and about what does not exist, in turns. Seconds."""
    ids = await hidden(api, viewer, kind)
    times: tuple[list[float], list[float]] = ([], [])
    answers = set()
    for number in range(PAIRS + 20):
        asked = [(0, ids[number % len(ids)]), (1, f"{kind.__name__}_{NOBODY + number}")]
        random.shuffle(asked)
        for which, id_ in asked:
            values = {"id": id_} | ({"operation": str(uuid.uuid4())} if "$operation" in query else {})
            began = time.perf_counter()
            answer = await api(query, values, viewer=viewer)
            times[which].append(time.perf_counter() - began)
            answers.add(str(answer))
    assert len(answers) == 1, answers
    return statistics.median(times[0][20:]), statistics.median(times[1][20:])


@pytest.mark.parametrize(("what", "name"), CASES)
async def test_the_clock_tells_nothing(county: Api, what: str, name: str) -> None:
    query, kind, _ = ASKED[what]
    of_hidden, of_nothing = await medians(county, VIEWERS[name], query, kind)
    ratio = of_hidden / of_nothing
    print(f"{what} by {name}: hidden {of_hidden * 1000:.2f} ms, nothing {of_nothing * 1000:.2f} ms, ratio {ratio:.2f}")
    assert 1 / RATIO < ratio < RATIO
