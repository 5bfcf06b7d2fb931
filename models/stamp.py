"""How far the contents of tables have moved: what tells, for one small read, whether an answer still holds."""

import asyncio
from collections.abc import Mapping

import orjson
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Binary, Key
from models.reading import Reader


class ChangeStamp(Base):
    """A part of a table's stamp, which is the sum of its rows here. Triggers add to one row in each transaction that
    writes to the table. On PostgreSQL it is a row that nobody else holds, made when there is none, so that writers
    never wait for each other. What they add is random: a database brought back from a copy does not come to the same
    stamp with other contents."""

    __tablename__ = "change_stamp"

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    table_name: Mapped[str] = mapped_column(Binary)
    number: Mapped[int] = mapped_column(Key)


SUMS = "(select table_name, sum(number) as number from change_stamp group by table_name order by table_name) as sums"
READ = {
    "postgresql": f"select json_object_agg(table_name, number)::text from {SUMS}",  # noqa: S608
    "sqlite": f"select json_group_object(table_name, number) from {SUMS}",  # noqa: S608
}


class Stamps:
    """The stamps of all tables, in one read for everybody who asks at the same time."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self._running: asyncio.Task[Mapping[str, int]] | None = None
        self._next: asyncio.Task[Mapping[str, int]] | None = None
        self._text = ""
        self._stamps: Mapping[str, int] = {}

    async def read(self) -> Mapping[str, int]:
        """Return the stamps by table, read after this was called; the same mapping as before while nothing moved.
        Raises what the reader raises."""
        if self._next is None:
            self._next = asyncio.create_task(self._read(self._running))
        return await asyncio.shield(self._next)  # who leaves does not take the others along

    async def _read(self, running: asyncio.Task[Mapping[str, int]] | None) -> Mapping[str, int]:
        """Read once the read under way is done: that one may not see what was written before the last of us came."""
        if running is not None:
            await asyncio.wait([running])
        self._running, self._next = self._next, None
        text = await self._reader.fetch(READ[self._reader.dialect], [])
        if text != self._text:
            self._text, self._stamps = text or "", orjson.loads(text or "{}") or {}
        return self._stamps
