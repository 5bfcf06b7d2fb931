"""Files that people send, kept in a private folder until they are imported or given up; a day at most."""

import datetime as dt
import hashlib
import os
import re
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import suppress
from pathlib import Path
from typing import IO

from anyio import to_thread

from domain.workbooks.keep import Received
from web.settings import Settings

SUFFIX = re.compile(r"\.[a-z]{1,5}")


class Uploads:
    """The folder: beside the SQLite file, else where the setting says or the system keeps what is temporary."""

    def __init__(self, settings: Settings) -> None:
        self.folder = settings.upload_folder or _usual_folder(settings)

    def path(self, key: int) -> Path:
        """Return where the file of an import lies; it need not be there."""
        return next(iter(self.folder.glob(f"{key}.*")), self.folder / f"{key}.gone")

    async def receive(self, stream: AsyncIterator[bytes], name: str) -> "Draft":
        """Write what comes to a file that only its owner can read. The caller deletes the draft, or keeps it."""
        suffix = Path(name).suffix.lower()
        draft = await to_thread.run_sync(Draft, self.folder, name, suffix if SUFFIX.fullmatch(suffix) else "")
        try:
            async for chunk in stream:
                await to_thread.run_sync(draft.write, chunk)
        except BaseException:
            draft.delete()
            raise
        return draft

    def forget(self, key: int) -> None:
        for path in self.folder.glob(f"{key}.*"):
            path.unlink(missing_ok=True)

    def forget_old(self, age: dt.timedelta) -> None:
        """Delete what is older, whatever it is."""
        for path in self.folder.glob("*"):
            with suppress(OSError):
                if path.stat().st_mtime < time.time() - age.total_seconds():
                    path.unlink()


class Draft:
    """A file that is being received."""

    def __init__(self, folder: Path, name: str, suffix: str) -> None:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle, path = tempfile.mkstemp(prefix="draft-", dir=folder)  # mode 0600
        self._file: IO[bytes] = os.fdopen(handle, "wb")
        self._path, self._name, self._suffix = Path(path), name, suffix
        self._hash, self._size = hashlib.sha256(), 0

    def write(self, chunk: bytes) -> None:
        self._file.write(chunk)
        self._hash.update(chunk)
        self._size += len(chunk)

    @property
    def received(self) -> Received:
        return Received(self._name, self._size, self._hash.hexdigest())

    def keep(self, key: int) -> None:
        """Let it stay as the file of an import. It is on the disk when this returns."""
        self._file.flush()
        os.fsync(self._file.fileno())
        self._file.close()
        self._path.replace(self._path.parent / f"{key}{self._suffix or '.'}")

    def delete(self) -> None:
        self._file.close()
        self._path.unlink(missing_ok=True)


def _usual_folder(settings: Settings) -> Path:
    if settings.url.get_backend_name() == "sqlite" and settings.url.database:
        return Path(settings.url.database).with_suffix(".uploads")
    return Path(tempfile.gettempdir()) / f"horqin-uploads-{os.getuid() if hasattr(os, 'getuid') else ''}"
