"""A walk over the chains names whatever was changed or removed behind the triggers' back."""

import datetime as dt
import hashlib
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

import domain.events
from domain.chains import Damage, Fault, last_whole_day, verify
from domain.events import ORIGIN, Actor, hash_after, record
from models import Event, EventHead
from models.database import database_url, writing_engine
from web.migrate import upgrade

THEN = dt.datetime(2026, 1, 2, 3, 4, 5, 678_000, tzinfo=dt.UTC)
DAY = dt.date(2026, 1, 2)
ACTOR = Actor(role="DISPATCHER", channel="API", account_id=41, on_behalf_of=12)

Now = Callable[[dt.datetime], None]


@pytest.fixture
def now_is(monkeypatch: pytest.MonkeyPatch) -> Now:
    return lambda time: monkeypatch.setattr(domain.events, "now", lambda: time)


async def act(engine: AsyncEngine, *entities: tuple[str, int]) -> list[str]:
    """Record an event for each of the entities and return their hashes."""
    async with AsyncSession(engine) as session, session.begin():
        return [
            await record(
                session,
                entity=entity,
                entity_id=key,
                type=f"{entity}.suspended",
                actor=ACTOR,
                operation_id="5c1d",
                from_status="ACTIVE",
                to_status="SUSPENDED",
                payload={"reason": "DORMANT"},
            )
            for entity, key in entities
        ]


@pytest.fixture
async def chains(engine: AsyncEngine, now_is: Now) -> AsyncEngine:
    """Three chains whose events lie between each other: person 7 has one, team 7 three, team 10 two."""
    now_is(THEN)
    await act(engine, ("team", 7), ("team", 10), ("team", 7), ("person", 7), ("team", 10), ("team", 7))
    return engine


async def after(engine: AsyncEngine, *statements: str) -> tuple[Fault | None, str]:
    """Do what somebody with the database's own password could do; return what a walk then finds, and take it back."""
    triggers = {
        "sqlite": ("drop trigger event_no_update", "drop trigger event_no_delete"),
        "postgresql": ("drop trigger event_append_only on event",),
    }
    async with engine.connect() as connection:
        for statement in (*triggers[engine.dialect.name], *statements):
            await connection.exec_driver_sql(statement)
        async with AsyncSession(connection) as session:
            verdict = await verify(session, DAY)
        await connection.rollback()
    return verdict.fault, verdict.root


TEAM_7 = "entity = 'team' and entity_id = 7"
SECOND = f"{TEAM_7} and number = 2"


async def test_whole_chains_are_counted_and_found_whole(chains: AsyncEngine) -> None:
    seen: list[tuple[int, int, str]] = []
    async with AsyncSession(chains) as session:
        verdict = await verify(session, DAY, lambda *numbers: seen.append(numbers))
    assert (verdict.fault, verdict.events, verdict.chains) == (None, 6, 3)
    assert seen == [(6, 6, "事件 events")]


async def test_a_registry_without_events_is_whole(engine: AsyncEngine) -> None:
    async with AsyncSession(engine) as session:
        verdict = await verify(session)
    assert (verdict.fault, verdict.events, verdict.chains) == (None, 0, 0)
    assert verdict.root == hashlib.sha256(b"").hexdigest()


CHANGES = {
    "both": (
        "type = 'team.approved'",
        "actor_id = 42",
        "actor_id = null",
        "actor_role = 'ADMIN'",
        "on_behalf_of = null",
        "occurred_at = '2026-01-02T03:04:05.679Z'",
        "received_at = '2026-01-02T03:04:05.677Z'",
        "channel = 'CLI'",
        "operation_id = '5c1e'",
        "from_status = null",
        "to_status = 'DORMANT'",
        "payload = '{}'",
        """payload = '{"reason": "DORMANT"}'""",
        "hash = prev_hash",
    ),
    "sqlite": ("payload = x'7b7d'", "occurred_at = x'00'", "occurred_at = 'never'", "actor_id = 41.5"),
    "postgresql": ("occurred_at = occurred_at + interval '1 microsecond'",),
}


async def test_whatever_is_changed_in_an_event_shows(chains: AsyncEngine) -> None:
    changes = CHANGES["both"] + CHANGES[chains.dialect.name]
    found = {change: (await after(chains, f"update event set {change} where {SECOND}"))[0] for change in changes}
    assert found == dict.fromkeys(changes, Fault(Damage.CHANGED, "team", 7, 2))


REMOVALS = {
    f"delete from event where {TEAM_7} and number = 1": Fault(Damage.MISSING, "team", 7, 1),
    f"delete from event where {SECOND}": Fault(Damage.MISSING, "team", 7, 2),
    f"delete from event where {TEAM_7} and number = 3": Fault(Damage.MISSING, "team", 7, 3),
    f"delete from event where {TEAM_7}": Fault(Damage.MISSING, "team", 7, 1),
    "delete from event where entity_id = 10": Fault(Damage.MISSING, "team", 10, 1),
    "delete from event": Fault(Damage.MISSING, "person", 7, 1),
    f"update event set number = 9 where {SECOND}": Fault(Damage.MISSING, "team", 7, 2),
    f"update event set entity_id = 8 where {SECOND}": Fault(Damage.MISSING, "team", 7, 2),
    f"delete from event where {SECOND}; update event set number = 2 where {TEAM_7} and number = 3": Fault(
        Damage.UNLINKED, "team", 7, 2
    ),
    f"update event set prev_hash = hash where {SECOND}": Fault(Damage.UNLINKED, "team", 7, 2),
    f"update event_head set hash = upper(hash) where {TEAM_7}": Fault(Damage.HEAD_CHANGED, "team", 7, 3),
    f"update event_head set count = 2 where {TEAM_7}": Fault(Damage.HEAD_CHANGED, "team", 7, 3),
    f"update event_head set count = 4 where {TEAM_7}": Fault(Damage.MISSING, "team", 7, 4),
    f"delete from event where {TEAM_7} and number = 3; update event_head set count = 2 where {TEAM_7}": Fault(
        Damage.HEAD_CHANGED, "team", 7, 2
    ),
    f"delete from event_head where {TEAM_7}": Fault(Damage.HEAD_MISSING, "team", 7, 1),
    "delete from event_head": Fault(Damage.HEAD_MISSING, "person", 7, 1),
    f"delete from event where {SECOND}; update event set payload = '' where entity_id = 10": Fault(
        Damage.MISSING, "team", 7, 2
    ),
}


