"""The small registry with the rows of the permission matrix, to be read by many and copied by who changes it."""

import itertools
import shutil
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy.ext.asyncio import AsyncEngine

from models.database import database_url, writing_engine
from models.reading import Reader, open_reader
from tests.copies import copy_database
from tests.schema import matrix_cast

NUMBERS = itertools.count(time.time_ns())


@dataclass
class World:
    """One database, as a file or on a server; nobody is connected to it, so that it can be copied."""

    folder: Path
    server: Any
    name: str

    @property
    def address(self) -> str:
        return str(self.server.get_uri(database=self.name)) if self.server else f"sqlite:///{self.folder / self.name}"

    def copied(self) -> "World":
        name = f"matrix{next(NUMBERS)}"
        if self.server:
            copy_database(self.server, self.name, name)
        else:
            shutil.copy(self.folder / self.name, self.folder / name)
        return World(self.folder, self.server, name)

    @asynccontextmanager
    async def opened(self) -> AsyncIterator[tuple[Reader, AsyncEngine]]:
        url = database_url(self.address)
        engine, reader = writing_engine(url), open_reader(url, 2)
        await reader.start()
        try:
            yield reader, engine
        finally:
            await reader.close()
            await engine.dispose()


async def worlds(file: Path, server: Any, template: str, folder: Path) -> dict[str, World]:
    """Return the registry with the rows of the matrix on both databases, from a file and a database to be copied."""
    shutil.copy(file, folder / "filled")
    found = {
        "sqlite": World(folder, None, "filled").copied(),
        "postgresql": World(folder, server, template).copied(),
    }
    for world in found.values():
        engine = writing_engine(database_url(world.address))
        await matrix_cast.add(engine)
        await engine.dispose()
    return found
