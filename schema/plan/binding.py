"""Bound parameters of a plan: which value of the request goes where, and how it is written for the database."""

import enum
from collections.abc import Callable, Mapping
from typing import Any

import orjson
from graphql import GraphQLError
from sqlalchemy import ARRAY, BindParameter, Dialect, Enum, Text, bindparam
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.types import TypeEngine

from schema.plan.leaves import Leaf, Reader, Variables
from schema.plan.spec import Value


def _same(value: Any) -> Any:
    return value


def _plain(value: Any) -> Any:
    return value.value if isinstance(value, enum.Enum) else value


def _storable(text: Any) -> Any:
    if isinstance(text, str) and "\0" in text:
        raise GraphQLError(
            "文字里不能有空字符 U+0000 (text may not hold the NUL character).", extensions={"code": "BAD_USER_INPUT"}
        )
    return text


VIEWER = "$viewer"
"""Where the viewer's values stand among the variables; no variable can be written so."""


class Binder:
    """Collects the bound values of one statement."""

    def __init__(self, dialect: Dialect) -> None:
        self.dialect = dialect
        self.readers: dict[str, Reader] = {}

    def __call__(self, leaf: Leaf, type_: TypeEngine[Any], convert: Callable[[Any], Any] = _same) -> Value:
        """Return a parameter of the column type `type_`; `convert` may raise GraphQLError for a bad value."""
        if isinstance(type_, Enum):
            type_ = Text()
        write = self._writer(type_)
        return self._parameter(lambda variables: write(convert(_plain(leaf.read(variables)))), type_)

    def items(self, leaf: Leaf, type_: TypeEngine[Any], convert: Callable[[Any], Any] = _same) -> Value:
        """Return a parameter that holds a whole list: an array on PostgreSQL, JSON text on SQLite."""
        if isinstance(type_, Enum):
            type_ = Text()
        write = self._writer(type_)

        def read(variables: Variables) -> list[Any]:
            value = leaf.read(variables)
            value = value if isinstance(value, list | tuple) else [value]
            return [write(convert(_plain(item))) for item in value]

        if self.dialect.name == "sqlite":
            return self._parameter(lambda variables: orjson.dumps(read(variables)).decode(), Text())
        return self._parameter(read, ARRAY(type_))

    def viewer(self, name: str, type_: TypeEngine[Any]) -> Value:
        """Return a parameter that holds one of the viewer's values; the same one wherever it is asked for."""
        if name not in self.readers:
            write = self._writer(type_)
            self.readers[name] = lambda variables: write(variables[VIEWER][name])
        return bindparam(name, type_=type_)

    def _writer(self, type_: TypeEngine[Any]) -> Callable[[Any], Any]:
        if isinstance(type_, Text):
            return _storable
        return type_.dialect_impl(self.dialect).bind_processor(self.dialect) or _same

    def _parameter(self, read: Reader, type_: TypeEngine[Any]) -> Value:
        name = f"v_{len(self.readers)}"
        self.readers[name] = read
        return bindparam(name, type_=type_)


def written(compiler: type[SQLCompiler]) -> type[SQLCompiler]:
    """Return the compiler, but for writing what the code itself compares with (a state, a role) into the statement:
    PostgreSQL then knows how rare it is and keeps one generic plan. Values of requests are parameters without a value
    while compiling, and stay parameters. It also keeps the names of the tables that it writes, for `tables`."""

    class Written(compiler):  # type: ignore[misc, valid-type]
        def __init__(self, *arguments: Any, **options: Any) -> None:
            self.written_tables: set[str] = set()
            super().__init__(*arguments, **options)

        def visit_table(self, table: Any, *arguments: Any, **options: Any) -> Any:
            self.written_tables.add(table.name)
            return super().visit_table(table, *arguments, **options)

        def visit_bindparam(self, bindparam: BindParameter[Any], **options: Any) -> str:
            if bindparam.required:
                return str(super().visit_bindparam(bindparam, **options))
            return str(self.render_literal_value(bindparam.value, bindparam.type))

    return Written


def tables(compiled: Any) -> frozenset[str]:
    """Return the names of the tables that the statement reads, wherever in it."""
    return frozenset(compiled.written_tables)


def positions(compiled: Any, readers: Mapping[str, Reader]) -> list[Reader]:
    """Return, in the statement's order, where each parameter's value comes from."""
    return [readers[name] for name in compiled.positiontup]


def left_over(compiled: Any, readers: Mapping[str, Reader]) -> list[Reader]:
    """Return the readers of values that the statement does not need: a bad one is refused all the same."""
    return [reader for name, reader in readers.items() if name not in compiled.binds]
