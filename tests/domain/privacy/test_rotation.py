"""A new key for every sealed value: all of them, once, in batches that stay done, and nothing else is touched."""

from typing import Any

import pytest
from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

import models
from domain.privacy import rotation
from models import Account, Base, Event, Person
from models.sealed import Keyring

LOOKUP = b"another secret of the tests' own."
SECRETS = {name: f"the secret {name} of the tests' own, long".encode() for name in ("old", "new", "lost")}
OLD = Keyring("old", {"old": SECRETS["old"]}, LOOKUP)
BOTH = Keyring("new", {"new": SECRETS["new"], "old": SECRETS["old"]}, LOOKUP)
NEW = Keyring("new", {"new": SECRETS["new"]}, LOOKUP)
LOST = Keyring("lost", {"lost": SECRETS["lost"]}, LOOKUP)

PEOPLE = 1201
"""More than two batches."""


@pytest.fixture
async def stored(engine: AsyncEngine) -> AsyncEngine:
    async with engine.begin() as connection:
        people = [
            {
                "id": 1 + number,
                **dict.fromkeys(("name", "name_masked", "pinyin", "search"), "x"),
                "phone_sealed": OLD.seal(f"125{number:08d}"),
                "birth_date_sealed": OLD.seal("1990-01-02") if number % 100 == 0 else None,
                "status": models.PersonStatus.VERIFIED,
            }
            for number in range(PEOPLE)
        ]
        await connection.execute(insert(Person), people)
        await connection.execute(
            insert(Account).values(id=5, phone_sealed=BOTH.seal("12512345678"), totp_sealed=OLD.seal("SECRET"))
        )
    return engine


async def everything(engine: AsyncEngine) -> list[Any]:
    async with engine.connect() as connection:
        people = await connection.execute(select(Person.__table__).order_by(Person.id))
        accounts = await connection.execute(select(Account.__table__))
        return [dict(row) for row in (*people.mappings(), *accounts.mappings())]


async def counts(engine: AsyncEngine) -> dict[str, int]:
    async with AsyncSession(engine) as session:
        return dict(await rotation.carried(session))


def opened(rows: list[Any], ring: Keyring) -> list[Any]:
    return [
        {name: ring.open(value) if name.endswith("_sealed") and value else value for name, value in row.items()}
        for row in rows
    ]


def test_every_sealed_column_is_known() -> None:
    found = {
        f"{table.name}.{column.name}" for table, columns in rotation.sealed_columns().items() for column in columns
    }
    assert found == {
        "account.phone_sealed",
        "account.totp_sealed",
        "person.birth_date_sealed",
        "person.ethnicity_sealed",
        "person.guardian_sealed",
        "person.phone_sealed",
        "team.contact_phone_sealed",
    }
    assert all("id" in table.c for table in rotation.sealed_columns())
    assert not [name for name in Base.metadata.tables if "sealed" in name]


async def test_all_values_come_under_the_current_key_and_nothing_else_changes(stored: AsyncEngine) -> None:
    before = opened(await everything(stored), BOTH)
    assert await counts(stored) == {"old": PEOPLE + 13 + 1, "new": 1}
    seen: list[tuple[int, int]] = []
    done = await rotation.rotate(stored, BOTH, lambda at, total, _: seen.append((at, total)))
    assert done == (PEOPLE + 14, 0)
    assert await counts(stored) == {"new": PEOPLE + 15}
    assert opened(await everything(stored), NEW) == before
    assert seen[-1] == (PEOPLE + 14, PEOPLE + 14)
    async with AsyncSession(stored) as session:
        (event,) = (await session.scalars(select(Event))).all()
    assert (event.entity, event.type, event.actor_role, event.payload) == (
        "keys", "keys.rotated", "OPERATOR", f'{{"key":"new","values":{PEOPLE + 14}}}'
    )  # fmt: skip


async def test_a_second_run_finds_nothing_to_do(stored: AsyncEngine) -> None:
    await rotation.rotate(stored, BOTH)
    before = await everything(stored)
    assert await rotation.rotate(stored, BOTH) == (0, 0)
    assert await everything(stored) == before
    async with AsyncSession(stored) as session:
        assert len((await session.scalars(select(Event))).all()) == 1


async def test_what_was_done_before_a_break_stays_done(stored: AsyncEngine) -> None:
    def give_up(done: int, _: int, __: str) -> None:
        if done > rotation.AT_ONCE:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        await rotation.rotate(stored, BOTH, give_up)
    part = await counts(stored)
    assert rotation.AT_ONCE < part["new"] < PEOPLE
    sealed, _ = await rotation.rotate(stored, BOTH)
    assert sealed == part["old"]
    assert await counts(stored) == {"new": PEOPLE + 15}


async def test_what_no_key_opens_is_counted_and_left(stored: AsyncEngine) -> None:
    foreign = LOST.seal("12500009999")
    async with AsyncSession(stored) as session, session.begin():
        (await session.get_one(Person, 1)).phone_sealed = foreign
    assert await rotation.rotate(stored, BOTH) == (PEOPLE + 13, 1)
    assert await counts(stored) == {"new": PEOPLE + 14, "lost": 1}
    async with AsyncSession(stored) as session:
        assert (await session.get_one(Person, 1)).phone_sealed == foreign
