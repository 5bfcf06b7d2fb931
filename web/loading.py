"""Commands that bring data in: in one transaction, with a progress bar on a terminal."""

import asyncio
import hashlib
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import orjson
import typer
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from domain.times import CHINA
from web.keys import keyring
from web.prepare import Unprepared, check_migrated, opened
from web.settings import Settings

if TYPE_CHECKING:
    from domain.demo import Progress


SHEETS = {
    "teams": "队伍 teams",
    "members": "队员 members",
    "skills": "技能 skills",
    "activities": "活动（只计数） activities, counted only",
}


@contextmanager
def progress() -> Iterator["Progress"]:
    """Show bars on a terminal, and nothing that would fill a log elsewhere."""
    from rich import progress as rich
    from rich.console import Console

    columns = (
        rich.TextColumn("{task.description}"),
        rich.BarColumn(),
        rich.MofNCompleteColumn(),
        rich.TimeElapsedColumn(),
    )
    with rich.Progress(*columns, console=Console(stderr=True), disable=not sys.stderr.isatty()) as bars:
        tasks: dict[str, rich.TaskID] = {}

        def advance(done: int, total: int, what: str) -> None:
            if what not in tasks:
                tasks[what] = bars.add_task(what, total=total)
            bars.update(tasks[what], completed=done, total=total)

        yield advance


def county_folder(settings: Settings) -> Path:
    """Return where the county's data lie. Raises Unprepared."""
    from domain.county import default_folder, read_county

    folder = settings.county or default_folder()
    try:
        read_county(folder)
    except (OSError, ValueError) as error:
        raise Unprepared(f"COUNTY={folder} 不是县旗资料文件夹 | is no folder of a county: {error}") from None
    return folder


async def load_county_data(settings: Settings) -> str:
    """Load or refresh the county's places, words and skills, all or nothing, and return how it calls itself."""
    folder = county_folder(settings)
    async with opened(settings) as engine:
        from domain.county import load_county

        try:
            async with AsyncSession(engine) as session, session.begin():
                return (await load_county(session, folder)).short_name
        except (OSError, ValueError) as error:
            raise Unprepared(f"县旗资料有误，没有改动 | the county's files contradict: {error}") from None


async def load_demo_data(settings: Settings) -> None:
    """Load the demo data, all or nothing."""
    async with opened(settings) as engine:
        await check_migrated(engine)
        ring = keyring(settings)
        from domain.demo import load_demo

        with progress() as advance:
            async with AsyncSession(engine) as session, session.begin():
                found = await load_demo(session, ring, county_folder(settings), progress=advance)
    if found.is_loaded:
        typer.echo(", ".join(f"{table} {count}" for table, count in found.rows.items()))
    typer.echo(found.note)


async def import_workbook_file(
    settings: Settings, file: Path, report: str | None, dry_run: bool, again: bool = False
) -> None:
    """Import a workbook and write its report. Nothing is stored when the report cannot be written, and no report
    stands where nothing was stored. The same file a second time does nothing, unless `again` says so. Raises
    Unprepared."""
    async with opened(settings) as engine:
        await check_migrated(engine)
        ring = keyring(settings)
        from domain.imports import FileRefused, import_workbook, told
        from domain.sign_in.admin import OPERATOR
        from domain.workbooks.work import note_done

        if not (dry_run or again) and (moment := await _imported_at(engine, file)):
            typer.echo(
                f"这个文件已在 {moment} 导入，不需要再做什么（--again 再导入一次） | "
                f"this file was imported at {moment}: nothing to do (--again imports it once more)",
                err=True,
            )
            return

        try:
            with progress() as advance:
                async with AsyncSession(engine) as session, session.begin() as transaction:
                    outcome = await import_workbook(
                        session, ring, file, county=county_folder(settings), progress=advance
                    )
                    text = orjson.dumps(outcome.as_json(), option=orjson.OPT_INDENT_2) + b"\n"
                    draft = _draft(report, text)
                    if dry_run:
                        await transaction.rollback()
                    else:
                        await note_done(session, outcome, (await asyncio.to_thread(file.stat)).st_size, OPERATOR)
        except FileRefused as refusal:
            raise Unprepared(f"文件未被接受，没有改动 | refused, nothing was changed: {refusal}") from None
    if report == "-":
        sys.stdout.buffer.write(text)
    elif report and draft:
        draft.replace(report)
    done = "试运行，没有改动 | dry run, nothing was changed" if dry_run else "已导入 | imported"
    typer.echo(f"{done}: {file.name}", err=True)
    for sheet, count in outcome.as_json()["counts"].items():
        taken, refused = count["accepted"], count["rejected"]
        typer.echo(f"  {SHEETS[sheet]}: 接受 {taken} taken, 拒收 {refused} refused", err=True)
    for line in told(outcome):
        typer.echo(f"  {line}", err=True)


async def _imported_at(engine: AsyncEngine, file: Path) -> str | None:
    """Return when the operator, or somebody who decides about the whole county, imported this very file."""
    from domain.workbooks.keep import imported_at

    async with AsyncSession(engine) as session:
        at = await imported_at(session, await asyncio.to_thread(_sha256, file), None)
    return f"{at.astimezone(CHINA):%Y-%m-%d %H:%M}" if at else None


def _sha256(file: Path) -> str:
    """Return the hash of a file; one that cannot be read, which nobody imported, has none."""
    try:
        with file.open("rb") as content:
            return hashlib.file_digest(content, "sha256").hexdigest()
    except OSError:
        return ""


def _draft(report: str | None, text: bytes) -> Path | None:
    """Write the report beside where it will stand."""
    if not report or report == "-":
        return None
    draft = Path(f"{report}.part")
    try:
        draft.write_bytes(text)
    except OSError as error:
        raise Unprepared(f"报告无法写入 {report} | the report cannot be written: {error.strerror}") from None
    return draft
