"""The command line, `horqin`: run the service, look after its database, bring data in."""

import asyncio
import enum
import sys
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal, NoReturn, TypeVar

import typer

from web.accounts_cli import account
from web.keys_cli import keys

if TYPE_CHECKING:
    from web.settings import Settings

T = TypeVar("T")


class FileFormat(enum.Enum):
    XLSX = "xlsx"
    CSV = "csv"


class Table(enum.Enum):
    TEAMS = "teams"
    MEMBERS = "members"


app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="markdown",
    context_settings={"help_option_names": ["-h", "--help"]},
    help="""志愿服务队登记系统 · Registry of volunteer teams behind a GraphQL API.

Every command reads its settings from the environment. The most used ones:

- `DATABASE_URL`: `sqlite:///data/horqin.db` (default) or `postgresql://user:password@host/name`
- `HOST`, `PORT`: where `serve` listens, 127.0.0.1 and 8000
- `TRUST_EVERYBODY=1`: on one's own machine, read everything as the banner's dispatcher
- `PRODUCTION=1` with `SECRET_KEYS` and `LOOKUP_KEY`: no demo data, no keys made up

A first look: `horqin serve`, then open http://127.0.0.1:8000/
""",
)


app.add_typer(account, name="account", rich_help_panel="运行 Run")
app.add_typer(keys, name="keys", rich_help_panel="数据库 Database")


def settings(**given: Any) -> "Settings":
    """Read the environment; what was given on the command line goes first."""
    from pydantic import ValidationError

    from web.settings import Settings, complaints

    try:
        return Settings(**{name: value for name, value in given.items() if value is not None})
    except ValidationError as error:
        fail(f"设置有误 | settings: {'; '.join(complaints(error))}", code=2)


def fail(line: str, code: int = 1) -> NoReturn:
    """End with one clear line."""
    typer.secho(" ".join(line.split()), fg="red", err=True)
    raise typer.Exit(code)


@contextmanager
def failing_clearly() -> Iterator[None]:
    """Turn what an operator can mend into one line and an exit code; a bug keeps its trace."""
    from web.keys import KeysUnusable
    from web.prepare import AWAY, Unprepared, reason
    from web.server import Unavailable
    from web.settings import Unusable

    try:
        yield
    except (Unprepared, Unavailable, KeysUnusable, Unusable) as error:
        fail(str(error))
    except AWAY as error:
        fail(f"数据库出错，没有改动 | the database refused, nothing was changed: {reason(error)}")


def run(work: Coroutine[Any, Any, T]) -> T:
    """Carry out a command's work, with its failures told in one line."""
    with failing_clearly():
        return asyncio.run(work)


@app.command(rich_help_panel="运行 Run")
def serve(
    host: Annotated[str | None, typer.Option(help="Address to listen on; HOST, else 127.0.0.1.")] = None,
    port: Annotated[int | None, typer.Option(help="Port; PORT, else 8000. 0 takes a free one.")] = None,
    workers: Annotated[int | None, typer.Option(help="Processes on that port; WORKERS, else 1.")] = None,
) -> None:
    """启动服务 · Serve the light client, the explorer and the API.

    Takes the port, migrates the database (making the SQLite file if there is none), loads the demo data into an
    empty one unless PRODUCTION is set, then serves until Ctrl+C. If the port is taken, nothing is changed.

    - `horqin serve`
    - `horqin serve --port 9000`
    - `horqin serve --workers 4`: one a core; each has POOL_SIZE connections of its own
    - `DATABASE_URL=postgresql://me@localhost/horqin horqin serve`
    """
    from web.start import serve as start

    chosen = settings(host=host, port=port, workers=workers)
    with failing_clearly():
        start(chosen)


@app.command(rich_help_panel="数据库 Database")
def migrate() -> None:
    """升级数据库 · Bring the database to the shape that this version needs, and load the county's data.

    All missing migrations run in one transaction: either all are done or nothing is changed. A missing SQLite file
    is made. Safe to run again. Back up before upgrading a database that matters. Then places, words and skills are
    loaded or refreshed from the folder that COUNTY names; what was entered by people is not touched.
    """
    from web.loading import county_folder, load_county_data
    from web.prepare import migrate as migrating
    from web.prepare import opened

    chosen = settings()

    async def work() -> tuple[str | None, str, str]:
        county_folder(chosen)  # a wrong folder is said before anything is changed
        async with opened(chosen, create=True) as engine:
            before, after = await migrating(engine)
        return before, after, await load_county_data(chosen)

    before, after, county = run(work())
    if before == after:
        typer.echo(f"数据库已是最新 | already up to date: {after}")
    else:
        typer.echo(f"数据库已升级 | migrated: {before or '空 nothing'} → {after}")
    typer.echo(f"区划、名称和技能已载入 | places, words and skills are loaded: {county}")


