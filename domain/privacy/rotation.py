"""Sealed values come under the current key: in batches, beside the running service, and as often as one likes."""

from collections import Counter
from collections.abc import Callable
from typing import Any

from sqlalchemy import Column, Table, and_, func, not_, or_, select, update
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from domain.events import OPERATOR, record
from models import Base
from models.sealed import Keyring

AT_ONCE = 500
"""Rows of one transaction: nobody waits long for it, and what is done stays done when the rest is not."""

SUFFIX = "_sealed"

Progress = Callable[[int, int, str], None]


def sealed_columns() -> dict[Table, list[Column[Any]]]:
    """Return every table with the columns that hold sealed values: they are known by their names."""
    tables = {table: [c for c in table.columns if c.name.endswith(SUFFIX)] for table in Base.metadata.sorted_tables}
    return {table: columns for table, columns in tables.items() if columns}


async def carried(session: AsyncSession) -> Counter[str]:
    """Return how many values each key has sealed, by the key's name."""
    found: Counter[str] = Counter()
    is_sqlite = session.get_bind().dialect.name == "sqlite"
    for columns in sealed_columns().values():
        for column in columns:
            rest = func.substr(column, len("$sealed:") + 1)
            key = func.substr(rest, 1, func.instr(rest, ":") - 1) if is_sqlite else func.split_part(rest, ":", 1)
            counted = select(key, func.count()).where(column.is_not(None)).group_by(key)
            for name, count in await session.execute(counted):
                found[name] += count
    return found


async def rotate(engine: AsyncEngine, keyring: Keyring, progress: Progress | None = None) -> tuple[int, int]:
    """Seal anew what another key than the current one has sealed; return how many values, and how many no key of the
    ring opens: those stay as they are. Versions and times of change stay too: nothing was changed for anybody."""
    async with AsyncSession(engine) as session:
        counts = await carried(session)
    old = sum(counts.values()) - counts[keyring.current]
    sealed = unreadable = 0
    for table, columns in sealed_columns().items():
        last = 0
        while True:
            async with AsyncSession(engine) as session, session.begin():
                rows = await _batch(session, keyring, table, columns, last)
                for row in rows:
                    fresh, lost = _sealed_anew(keyring, row, columns)
                    if fresh:
                        await session.execute(_update(table, fresh).where(table.c.id == row["id"]))
                    sealed, unreadable = sealed + len(fresh), unreadable + lost
            if progress:
                progress(sealed + unreadable, old, "重新密封 sealed anew")
            if len(rows) < AT_ONCE:
                break
            last = rows[-1]["id"]
    if sealed:
        async with AsyncSession(engine) as session, session.begin():
            await record(
                session,
                entity="keys",
                entity_id=0,
                type="keys.rotated",
                actor=OPERATOR,
                payload={"key": keyring.current, "values": sealed},
            )
    return sealed, unreadable


async def _batch(session: AsyncSession, keyring: Keyring, table: Table, columns: list[Any], last: int) -> list[Any]:
    """Return the next rows with a value under another key, locked."""
    current = [column.startswith(f"$sealed:{keyring.current}:", autoescape=True) for column in columns]
    others = [and_(column.is_not(None), not_(same)) for column, same in zip(columns, current, strict=True)]
    chosen = select(table.c.id, *columns).where(table.c.id > last, or_(*others))
    found = await session.execute(chosen.order_by(table.c.id).limit(AT_ONCE).with_for_update())
    return list(found.mappings())


def _sealed_anew(keyring: Keyring, row: Any, columns: list[Any]) -> tuple[dict[str, str], int]:
    fresh, lost = {}, 0
    for column in columns:
        value = row[column.name]
        if value is not None and not value.startswith(f"$sealed:{keyring.current}:"):
            try:
                fresh[column.name] = keyring.seal(keyring.open(value))
            except ValueError:
                lost += 1
    return fresh, lost


def _update(table: Table, fresh: dict[str, str]) -> Any:
    kept = {"updated_at": table.c.updated_at} if "updated_at" in table.c else {}
    return update(table).values(**fresh, **kept)
