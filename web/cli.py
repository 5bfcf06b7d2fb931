"""The command line, `horqin`: run the service, look after its database, bring data in."""

import asyncio
import sys
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn, TypeVar

import typer

from web.accounts_cli import account
from web.keys_cli import keys
from web.workbooks_cli import export, import_file, template

if TYPE_CHECKING:
    from web.settings import Settings

T = TypeVar("T")


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
app.command("import", rich_help_panel="数据 Data")(import_file)
app.command(rich_help_panel="数据 Data")(export)
app.command(rich_help_panel="数据 Data")(template)


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
