"""`horqin serve`, step by step: the port first, then the database, then the addresses, then uvicorn."""

import asyncio
import gc
import subprocess
import sys

import typer

from web.keys import keyring
from web.prepare import counts, opened, revision
from web.ready import expected_revision
from web.server import listen, server
from web.settings import Settings


def serve(settings: Settings) -> None:
    """Serve until Ctrl+C, in one process or several. Raises Unavailable, Unprepared, KeysUnusable before anything is
    half done."""
    taken = listen(settings.host, settings.port)
    try:
        prepare(settings)
        if settings.workers > 1:
            from web.workers import serve_with_workers

            keyring(settings)  # made once, and refused once
            welcome(settings, taken.getsockname()[1])
            serve_with_workers(settings, taken)
            return
        from web.app import application
        from web.logs import configure

        configure(settings.log_level, settings.log_format)
        app = application(settings)
        welcome(settings, taken.getsockname()[1])
        gc.freeze()  # what is there now stays for ever: a collection that walks all of it holds up every request
        server(app).run(sockets=[taken])
    except KeyboardInterrupt:
        typer.echo("已停止 | stopped", err=True)
    finally:
        taken.close()


def prepare(settings: Settings) -> None:
    """Migrate, and fill an empty database with the demo data. Each is a command of its own in a process of its own:
    what it takes in memory is gone when it ends. Raises Unprepared, or Exit when a command said what is wrong."""
    if asyncio.run(_revision(settings)) != expected_revision():
        _command("migrate")
    found = asyncio.run(_counts(settings))
    if not settings.production and not found["team"] and not found["person"]:
        typer.echo("第一次启动：载入演示数据 | first start: loading the demo data", err=True)
        _command("demo")


def _command(name: str) -> None:
    done = subprocess.run([sys.executable, "-m", "web.cli", name], stdout=sys.stderr)  # noqa: S603  a name of ours
    if done.returncode:
        raise typer.Exit(done.returncode)


async def _revision(settings: Settings) -> str | None:
    async with opened(settings, create=True) as engine:
        return await revision(engine)


async def _counts(settings: Settings) -> dict[str, int]:
    async with opened(settings) as engine:
        return await counts(engine)


def welcome(settings: Settings, port: int) -> None:
    """Print the addresses on standard output and what a person should know beside them."""
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    base = f"http://{host}:{port}"
    typer.echo(f"首页 Home             {base}/")
    if settings.explorer:
        typer.echo(f"查询台 Explorer       {base}/graphql")
    if settings.introspection:
        typer.echo(f"接口定义 Schema       {base}/schema.graphql")
    typer.echo("按 Ctrl+C 停止 | Ctrl+C stops", err=True)
    if settings.trust_everybody:
        typer.secho(
            "\n  ⚠  TRUST_EVERYBODY=1：凡使用本机的人都以旗调度员身份查看，姓名和电话不遮盖。\n"
            "     Everybody on this machine reads as the banner's dispatcher: names and phones in clear.\n",
            fg="yellow",
            bold=True,
            err=True,
        )
    sys.stdout.flush()