@app.command(rich_help_panel="数据 Data")
def demo() -> None:
    """载入演示数据 · Load the demo data: real divisions, 1354 invented teams, about 20,000 invented people.

    No real person occurs in it; phones begin with 125, which is not issued. The same rows come out each time, and
    a second run changes nothing. The database must be migrated. Refused with PRODUCTION.
    """
    from web.loading import load_demo_data

    chosen = settings()
    if chosen.production:
        fail("正式环境不载入演示数据 | PRODUCTION takes no demo data")
    run(load_demo_data(chosen))


@app.command(rich_help_panel="数据库 Database")
def verify(
    root: Annotated[bool, typer.Option("--root", help="Print only the day's root, if all is whole.")] = False,
    day: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="The day of the root; yesterday by default.")
    ] = None,
) -> None:
    """核对事件链 · Prove that no event was changed, added between or removed.

    Walks the chain of every team, person and so on, holds it against its head, and names the first broken or missing
    event. Reads only; the service may go on. A million events take less than a minute.

    The day's root covers all chains as they were when the day ended in China, and comes out the same forever. Keep
    it outside of this machine, on paper if need be: it shows also what was removed together with its traces.

    - `horqin verify`
    - `horqin verify --root >> roots.txt`: each night, some minutes after midnight
    - `horqin verify --root --day 2026-11-22`: to compare with what was kept

    Exit code 0: whole; 1: broken, or the database cannot be read.
    """
    from web.verifying import verify_events

    run(verify_events(settings(), day.date() if day else None, root_only=root))


@app.command(rich_help_panel="数据 Data")
def recount() -> None:
    """重新计数 · Count anew what is kept ready: each team's members and skills, and the sums that statistics read.

    They change in the transaction that changes what they count, so this is for a database that was written to past
    its triggers, restored in parts for instance: `horqin doctor` says so. Changes to teams wait meanwhile.
    """
    from web.recounting import recount as count

    run(count(settings()))


