"""Commands that write files: the registry, or an empty workbook to fill in."""

from pathlib import Path

import typer
from graphql import GraphQLError
from sqlalchemy.ext.asyncio import AsyncSession

from domain.exports import Format, write_template
from domain.privacy.opening import record_opened_by_operator
from domain.scope import DISPATCHER
from models.reading import TooSlow, open_reader
from schema.context import Context
from schema.exports import OPERATION, export
from schema.plan.documents import Invalid
from web.errors import TIMEOUT
from web.exports import BadFilter, bad_filter, read_filter
from web.files import written
from web.keys import keyring
from web.prepare import Unprepared, check_migrated, opened
from web.settings import Settings


async def export_registry(
    settings: Settings, out: Path, format: Format, table: str, where: str | None, *, phones: bool
) -> None:
    """Write what the filter finds to a file, which is whole or not there. Clear phones are on record before it is.
    Raises Unprepared."""
    reader = open_reader(settings.url, 1)
    async with opened(settings) as engine:
        await check_migrated(engine)
        context = Context(DISPATCHER, reader, keyring(settings))
        with written(out) as file:
            await reader.start()
            try:
                counts = await export(context, read_filter(where), file, format, table, phones=phones)
            except (GraphQLError, Invalid) as error:
                raise Unprepared(str(bad_filter(error))) from None
            except BadFilter as error:
                raise Unprepared(str(error)) from None
            except TooSlow:
                raise Unprepared(TIMEOUT) from None
            finally:
                await reader.close()
            shown = context.counters.opened
            if shown:
                async with AsyncSession(engine) as session, session.begin():
                    await record_opened_by_operator(session, shown, OPERATION)
    lines = ", ".join(f"{LINES[name]} {count}" for name, count in counts.items())
    record = f"，明文电话 {shown} 个，已记录 phones in clear, on record" if shown else ""
    typer.echo(f"已写出 | written: {out} ({lines}{record})", err=True)


def write_template_file(out: Path) -> None:
    """Write an empty workbook to a file. Raises Unprepared."""
    with written(out) as file:
        write_template(file)
    typer.echo(f"已写出 | written: {out}", err=True)


LINES = {"teams": "队伍 teams", "members": "队员 members"}
