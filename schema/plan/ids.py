"""Global ids: the name of a type and a key, `Team_1042`. Clients keep them, they do not read them."""

import re
from collections.abc import Callable
from typing import Any

import orjson
from sqlalchemy import BigInteger, Text, cast, column, func, literal_column, select

from schema.plan.binding import Binder
from schema.plan.json_sql import JSON
from schema.plan.leaves import Leaf
from schema.plan.spec import Row, Value

ID = re.compile(r"([A-Za-z]{1,40})_([0-9]{1,18}|[1-8][0-9]{18})")


def global_id(type_name: str, row: Row) -> Value:
    """Return the global id of a row."""
    return literal_column(f"'{type_name}_'", Text()) + cast(row.c.id, Text())


def parse_id(text: Any) -> tuple[str | None, int | None]:
    """Return the type's name and the key; two Nones for what is no id, which nobody has, so nothing is found."""
    match = ID.fullmatch(str(text))
    return (match[1], int(match[2])) if match else (None, None)


def key_of(type_name: str) -> Callable[[Any], int | None]:
    """Return the converter from ids of one type to its keys."""

    def convert(text: Any) -> int | None:
        name, key = parse_id(text)
        return key if name == type_name else None

    return convert


def asked_ids(leaf: Leaf, bind: Binder) -> Row:
    """Return the ids that a request asks for as rows of `position`, `type` and `key`."""

    def as_json(value: Any) -> str:
        ids = value if isinstance(value, list | tuple) else [value]
        return orjson.dumps([parse_id(text) for text in ids]).decode()

    text = bind(leaf, Text(), as_json)
    parts: list[Any]
    if bind.dialect.name == "sqlite":
        items: Any = func.json_each(text).table_valued(column("key", BigInteger()), column("value", Text()))
        parts = [func.json_extract(items.c.value, literal_column(f"'$[{at}]'")) for at in (0, 1)]
        position = items.c.key
    else:
        called = func.json_array_elements(cast(text, JSON))
        items = called.table_valued(column("value", Text()), with_ordinality="position").render_derived()
        parts = [items.c.value.op("->>")(literal_column(str(at))) for at in (0, 1)]
        position = items.c.position
    name, key = cast(parts[0], Text()).label("type"), cast(parts[1], BigInteger()).label("key")
    return select(position.label("position"), name, key).subquery()
