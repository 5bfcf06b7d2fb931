"""Commands that bring data in: in one transaction, with a progress bar on a terminal."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import orjson
import typer
from sqlalchemy.ext.asyncio import AsyncSession

from web.keys import keyring
from web.prepare import Unprepared, check_migrated, opened
from web.settings import Settings

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncEngine

    from domain.demo import Progress
    from domain.imports import Missing, Report
    from models.sealed import Keyring


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
    settings: Settings, file: Path, report: str | None, dry_run: bool, retire: bool = False, sure: bool = False
) -> None:
    """Import a workbook and write its report. Nothing is stored when the report cannot be written, and no report
    stands where nothing was stored. With `retire`, list what the file no longer names and end it when that is
    confirmed. Raises Unprepared."""
    async with opened(settings) as engine:
        await check_migrated(engine)
        ring = keyring(settings)
        from domain.imports import FileRefused, find_missing, import_workbook

        missing = None
        try:
            with progress() as advance:
                async with AsyncSession(engine) as session, session.begin() as transaction:
                    outcome = await import_workbook(
                        session, ring, file, county=county_folder(settings), progress=advance
                    )
                    text = orjson.dumps(outcome.as_json(), option=orjson.OPT_INDENT_2) + b"\n"
                    draft = _draft(report, text)
                    if retire:
                        missing = await find_missing(session, outcome.named)
                    if dry_run:
                        await transaction.rollback()
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
