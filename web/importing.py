"""`horqin import`: a workbook from the terminal, told in words and as JSON."""

import asyncio
import hashlib
import sys
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

import orjson
import typer
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from domain.times import CHINA
from web.files import written
from web.keys import keyring
from web.loading import county_folder, progress
from web.prepare import Unprepared, check_migrated, opened
from web.settings import Settings

if TYPE_CHECKING:
    from domain.imports import Missing, Report
    from models.sealed import Keyring

SHEETS = {
    "teams": "队伍 teams",
    "members": "队员 members",
    "skills": "技能 skills",
    "activities": "活动（只计数） activities, counted only",
}


async def import_workbook_file(
    settings: Settings,
    file: Path,
    report: str | None,
    annotated: Path | None = None,
    *,
    dry_run: bool = False,
    retire: bool = False,
    sure: bool = False,
    again: bool = False,
) -> None:
    """Import a workbook and write its report and its annotated copy. Nothing is stored when they cannot be written, and
    neither stands where nothing was stored. The same file a second time does nothing, unless `again` says so. With
    `retire`, list what the file no longer names and end it when that is confirmed, `sure` or by an answer. Raises
    Unprepared."""
    async with opened(settings) as engine:
        await check_migrated(engine)
        ring = keyring(settings)
        from domain.events import OPERATOR
        from domain.imports import FileRefused, find_missing, import_workbook
        from domain.imports.annotating import annotate
        from domain.workbooks.work import note_done

        if not (dry_run or again or retire or annotated) and (moment := await _imported_at(engine, file)):
            typer.echo(
                f"这个文件已在 {moment} 导入，不需要再做什么（--again 再导入一次） | "
                f"this file was imported at {moment}: nothing to do (--again imports it once more)",
                err=True,
            )
            return

        missing = None
        try:
            with progress() as advance, ExitStack() as held:
                copy = held.enter_context(written(annotated)) if annotated else None
                async with AsyncSession(engine) as session, session.begin():
                    outcome = await import_workbook(
                        session, ring, file, county=county_folder(settings), dry_run=dry_run, progress=advance
                    )
                    text = orjson.dumps(outcome.as_json(), option=orjson.OPT_INDENT_2) + b"\n"
                    draft = _draft(report, text)
                    if copy:
                        annotate(file, outcome, copy)
                    if retire:
                        missing = await find_missing(session, outcome.named)
                    if not dry_run:
                        await note_done(session, outcome, (await asyncio.to_thread(file.stat)).st_size, OPERATOR)
        except FileRefused as refusal:
            raise Unprepared(f"文件未被接受，没有改动 | refused, nothing was changed: {refusal}") from None
        if report == "-":
            sys.stdout.buffer.write(text)
        elif report and draft:
            draft.replace(report)
        _tell(file, outcome, dry_run)
        if missing:
            await _retire(engine, ring, missing, dry_run, sure)


def _tell(file: Path, outcome: "Report", dry_run: bool) -> None:
    from domain.imports import told

    done = "试运行，没有改动 | dry run, nothing was changed" if dry_run else "已导入 | imported"
    typer.echo(f"{done}: {file.name}", err=True)
    for sheet, count in outcome.counts.items():
        taken, refused = count["accepted"], count["rejected"]
        typer.echo(f"  {SHEETS[sheet]}: 接受 {taken} taken, 拒收 {refused} refused{_changed(outcome, sheet)}", err=True)
    for line in told(outcome):
        typer.echo(f"  {line}", err=True)


def _changed(outcome: "Report", sheet: str) -> str:
    found = outcome.changes.get(sheet)
    if not found:
        return ""
    new, other, same = found["created"], found["updated"], found["unchanged"]
    return f"；新增 {new} created, 更新 {other} updated, 未变 {same} unchanged"


async def _retire(engine: "AsyncEngine", ring: "Keyring", missing: "Missing", dry_run: bool, sure: bool) -> None:
    """List what the file no longer names, and end it if that is wanted. Raises Unprepared."""
    from domain.imports import retire
    from domain.refusals import Refused

    for what, found in (("队伍 team", missing.teams), ("队员 member", missing.members)):
        for _, _, called in found:
            typer.echo(f"  文件里没有 not in the file: {what} {called}", err=True)
    count = f"{len(missing.teams)} 支队伍 teams, {len(missing.members)} 名队员 members"
    if not missing.teams and not missing.members:
        typer.echo("  文件里都有，没有要撤下的 | nothing is missing from the file", err=True)
    elif not dry_run and (sure or typer.confirm(f"撤下 {count}? 队伍将撤销，队员将离队 | retire them?", err=True)):
        try:
            async with AsyncSession(engine) as session, session.begin():
                await retire(session, ring, missing)
        except Refused:
            raise Unprepared("期间有人改了其中的队伍，没有撤下 | changed meanwhile, nothing was retired") from None
        typer.echo(f"  已撤下 retired: {count}", err=True)


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
