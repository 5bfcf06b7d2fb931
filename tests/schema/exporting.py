"""Exports of the small registry, as a viewer gets them, and everything that a database holds."""

from pathlib import Path
from typing import Any

import openpyxl
from sqlalchemy import select

import models
from domain.exports import Format
from domain.viewers import Viewer
from schema.context import Context
from schema.exports import export
from tests.schema import rows
from tests.schema.conftest import Api

Sheets = dict[str, list[dict[str, Any]]]


async def exported(
    api: Api,
    path: Path,
    viewer: Viewer,
    where: Any = None,
    *,
    format: Format = "xlsx",
    table: str = "teams",
    phones: bool = True,
) -> Context:
    """Write an export to the path; return what the request left behind."""
    context = Context(viewer, api.reader, rows.KEYRING, engine=api.engine)
    with path.open("wb") as file:
        await export(context, where, file, format, table, phones=phones)
    return context


def sheets(path: Path) -> Sheets:
    """Return the lines of both sheets by their heads, without empty cells."""
    book = openpyxl.load_workbook(path)
    return {sheet.title: lines(sheet.iter_rows(values_only=True)) for sheet in book.worksheets[:2]}


def lines(found: Any) -> list[dict[str, Any]]:
    head, *body = found
    return [{name: value for name, value in zip(head, line, strict=True) if value not in (None, "")} for line in body]


async def everything(api: Api) -> dict[str, list[Any]]:
    """Return all rows of the database, to compare."""
    assert api.engine is not None
    async with api.engine.connect() as connection:
        return {
            table.name: sorted(map(tuple, await connection.execute(select(table))), key=repr)
            for table in models.Base.metadata.sorted_tables
        }
