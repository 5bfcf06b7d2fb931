"""`GET /exports/teams.xlsx` and `.csv`: the teams of a filter, and their members, as the viewer may see them.

The file is written whole before its first byte leaves, and what it shows in clear is on record then. One is written at
a time: it takes a core for some seconds.
"""

import asyncio
import os
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack, asynccontextmanager
from functools import partial
from tempfile import TemporaryFile
from typing import IO, Any
from urllib.parse import quote

from graphql import GraphQLError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from domain.exports import TABLES, Format
from domain.times import today
from models.reading import TooSlow
from schema.context import Context
from schema.exports import OPERATION, export
from schema.plan.documents import Invalid
from web.bodies import BadJson, read_json
from web.compression import XLSX
from web.errors import TIMEOUT, problem
from web.gate import Gate
from web.rates import Rates
from web.requests import visit_of
from web.settings import Settings
from web.visitors import Visitors

TYPES: dict[Format, str] = {"xlsx": XLSX, "csv": "text/csv; charset=utf-8"}

A_MINUTE = 10
"""Exports for one address."""

SECONDS, WAITING = 60.0, 20.0
"""An export may take, and may wait for others."""

LONGEST = 500
"""Characters of a message: it quotes what was sent."""

CHUNK = 2**16


class BadFilter(ValueError):
    """The filter cannot be carried out; the message says why, Chinese first."""


def read_filter(where: str | None) -> Any:
    """Return the filter that a text holds, None for no text. Raises BadFilter."""
    try:
        return read_json(where.encode()) if where else None
    except (BadJson, UnicodeEncodeError) as error:
        raise BadFilter(f"筛选条件有误 | the filter: {error}") from None


def bad_filter(error: GraphQLError | Invalid) -> BadFilter:
    """Return what is wrong with a filter, as the API words it."""
    first = error.errors[0] if isinstance(error, Invalid) else error
    return BadFilter(f"筛选条件有误 | the filter: {first.message[:LONGEST]}")


def routes(settings: Settings, visitors: Visitors) -> list[Route]:
    """Return the routes."""
    gate, rates, turn = Gate(settings), Rates(A_MINUTE), asyncio.Semaphore(1)

    async def download(request: Request, format: Format) -> Response:
        if request.method != "GET":
            raise HTTPException(405, headers={"allow": "GET"})
        address, visit = request.client.host if request.client else "", visit_of(request.scope)
        gate.admit(request.headers, address, visit)
        if seconds := rates.wait(address):
            words = f"导出太多，请 {seconds} 秒后再试 | too many exports: try again in {seconds} s"
            raise HTTPException(429, words, {"retry-after": str(seconds)})
        table = request.query_params.get("sheet", "teams")
        if table not in TABLES:
            raise HTTPException(400, f"sheet 应为 {' 或 '.join(TABLES)} | sheet must be {' or '.join(TABLES)}")
        try:
            where = read_filter(request.query_params.get("where"))
            context = await visitors.reading(request.headers, visit)
            visit.counters = context.counters
            async with _turn(turn):
                file = await _made(context, where, format, table)
        except (GraphQLError, Invalid) as error:
            raise HTTPException(400, str(bad_filter(error))) from None
        except BadFilter as error:
            raise HTTPException(400, str(error)) from None
        except (TooSlow, TimeoutError):
            return problem(visit, 503, TIMEOUT, "TIMEOUT")
        title = "志愿服务队台账" if format == "xlsx" else f"志愿服务队{TABLES[table].title}"
        name = quote(f"{title}-{today().isoformat()}.{format}")
        headers = {
            "content-disposition": f"attachment; filename=\"{table}.{format}\"; filename*=UTF-8''{name}",
            "content-length": str(file.tell()),
            "cache-control": "private, no-store",
        }
        return StreamingResponse(_chunks(file), 200, headers, TYPES[format])

    return [Route(f"/exports/teams.{format}", partial(download, format=format)) for format in TYPES]


@asynccontextmanager
async def _turn(one: asyncio.Semaphore) -> AsyncIterator[None]:
    """Wait until no other export is written. Raises HTTPException."""
    try:
        async with asyncio.timeout(WAITING):
            await one.acquire()
    except TimeoutError:
        words = "正在导出别的表格，请稍后再试 | another export is being written: try again soon"
        raise HTTPException(503, words, {"retry-after": str(int(WAITING))}) from None
    try:
        yield
    finally:
        one.release()


async def _made(context: Context, where: Any, format: Format, table: str) -> IO[bytes]:
    """Return the file, with what it shows on record."""
    with ExitStack() as held:
        file: IO[bytes] = held.enter_context(TemporaryFile())
        async with asyncio.timeout(SECONDS):
            await export(context, where, file, format, table)
        await context.answered(OPERATION)
        file.seek(0, os.SEEK_END)
        held.pop_all()
        return file


def _chunks(file: IO[bytes]) -> Iterator[bytes]:
    with file:
        file.seek(0)
        while chunk := file.read(CHUNK):
            yield chunk
