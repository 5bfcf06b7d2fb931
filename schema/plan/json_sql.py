"""JSON made by the database, the same text on PostgreSQL and SQLite: objects, arrays, booleans, times, lists.

It is put together as text, which takes PostgreSQL half as long as its JSON functions: those look up the type of each
value each time. SQLite's would read what is below anew on each level, and their nested calls take three times the room
in its parser (`nesting`)."""

import datetime as dt
from typing import Any

from sqlalchemy import ColumnElement, Null, Text, tuple_
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import TypeDecorator, UserDefinedType


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
    """Return the text of a value inside JSON, never null."""
    if isinstance(element, Null):
        return "'null'"
    text = compiler.process(element, **kw)
    if isinstance(element, JsonObject | JsonArray):
        return str(text)
    if isinstance(element.type, Json):
        return f"coalesce({text}, 'null')"
    python_type = _python_type(element)
    if compiler.dialect.name == "sqlite":
        if python_type is bool:
            return f"CASE WHEN {text} IS NULL THEN 'null' WHEN {text} THEN 'true' ELSE 'false' END"
        return f"json_quote({text})"
    if python_type is dt.datetime:
        text = f"""to_char({text} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')"""
    if python_type in (bool, int):
        return f"coalesce(CAST({text} AS TEXT), 'null')"
    if python_type is str:
        text = f"CAST({text} AS TEXT)"  # a literal has no type of its own
    return f"coalesce(CAST(to_json({text}) AS TEXT), 'null')"


def _python_type(element: ColumnElement[Any]) -> type | None:
    type_ = element.type
    try:
        return (type_.impl_instance if isinstance(type_, TypeDecorator) else type_).python_type
    except NotImplementedError:
        return None


@compiles(JsonText)
def _json_text(element: JsonText, compiler: Any, **kw: Any) -> str:
    return compiler.process(element.clauses, **kw)  # type: ignore[no-any-return]


@compiles(JsonObject)
def _object(element: JsonObject, compiler: Any, **kw: Any) -> str:
    values = [_json_value(value, compiler, **kw) for value in element.clauses]
    pairs = [f""""{key}":' || {value}""" for key, value in zip(element.keys, values, strict=True)]
    joined = " || ',".join(pairs)
    return f"'{{{joined} || '}}'" if pairs else "'{}'"


@compiles(JsonArray)
def _array(element: JsonArray, compiler: Any, **kw: Any) -> str:
    value, *condition = list(element.clauses)
    only = f" FILTER (WHERE {compiler.process(condition[0], **kw)})" if condition else ""
    joined = "group_concat" if compiler.dialect.name == "sqlite" else "string_agg"
    return f"'[' || coalesce({joined}({_json_value(value, compiler, **kw)}, ','){only}, '') || ']'"


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
