"""The whole registry, and for each viewer what the oracle leaves of it, in databases made when they are asked for."""

import shutil
from pathlib import Path
from typing import Any

from models.database import database_url, writing_engine
from models.reading import Reader, open_reader
from tests.copies import copy_database
from tests.schema import rows
from tests.schema.oracle import Oracle
from tests.schema.oracle_known import known_to
from tests.schema.oracle_rows import VIEWERS, registry

WHOLE = ""


class Worlds:
    """Readers by kind of database and name of the viewer, or WHOLE."""

    def __init__(self, server: Any, empty: tuple[Path, str], folder: Path) -> None:
        self._server, self._empty, self._folder = server, empty, folder
        self._readers: dict[tuple[str, str], Reader] = {}

    async def of(self, database: str, viewer: str = WHOLE) -> Reader:
        """Return the world of a viewer."""
        if (database, viewer) not in self._readers:
            address = database_url(self._copied(database, f"world{id(self)}n{len(self._readers)}"))
            engine = writing_engine(address)
            await rows.fill(engine, known_to(Oracle(registry(), VIEWERS[viewer])) if viewer else registry())
            await engine.dispose()
            reader = self._readers[database, viewer] = open_reader(address, 1)
            await reader.start()
        return self._readers[database, viewer]

    def _copied(self, database: str, name: str) -> str:
        """Return the address of a new database without rows."""
        file, template = self._empty
        if database == "sqlite":
            shutil.copy(file, self._folder / name)
            return f"sqlite:///{self._folder / name}"
        return copy_database(self._server, template, name)

    async def close(self) -> None:
        for reader in self._readers.values():
            await reader.close()
