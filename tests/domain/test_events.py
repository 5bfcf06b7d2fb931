"""Every event stands at the end of its entity's chain, says nothing personal, and stays as it was written."""

import asyncio
import datetime as dt
import hashlib
from typing import Any

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

import domain.events
from domain.chains import verify
from domain.events import Actor, Happened, canonical, record, record_all
from models import Event, EventHead

THEN = dt.datetime(2026, 1, 2, 3, 4, 5, 678_000, tzinfo=dt.UTC)
CHINA = dt.timezone(dt.timedelta(hours=8))
COORDINATOR = Actor(role="OFFICE_COORDINATOR", channel="API", account_id=41, on_behalf_of=12)
SYSTEM = Actor(role="SYSTEM", channel="SYSTEM")

FIRST = (
    '{"actor_id":41,"actor_role":"OFFICE_COORDINATOR","channel":"API","entity":"team","entity_id":7,"from_status":'
    '"SUBMITTED","number":1,"occurred_at":"2026-01-01T16:00:00.001Z","on_behalf_of":12,"operation_id":'
    '"0b9f6a7e-6f0e-4d6b-9a53-2f8f3f1f0c11","payload":"{\\"certified\\":true,\\"node\\":null,\\"skills\\":[3,5]}",'
    '"received_at":"2026-01-02T03:04:05.678Z","to_status":"ACTIVE","type":"team.approved"}'
)
FIRST_HASH = "843917e31bb27a62b1847ddd68f663ee05ddcfea2c6d90ef341406fa09dfb747"


