"""The job of one import, in a process of its own: `python -m web.import_job` reads a task from its standard input,
writes how far it is to its standard output, one JSON object a line, and ends when the other side goes away."""

import asyncio
import logging
import os
import pickle
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

import orjson
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from domain.imports import FileRefused, Progress
from domain.workbooks import work
from models import WorkbookImportState as State
from models.database import looking_engine, writing_engine
from web.keys import keyring
from web.settings import Settings

TOLD_EVERY = 0.1
"""Seconds between two words on progress."""

log = logging.getLogger("horqin.import")


@dataclass(frozen=True)
class Job:
    """A task, and the deployment that it belongs to; `decided` says that the file is to be imported."""

    settings: Settings
    task: work.Task
    decided: bool


def teller(write: Callable[[bytes], object]) -> Progress:
    """Return what writes lines of progress, not too many."""
    last = 0.0

    def tell(done: int, total: int, what: str) -> None:
        nonlocal last
        if done == total or time.monotonic() - last > TOLD_EVERY:
            last = time.monotonic()
            write(orjson.dumps({"done": done, "total": total, "step": what}) + b"\n")

    return tell


async def carry_out(job: Job, progress: Progress | None = None) -> None:
    """Do the work; what came of it stands in the import's row. An import that was discarded meanwhile stays so."""
    ring, task = keyring(job.settings), job.task
    writing = writing_engine(job.settings.url, hide_parameters=True)  # an error's text would hold names
    try:
        with suppress(work.Overtaken):
            try:
                if job.decided:
                    async with AsyncSession(writing) as session, session.begin():
                        await work.take(session, ring, task, progress)
                else:
                    await _preview(job, writing, progress)
            except FileRefused as refusal:
                state = State.IMPORTING if job.decided else State.READING
                async with AsyncSession(writing) as session, session.begin():
                    await work.refuse(session, ring, task, state, refusal)
    finally:
        await writing.dispose()


async def _preview(job: Job, writing: AsyncEngine, progress: Progress | None) -> None:
    looking, ring = looking_engine(job.settings.url, hide_parameters=True), keyring(job.settings)
    try:
        async with AsyncSession(looking) as session:
            report = await work.look(session, ring, job.task, progress)
    finally:
        await looking.dispose()
    async with AsyncSession(writing) as session, session.begin():
        await work.show(session, ring, job.task, report)


def _end_with_parent() -> None:
    os.read(0, 1)  # comes back only when whoever started this process is gone
    os._exit(1)


def main() -> None:
    job: Job = pickle.load(sys.stdin.buffer)  # noqa: S301  from the service that started this process
    threading.Thread(target=_end_with_parent, daemon=True).start()
    with suppress(AttributeError, OSError):
        os.nice(5)  # whoever asks something goes first

    def write(line: bytes) -> None:
        sys.stdout.buffer.write(line)
        sys.stdout.buffer.flush()

    asyncio.run(carry_out(job, teller(write)))


if __name__ == "__main__":
    main()
