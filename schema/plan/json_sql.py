"""JSON made by the database, the same text on PostgreSQL and SQLite: objects, arrays, booleans, times, lists.

On SQLite it is put together as text: its JSON functions would read what is below anew on each level, and their nested
calls take three times the room in its parser (`nesting`)."""

import datetime as dt
from typing import Any

from sqlalchemy import ColumnElement, Text, tuple_
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import TypeDecorator, UserDefinedType

PAIRS = 40
"""Pairs a call: PostgreSQL takes 100 arguments of a function."""


class Json(UserDefinedType[Any]):
    """Marks a value that is JSON already."""

    cache_ok = True

    def get_col_spec(self, **_: Any) -> str:
        return "JSON"


JSON = Json()


class JsonObject(FunctionElement[Any]):
    """An object with the given keys, in order. Keys are GraphQL names, so they are safe as SQL literals."""

    inherit_cache = False
    type = JSON

    def __init__(self, pairs: list[tuple[str, ColumnElement[Any]]]) -> None:
        self.keys = [key for key, _ in pairs]
        super().__init__(*(value for _, value in pairs))


class JsonArray(FunctionElement[Any]):
    """The array of a column over the rows of a group, `[]` for none."""

    inherit_cache = False
    type = JSON


class JsonText(FunctionElement[Any]):
    """JSON that comes as a text."""

    inherit_cache = False
    type = JSON


class RowBeyond(FunctionElement[Any]):
    """Whether a tuple of keys lies beyond that of one other row: `(a, id) > (SELECT a, id …)`."""

    inherit_cache = False

    def __init__(self, keys: tuple[ColumnElement[Any], ...], other: ColumnElement[Any], descending: bool) -> None:
        self.descending = descending
        super().__init__(tuple_(*keys), other)


class AnyOf(FunctionElement[Any]):
    """Whether a value is in a bound list."""

    inherit_cache = False


class Elements(FunctionElement[Any]):
    """How many different values a bound list has."""

    inherit_cache = False


def _json_value(element: ColumnElement[Any], compiler: Any, **kw: Any) -> str:
    """Return what stands for a value inside JSON: on SQLite its text, never null."""
    text = compiler.process(element, **kw)
    python_type = None if isinstance(element.type, Json) else _python_type(element)
    if compiler.dialect.name == "postgresql":
        if python_type is dt.datetime:
            return f"""to_char({text} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')"""
        return str(text)
    if isinstance(element, JsonObject | JsonArray):
        return str(text)
    if isinstance(element.type, Json):
        return f"coalesce({text}, 'null')"
    if python_type is bool:
        return f"CASE WHEN {text} IS NULL THEN 'null' WHEN {text} THEN 'true' ELSE 'false' END"
    return f"json_quote({text})"


def _python_type(element: ColumnElement[Any]) -> type | None:
    type_ = element.type
    try:
        return (type_.impl_instance if isinstance(type_, TypeDecorator) else type_).python_type
    except NotImplementedError:
        return None


def _chunks(element: JsonObject, compiler: Any, kw: dict[str, Any]) -> list[str]:
    values = list(element.clauses)
    pairs = [f"'{key}', {_json_value(value, compiler, **kw)}" for key, value in zip(element.keys, values, strict=True)]
    return [", ".join(pairs[start : start + PAIRS]) for start in range(0, len(pairs), PAIRS)] or [""]


@compiles(JsonText, "sqlite")
def _json_text(element: JsonText, compiler: Any, **kw: Any) -> str:
    return compiler.process(element.clauses, **kw)  # type: ignore[no-any-return]


@compiles(JsonText, "postgresql")
def _json_text_postgresql(element: JsonText, compiler: Any, **kw: Any) -> str:
    return f"CAST({compiler.process(element.clauses, **kw)} AS JSON)"


@compiles(JsonObject, "postgresql")
def _object_postgresql(element: JsonObject, compiler: Any, **kw: Any) -> str:
    objects = [f"json_build_object({chunk})" for chunk in _chunks(element, compiler, kw)]
    if len(objects) == 1:
        return objects[0]
    first, *rest = (f"{text}::text" for text in objects)
    return f"(left({first}, -1) || ', ' || {' || '.join(_inner(rest))})::json"


def _inner(rest: list[str]) -> list[str]:
    middle = [f"substr({text}, 2, length({text}) - 2) || ', '" for text in rest[:-1]]
    return [*middle, f"substr({rest[-1]}, 2)"]


@compiles(JsonObject, "sqlite")
def _object_sqlite(element: JsonObject, compiler: Any, **kw: Any) -> str:
    values = [_json_value(value, compiler, **kw) for value in element.clauses]
    pairs = [f""""{key}":' || {value}""" for key, value in zip(element.keys, values, strict=True)]
    joined = " || ',".join(pairs)
    return f"'{{{joined} || '}}'" if pairs else "'{}'"


@compiles(JsonArray, "postgresql")
def _array_postgresql(element: JsonArray, compiler: Any, **kw: Any) -> str:
    value, *condition = list(element.clauses)
    only = f" FILTER (WHERE {compiler.process(condition[0], **kw)})" if condition else ""
    return f"coalesce(json_agg({_json_value(value, compiler, **kw)}){only}, '[]'::json)"


@compiles(JsonArray, "sqlite")
def _array_sqlite(element: JsonArray, compiler: Any, **kw: Any) -> str:
    value, *condition = list(element.clauses)
    only = f" FILTER (WHERE {compiler.process(condition[0], **kw)})" if condition else ""
    return f"'[' || coalesce(group_concat({_json_value(value, compiler, **kw)}, ','){only}, '') || ']'"


@compiles(RowBeyond)
def _row_beyond(element: RowBeyond, compiler: Any, **kw: Any) -> str:
    keys, other = list(element.clauses)
    return f"{compiler.process(keys, **kw)} {'<' if element.descending else '>'} {compiler.process(other, **kw)}"


@compiles(AnyOf, "postgresql")
def _any_of_postgresql(element: AnyOf, compiler: Any, **kw: Any) -> str:
    value, items = (compiler.process(item, **kw) for item in element.clauses)
    return f"{value} = ANY({items})"


@compiles(AnyOf, "sqlite")
def _any_of_sqlite(element: AnyOf, compiler: Any, **kw: Any) -> str:
    value, items = (compiler.process(item, **kw) for item in element.clauses)
    return f"{value} IN (SELECT value FROM json_each({items}))"


@compiles(Elements, "postgresql")
def _elements_postgresql(element: Elements, compiler: Any, **kw: Any) -> str:
    return f"(SELECT count(DISTINCT item) FROM unnest({compiler.process(element.clauses, **kw)}) AS item)"


@compiles(Elements, "sqlite")
def _elements_sqlite(element: Elements, compiler: Any, **kw: Any) -> str:
    return f"(SELECT count(DISTINCT value) FROM json_each({compiler.process(element.clauses, **kw)}))"


TEXT = Text()
