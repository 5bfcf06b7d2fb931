"""Commands that bring data in: in one transaction, with a progress bar on a terminal."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import typer
from sqlalchemy.ext.asyncio import AsyncSession

from web.keys import keyring
from web.prepare import Unprepared, check_migrated, opened
from web.settings import Settings

if TYPE_CHECKING:
    from domain.demo import Progress


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
