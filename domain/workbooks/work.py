"""What the job of an import does: read the file for a preview, and, once confirmed, import it in one transaction."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import delete, insert, update
from sqlalchemy.ext.asyncio import AsyncSession

from domain.acts import Act
from domain.events import Actor, record
from domain.imports import FileRefused, Progress, Report, import_workbook
from domain.viewers import Viewer
from domain.workbooks.tell import entries, masked, sums
from models import WorkbookImport, WorkbookImportEntry, new_key, now
from models import WorkbookImportState as State
from models.sealed import Keyring

AT_ONCE = 2_000
"""Entries in one statement."""


class Overtaken(Exception):
    """The import was discarded or given up meanwhile: nothing of this work counts."""


@dataclass(frozen=True)
class Task:
    """A file, and for whom it is imported."""

    key: int
    path: Path
    viewer: Viewer
    county: Path | None = None


async def look(session: AsyncSession, keyring: Keyring, task: Task, progress: Progress | None) -> Report:
    """Read and judge everything and change nothing. Raises FileRefused."""
    return await import_workbook(
        session, keyring, task.path, viewer=task.viewer, county=task.county, progress=progress, dry_run=True
    )


async def show(session: AsyncSession, keyring: Keyring, task: Task, report: Report) -> None:
    """Store what was found, for the one who decides. Raises Overtaken."""
    await _settle(session, task.key, State.READING, State.PREVIEWED, sums(report))
    await _write(session, task.key, report)
    await _record(session, Act(task.viewer, keyring).actor, task.key, "previewed", State.READING, State.PREVIEWED)


async def take(session: AsyncSession, keyring: Keyring, task: Task, progress: Progress | None) -> None:
    """Import the file, with what is said about it, in the caller's transaction. Raises FileRefused, Overtaken."""
    report = await import_workbook(
        session, keyring, task.path, viewer=task.viewer, county=task.county, progress=progress
    )
    await _settle(session, task.key, State.IMPORTING, State.DONE, {**sums(report), "ended_at": now()})
    await _write(session, task.key, report)
    await _record(session, Act(task.viewer, keyring).actor, task.key, "imported", State.IMPORTING, State.DONE)


async def refuse(session: AsyncSession, keyring: Keyring, task: Task, state: State, refusal: FileRefused) -> None:
    """Say why the file cannot be read. Raises Overtaken."""
    await _settle(session, task.key, state, State.REFUSED, {"error": str(refusal), "ended_at": now()})
    await _record(session, Act(task.viewer, keyring).actor, task.key, "refused", state, State.REFUSED)


async def note_done(session: AsyncSession, report: Report, size_bytes: int, actor: Actor) -> None:
    """Put on record that the operator imported a file from the terminal."""
    key, moment = new_key(), now()
    values = {
        "id": key, "account_id": None, "channel": actor.channel, "covers_county": True,
        "file_name": masked(report.file), "size_bytes": size_bytes, "sha256": report.sha256, "state": State.DONE,
        "received_at": moment, "ended_at": moment, "beat_at": moment, **sums(report),
    }  # fmt: skip
    await session.execute(insert(WorkbookImport).values(**values))
    await _write(session, key, report)
    await _record(session, actor, key, "imported", None, State.DONE)


async def _settle(session: AsyncSession, key: int, before: State, after: State, values: Mapping[str, Any]) -> None:
    settled = update(WorkbookImport).where(WorkbookImport.id == key, WorkbookImport.state == before)
    done = await session.execute(settled.values(state=after, beat_at=now(), **values))
    if done.rowcount != 1:  # type: ignore[attr-defined]
        raise Overtaken(key)


async def _write(session: AsyncSession, key: int, report: Report) -> None:
    """Store the entries; those of the preview go."""
    await session.execute(delete(WorkbookImportEntry).where(WorkbookImportEntry.import_id == key))
    found = list(entries(report.as_json(), key))
    for start in range(0, len(found), AT_ONCE):
        await session.execute(insert(WorkbookImportEntry), found[start : start + AT_ONCE])


async def _record(session: AsyncSession, actor: Actor, key: int, what: str, before: State | None, after: State) -> None:
    await record(
        session,
        entity=WorkbookImport.__tablename__,
        entity_id=key,
        type=f"workbook_import.{what}",
        actor=actor,
        from_status=before.value if before else None,
        to_status=after.value,
    )