@app.command("import", rich_help_panel="数据 Data")
def import_file(
    file: Annotated[Path, typer.Argument(help="The workbook (.xlsx) to read.", show_default=False)],
    report: Annotated[
        str | None, typer.Option(help="Write the report as JSON to this file; `-` for standard output.")
    ] = None,
    annotate: Annotated[
        Path | None,
        typer.Option(help="Write a copy of the workbook that says beside each row what became of it.", metavar="XLSX"),
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Read and check everything, change nothing.")] = False,
    retire_missing: Annotated[
        bool,
        typer.Option("--retire-missing", help="List teams and members that the file no longer names; ask to end them."),
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", help="With --retire-missing: do not ask.")] = False,
    again: Annotated[bool, typer.Option("--again", help="Also a file that was imported before.")] = False,
) -> None:
    """导入台账 · Import teams and members from a workbook.

    Everything is read and checked first, then stored in one transaction: a file is taken as a whole or not at all.
    A team is known by its code or by its name and place, a person by phone and name: other values replace those that
    are stored, lists grow, an empty cell or a masked phone changes nothing. What no row names stays as it is, unless
    `--retire-missing`: teams of the townships in the file that it does not name, and members that it does not name of
    the teams whose members it does, are listed, and ended when you say so.
    The report tells what was accepted, corrected and refused, row by row; it quotes faulty
    phone numbers, so keep it as safe as the workbook.

    - `horqin import ledger.xlsx --dry-run --report -`: see what would happen
    - `horqin import ledger.xlsx --report report.json`
    - `horqin import ledger.xlsx --annotate checked.xlsx`: mend the red rows in it, then import it

    The same file a second time does nothing. Coordinators import at `/imports` instead.

    Exit code 0: taken, perhaps with remarks in the report; 1: refused, nothing was changed.
    """
    from web.importing import import_workbook_file

    if not file.is_file():
        fail(f"没有这个文件 | there is no file {file}")
    if annotate and (annotate.suffix.lower() != ".xlsx" or annotate.absolute() == file.absolute()):
        fail("--annotate 请给出另一个以 .xlsx 结尾的文件名 | --annotate needs the name of another .xlsx file", code=2)
    work = import_workbook_file(
        settings(), file, report, annotate, dry_run=dry_run, retire=retire_missing, sure=yes, again=again
    )
    run(work)


@app.command(rich_help_panel="数据 Data")
def export(
    out: Annotated[Path, typer.Argument(help="The file to write, .xlsx or .csv.", show_default=False)],
    format: Annotated[
        FileFormat | None, typer.Option(help="What to write, if the name of the file does not say it.")
    ] = None,
    sheet: Annotated[Table, typer.Option(help="Which of the two a .csv holds.")] = Table.TEAMS,
    where: Annotated[
        str | None, typer.Option(help="Only these teams: JSON of the API's `TeamWhere`.", show_default=False)
    ] = None,
    with_phones: Annotated[bool, typer.Option("--with-phones", help="Phones in clear; goes on record.")] = False,
) -> None:
    """导出台账 · Write teams and members to a workbook that can be mended and imported again.

    A .xlsx has both on a sheet each, with drop-downs and notes; a .csv has one of them. Phones are masked, and a masked
    phone changes nothing when it is imported. With `--with-phones` they stand in clear, but for people who do not share
    theirs, and one event tells how many.

    - `horqin export ledger.xlsx`
    - `horqin export villages.xlsx --where '{"level": {"eq": "VILLAGE"}}'`
    - `horqin export members.csv --sheet members --with-phones`

    Exit code 0: written; 1: refused, there is no file.
    """
    from web.exporting import export_registry

    chosen = format.value if format else out.suffix.lower().removeprefix(".")
    if chosen not in ("xlsx", "csv"):
        fail("请写明格式：文件名以 .xlsx 或 .csv 结尾，或用 --format | say the format: --format xlsx or csv", code=2)
    kind: Literal["xlsx", "csv"] = "csv" if chosen == "csv" else "xlsx"
    run(export_registry(settings(), out, kind, sheet.value, where, phones=with_phones))


@app.command(rich_help_panel="数据 Data")
def template(
    out: Annotated[Path, typer.Argument(help="The workbook to write, .xlsx.", show_default=False)],
) -> None:
    """台账模板 · Write an empty workbook to fill in: drop-downs, an example and notes. Needs no database.

    The example stands above the head of each table, where the import sees a title.

    - `horqin template new.xlsx`, fill it in, then `horqin import new.xlsx`
    """
    from web.exporting import write_template_file

    if out.suffix.lower() != ".xlsx":
        fail("模板的文件名请以 .xlsx 结尾 | the name of a template ends in .xlsx", code=2)
    with failing_clearly():
        write_template_file(out)


@app.command(rich_help_panel="运行 Run")
def schema(
    out: Annotated[Path | None, typer.Option(help="Write to this file instead of standard output.")] = None,
) -> None:
    """打印接口定义 · Print the GraphQL schema in its own language (SDL). Needs no database."""
    from schema.api import schema as api

    text = f"{api.as_str()}\n"
    if out is None:
        sys.stdout.write(text)
        return
    try:
        out.write_text(text, encoding="utf-8")
    except OSError as error:
        fail(f"无法写入 {out} | cannot write {out}: {error.strerror}")


@app.command(rich_help_panel="运行 Run")
def doctor(
    new_keys: Annotated[
        bool, typer.Option("--new-keys", help="Print fresh SECRET_KEYS and LOOKUP_KEY, then end.")
    ] = False,
) -> None:
    """检查安装 · Check settings, keys, database, files and port, and say how to mend what is wrong.

    Changes nothing. Exit code 0 when all is well, 1 otherwise.
    """
    if new_keys:
        from web.keys import new_keys as fresh

        for name, value in fresh().items():
            typer.echo(f"{name.upper()}={value}")
        return
    from web.doctor import examine

    found = asyncio.run(examine(settings()))
    for check in found:
        mark, color = ("✓", "green") if check.is_well else ("✗", "red")
        typer.secho(f"{mark} {check.name}: {check.finding}", fg=color)
    if not all(check.is_well for check in found):
        raise typer.Exit(1)


if __name__ == "__main__":
    app()