async def test_whatever_is_removed_moved_or_relinked_shows(chains: AsyncEngine) -> None:
    found = {statements: (await after(chains, *statements.split("; ")))[0] for statements in REMOVALS}
    assert found == REMOVALS


async def test_a_forger_who_hashes_a_changed_event_anew_breaks_the_next_link(engine: AsyncEngine, now_is: Now) -> None:
    now_is(THEN)
    await act(engine, ("team", 7), ("team", 7))
    facts = {
        "entity": "team", "entity_id": 7, "number": 1, "type": "team.approved", "actor_id": 41,
        "actor_role": "DISPATCHER", "on_behalf_of": 12, "occurred_at": THEN, "received_at": THEN, "channel": "API",
        "operation_id": "5c1d", "from_status": "ACTIVE", "to_status": "SUSPENDED", "payload": "{}",
    }  # fmt: skip
    forged = f"type = 'team.approved', payload = '{{}}', hash = '{hash_after(ORIGIN, facts)}'"
    found, _ = await after(engine, f"update event set {forged} where number = 1")
    assert found == Fault(Damage.UNLINKED, "team", 7, 2)


async def root(engine: AsyncEngine, day: dt.date) -> str:
    async with AsyncSession(engine) as session:
        verdict = await verify(session, day)
    assert verdict.fault is None
    return verdict.root


async def test_the_root_of_a_day_covers_what_came_before_midnight_in_china(engine: AsyncEngine, now_is: Now) -> None:
    midnight = dt.datetime(2026, 1, 2, 16, tzinfo=dt.UTC)
    now_is(midnight - dt.timedelta(milliseconds=1))
    team, person = await act(engine, ("team", 7), ("person", 7))
    now_is(midnight)
    later, other = await act(engine, ("team", 7), ("team", 8))
    assert await root(engine, DAY) == hashlib.sha256(f"person 7 1 {person}\nteam 7 1 {team}\n".encode()).hexdigest()
    both = f"person 7 1 {person}\nteam 7 2 {later}\nteam 8 1 {other}\n"
    assert await root(engine, DAY + dt.timedelta(days=1)) == hashlib.sha256(both.encode()).hexdigest()


async def test_a_chain_that_vanished_with_its_head_shows_in_the_root_of_every_day(chains: AsyncEngine) -> None:
    before = await root(chains, DAY)
    assert await after(chains) == (None, before)
    gone, left = await after(
        chains, *(f"delete from {table} where entity_id = 10" for table in ("event", "event_head"))
    )
    assert gone is None
    assert left != before


def test_the_last_whole_day_is_chinas_yesterday() -> None:
    assert last_whole_day() == (dt.datetime.now(dt.UTC) + dt.timedelta(hours=8 - 24)).date()


def generated(count: int, entities: int) -> Iterator[dict[str, Any]]:
    """Events as `record` writes them, those of one entity far apart."""
    last = dict.fromkeys(range(entities), ORIGIN)
    for at in range(count):
        facts = {
            "entity": "person", "entity_id": at % entities, "number": at // entities + 1, "type": "person.certified",
            "actor_id": 900_000_000_000_000_000 + at, "actor_role": "OFFICE_COORDINATOR", "on_behalf_of": None,
            "occurred_at": THEN, "received_at": THEN, "channel": "API", "operation_id": f"operation-{at}",
            "from_status": "ACTIVE", "to_status": "ACTIVE", "payload": '{"certified":true,"skill":17}',
        }  # fmt: skip
        hashed = hash_after(last[at % entities], facts)
        yield {**facts, "prev_hash": last[at % entities], "hash": hashed}
        last[at % entities] = hashed


@pytest.mark.proof
async def test_a_million_events_are_walked_within_a_minute(tmp_path: Path) -> None:
    count, entities, at_once = 1_000_000, 20_000, 20_000
    engine = writing_engine(database_url(f"sqlite:///{tmp_path / 'million.db'}"))
    await upgrade(engine)
    events = generated(count, entities)
    async with engine.begin() as connection:
        for _ in range(count // at_once):
            page = [next(events) for _ in range(at_once)]
            await connection.execute(insert(Event), page)
        heads = [{"entity": "person", "entity_id": row["entity_id"], "count": row["number"], "hash": row["hash"]}
                 for row in page]  # fmt: skip
        await connection.execute(insert(EventHead), heads)
    started = time.perf_counter()
    async with AsyncSession(engine) as session:
        verdict = await verify(session, DAY)
    seconds = time.perf_counter() - started
    await engine.dispose()
    print(f"\n{count:,} events in {entities:,} chains: {seconds:.1f} s")
    assert (verdict.fault, verdict.events, verdict.chains) == (None, count, entities)
    assert seconds < 60
