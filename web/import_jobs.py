"""Looks after the jobs of imports: one runs at a time, each is heard to its end, and files do not outlive their use."""

import asyncio
import datetime as dt
import logging
import pickle
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any

import orjson
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from domain.viewers import Viewer
from domain.workbooks import keep
from domain.workbooks.work import Task
from models import WorkbookImportState as State
from web.import_job import Job
from web.settings import Settings
from web.uploads import Uploads

BEAT_SECONDS = 5.0
SILENT = dt.timedelta(seconds=60)
"""After which a worker of another process counts as lost."""

SWEEP_SECONDS = 30.0

log = logging.getLogger("horqin.import")


class Jobs:
    """The jobs that this process runs. `progress` holds the last word of each, as `done`, `total` and `step`."""

    def __init__(self, settings: Settings, engine: AsyncEngine, uploads: Uploads) -> None:
        self._settings, self._engine, self.uploads = settings, engine, uploads
        self.progress: dict[int, dict[str, Any]] = {}
        self._turn = asyncio.Semaphore(1)  # a job may take a core and 400 MB
        self._tasks: dict[int, asyncio.Task[None]] = {}
        self.processes: dict[int, Process] = {}

    def start(self, key: int, viewer: Viewer, *, decided: bool) -> None:
        """Begin to read a file, or to import it when that is decided."""
        job = Job(self._settings, Task(key, self.uploads.path(key), viewer, self._settings.county), decided)
        self.progress.pop(key, None)
        before = self._tasks.get(key)
        self._tasks[key] = asyncio.create_task(self._run(key, job, before))

    async def stop(self, key: int) -> None:
        """End a job that nobody waits for any more."""
        task = self._tasks.get(key)
        if task is not None:
            task.cancel()
            await asyncio.wait([task])

    async def _run(self, key: int, job: Job, before: "asyncio.Task[None] | None") -> None:
        if before is not None:
            await asyncio.wait([before])  # the preview is told, but its process has yet to end
        beating = asyncio.create_task(self._beat(key, job.decided))
        try:
            async with self._turn:
                await self._work(key, job)
        finally:
            beating.cancel()
            if self._tasks.get(key) is asyncio.current_task():
                del self._tasks[key]
            self.progress.pop(key, None)
            await asyncio.shield(self._end(key, job.decided))

    async def _work(self, key: int, job: Job) -> None:
        process = await asyncio.create_subprocess_exec(sys.executable, "-m", "web.import_job", stdin=PIPE, stdout=PIPE)
        self.processes[key] = process
        assert process.stdin is not None and process.stdout is not None
        try:
            with suppress(ConnectionError):
                process.stdin.write(pickle.dumps(job))
                await process.stdin.drain()  # and stays open: its end means that we are gone
            async for line in process.stdout:
                self.progress[key] = orjson.loads(line)
            if code := await process.wait():
                log.error("the job of import %s ended with %s", key, code)
        finally:
            del self.processes[key]
            if process.returncode is None:
                process.kill()
                await process.wait()
            process._transport.close()  # type: ignore[attr-defined]  # else its pipes are closed by chance

    async def _beat(self, key: int, decided: bool) -> None:
        """Store now and then how far the job is, for who asks another process. (On SQLite there is none, and an import
        that is being written locks it.)"""
        while not (decided and self._engine.dialect.name == "sqlite"):
            await asyncio.sleep(BEAT_SECONDS)
            told = self.progress.get(key, {})
            with suppress(SQLAlchemyError):
                async with AsyncSession(self._engine) as session, session.begin():
                    await keep.beat(session, key, told.get("done", 0), told.get("total", 0))

    async def _end(self, key: int, decided: bool) -> None:
        try:
            async with AsyncSession(self._engine) as session, session.begin():
                is_over = await keep.give_up(session, key, State.IMPORTING if decided else State.READING)
        except SQLAlchemyError as error:
            log.error("what became of import %s is found out later: %s", key, type(error).__name__)
            return
        if is_over:
            await asyncio.to_thread(self.uploads.forget, key)

    async def mend(self, *, at_start: bool = False) -> None:
        """Give up what nobody works on any more, discard what nobody decided about, delete old files."""
        alone = at_start and self._engine.dialect.name == "sqlite"
        async with AsyncSession(self._engine) as session, session.begin():
            for key in await keep.give_up_lost(session, dt.timedelta() if alone else SILENT):
                log.warning("import %s was given up: its worker is gone", key)
            await keep.forget_old(session)
        await asyncio.to_thread(self.uploads.forget_old, keep.KEPT)

    @asynccontextmanager
    async def life(self) -> AsyncIterator[None]:
        """Give up at the start what a process left that was killed; at the end no job goes on."""
        with suppress(SQLAlchemyError):  # a database that is away is /readyz's to tell
            await self.mend(at_start=True)
        sweep = asyncio.create_task(self._sweep())
        try:
            yield
        finally:
            sweep.cancel()
            tasks = list(self._tasks.values())
            for task in tasks:
                task.cancel()
            if tasks:
                await asyncio.wait(tasks, timeout=10)

    async def _sweep(self) -> None:
        while True:
            await asyncio.sleep(SWEEP_SECONDS)
            try:
                await self.mend()
            except SQLAlchemyError as error:
                log.warning("old imports stay for now: %s", type(error).__name__)