@pytest.fixture
def at_then(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(domain.events, "now", lambda: THEN)


async def recorded(session: AsyncSession, **facts: Any) -> Event:
    """Record an event and read it again."""
    hashed = await record(session, **facts)
    return (await session.scalars(select(Event).where(Event.hash == hashed))).one()


async def approve(session: AsyncSession) -> Event:
    return await recorded(
        session,
        entity="team",
        entity_id=7,
        type="team.approved",
        actor=COORDINATOR,
        operation_id="0b9f6a7e-6f0e-4d6b-9a53-2f8f3f1f0c11",
        occurred_at=dt.datetime(2026, 1, 2, 0, 0, 0, 1_999, tzinfo=CHINA),
        from_status="SUBMITTED",
        to_status="ACTIVE",
        payload={"skills": [3, 5], "node": None, "certified": True},
    )


@pytest.mark.usefixtures("at_then")
async def test_the_hash_of_an_event_is_the_same_on_every_machine(session: AsyncSession) -> None:
    event = await approve(session)
    assert event.hash == FIRST_HASH == hashlib.sha256(f"{'0' * 64}{FIRST}".encode()).hexdigest()
    assert (event.number, event.prev_hash) == (1, "0" * 64)


@pytest.mark.usefixtures("at_then")
async def test_an_event_without_anything_optional_hashes_what_it_has(session: AsyncSession) -> None:
    event = await recorded(session, entity="team", entity_id=7, type="team.counted", actor=SYSTEM)
    assert (event.occurred_at, event.received_at, event.payload) == (THEN, THEN, "{}")
    facts = (
        '{"actor_role":"SYSTEM","channel":"SYSTEM","entity":"team","entity_id":7,"number":1,"occurred_at":'
        '"2026-01-02T03:04:05.678Z","payload":"{}","received_at":"2026-01-02T03:04:05.678Z","type":"team.counted"}'
    )
    assert event.hash == hashlib.sha256(f"{'0' * 64}{facts}".encode()).hexdigest()


async def test_events_follow_each_other_and_the_head_names_the_last(session: AsyncSession) -> None:
    first, second = await approve(session), await approve(session)
    other = await recorded(session, entity="person", entity_id=7, type="person.registered", actor=SYSTEM)
    assert [(event.number, event.prev_hash) for event in (first, second, other)] == [
        (1, "0" * 64),
        (2, first.hash),
        (1, "0" * 64),
    ]
    assert first.sequence < second.sequence < other.sequence
    heads = select(EventHead.entity, EventHead.entity_id, EventHead.count, EventHead.hash).order_by(EventHead.entity)
    assert (await session.execute(heads)).all() == [("person", 7, 1, other.hash), ("team", 7, 2, second.hash)]


async def test_an_event_goes_with_the_transaction_that_it_is_part_of(engine: AsyncEngine) -> None:
    async with AsyncSession(engine) as session:
        await approve(session)
        await session.rollback()
        assert (await session.scalars(select(EventHead.count))).all() == []
        assert (await approve(session)).number == 1


async def test_writers_at_once_leave_no_gap_and_no_fork(engine: AsyncEngine) -> None:
    async def write() -> None:
        for _ in range(3):
            async with AsyncSession(engine) as session, session.begin():
                await approve(session)

    await asyncio.gather(*(write() for _ in range(8)))
    async with AsyncSession(engine) as session:
        events = (await session.scalars(select(Event).order_by(Event.number))).all()
        assert [event.number for event in events] == list(range(1, 25))
        assert [event.prev_hash for event in events] == ["0" * 64, *(event.hash for event in events[:-1])]
        assert (await session.scalars(select(EventHead.hash))).all() == [events[-1].hash]


async def test_a_second_writer_waits_for_the_first_ones_commit(engine: AsyncEngine) -> None:
    async def second() -> int:
        async with AsyncSession(engine) as session, session.begin():
            return (await approve(session)).number

    async with AsyncSession(engine) as session, session.begin():
        await approve(session)
        waiting = asyncio.create_task(second())
        done, _ = await asyncio.wait([waiting], timeout=0.2)
        assert done == set()
    assert await waiting == 2


@pytest.mark.parametrize(
    "statement",
    [
        "update event set payload = '{}'",
        "update event set sequence = sequence + 1",
        "delete from event",
        "delete from event where number = 1",
    ],
)
async def test_the_database_refuses_to_change_or_delete_an_event(engine: AsyncEngine, statement: str) -> None:
    await refused(engine, statement)


async def test_the_database_refuses_to_empty_or_replace_events(engine: AsyncEngine) -> None:
    if engine.dialect.name == "postgresql":
        return await refused(engine, "truncate event")
    others = "type, actor_role, occurred_at, received_at, channel, payload, prev_hash, hash"
    for sequence, number in (("sequence", "99"), ("99", "number")):
        columns = f"entity, entity_id, {others}"
        await refused(
            engine,
            f"replace into event (sequence, number, {columns}) select {sequence}, {number}, {columns} from event",
        )


async def refused(engine: AsyncEngine, statement: str) -> None:
    async with AsyncSession(engine) as session, session.begin():
        if not (await session.scalars(select(Event))).all():
            await approve(session)
    with pytest.raises(DBAPIError, match="event is append-only"):
        async with engine.begin() as connection:
            await connection.execute(text(statement))
    async with AsyncSession(engine) as session:
        events = (await session.scalars(select(Event))).all()
        assert [(event.number, event.payload) for event in events] == [
            (1, '{"certified":true,"node":null,"skills":[3,5]}')
        ]


def test_canonical_json_has_one_form() -> None:
    assert canonical({"b": [1, (True, None)], "a": {"d": "KYZQ-0001", "c": ""}, "B": 912345678901234567}) == (
        '{"B":912345678901234567,"a":{"c":"","d":"KYZQ-0001"},"b":[1,[true,null]]}'
    )


@pytest.mark.parametrize("value", [1.0, float("nan"), b"", dt.date(2026, 1, 1), THEN, {1}, object(), {1: 2}, Actor])
def test_what_json_writes_in_more_than_one_way_is_refused(value: Any) -> None:
    with pytest.raises(TypeError):
        canonical({"a": [value]})


@pytest.mark.parametrize(
    "value",
    ["巴特尔", "two words", "x" * 65, "12500001234", 12_500_001_234, "152222199001011234", "15222219900101123X", "\0"],
)
async def test_text_phones_and_identity_numbers_are_refused_and_not_repeated(
    session: AsyncSession, value: str | int
) -> None:
    act = {"entity": "team", "entity_id": 7, "type": "team.approved", "actor": SYSTEM}
    for refused in ({"payload": {"a": [value]}}, {"payload": {str(value): 1}}, {"to_status": value}, {"type": value}):
        with pytest.raises(ValueError, match=r"^an event takes ids and codes only$"):
            await record(session, **{**act, **refused})
    assert (await session.scalars(select(EventHead))).all() == []


async def test_a_time_without_a_zone_is_refused(session: AsyncSession) -> None:
    naive = dt.datetime(2026, 1, 1)
    with pytest.raises(ValueError, match="no time zone"):
        await record(session, entity="team", entity_id=7, type="team.approved", actor=SYSTEM, occurred_at=naive)


async def test_many_events_at_once_continue_their_chains_as_single_ones_would(session: AsyncSession) -> None:
    await record(session, entity="team", entity_id=7, type="team.drafted", actor=SYSTEM)
    acts = [Happened("team", key, "team.imported", {"version": 1}, to_status="ACTIVE") for key in (9, 7, 8)]
    assert await record_all(session, [*acts, Happened("person", 7, "person.imported")], SYSTEM) == 4
    assert await record_all(session, acts, SYSTEM) == 3
    chains = select(Event.entity, Event.entity_id, func.count()).group_by(Event.entity, Event.entity_id)
    assert {tuple(row) for row in await session.execute(chains)} == {
        ("person", 7, 1), ("team", 7, 3), ("team", 8, 2), ("team", 9, 2)
    }  # fmt: skip
    found = await verify(session)
    assert (found.fault, found.events, found.chains) == (None, 8, 4)


async def test_many_events_at_once_take_no_personal_value(session: AsyncSession) -> None:
    with pytest.raises(ValueError, match="ids and codes"):
        await record_all(session, [Happened("person", 7, "person.edited", {"phone": "12511000002"})], SYSTEM)
