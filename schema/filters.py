"""The parts that `where` inputs are made of: how a value, a set of values or linked rows are compared.

What is left out or null does not compare. A `where` field declares with `compare`, `among`, `related`, `condition` or
`combined` what it looks at; the operators are `schema.plan.filters`' business.
"""

import datetime as dt
from collections.abc import Callable
from typing import Any, Generic, TypeVar

import strawberry
from sqlalchemy import ColumnElement
from strawberry import UNSET

from schema.plan.fields import linked, reader
from schema.plan.spec import SPEC, Among, Bind, Combine, Compare, Custom, Related, Row

T = TypeVar("T")


def _field(spec: Any, description: str, name: str | None = None) -> Any:
    return strawberry.field(default=UNSET, metadata={SPEC: spec}, description=description, name=name)


def _operator(description: str, name: str | None = None) -> Any:
    return strawberry.field(default=UNSET, description=description, name=name)


@strawberry.input(description="文字条件 compares text; capital and small letters differ.")
class TextFilter:
    eq: str | None = _operator("等于 equal to")
    ne: str | None = _operator("不等于 not equal to; null counts as different")
    in_: list[str] | None = _operator("是其中之一 one of", "in")
    not_in: list[str] | None = _operator("不是其中任何一个 none of")
    contains: str | None = _operator("包含 contains")
    starts_with: str | None = _operator("以…开头 starts with")
    is_null: bool | None = _operator("为空 is null")


@strawberry.input(description="整数条件 compares an integer.")
class IntFilter:
    eq: int | None = _operator("等于 equal to")
    ne: int | None = _operator("不等于 not equal to")
    in_: list[int] | None = _operator("是其中之一 one of", "in")
    not_in: list[int] | None = _operator("不是其中任何一个 none of")
    gt: int | None = _operator("大于 greater than")
    gte: int | None = _operator("大于或等于 at least")
    lt: int | None = _operator("小于 less than")
    lte: int | None = _operator("小于或等于 at most")
    is_null: bool | None = _operator("为空 is null")


@strawberry.input(description="日期条件 compares a day.")
class DateFilter:
    eq: dt.date | None = _operator("等于 equal to")
    gt: dt.date | None = _operator("晚于 after")
    gte: dt.date | None = _operator("不早于 on or after")
    lt: dt.date | None = _operator("早于 before")
    lte: dt.date | None = _operator("不晚于 on or before")
    is_null: bool | None = _operator("为空 is null")


@strawberry.input(description="时间条件 compares a moment.")
class DateTimeFilter:
    gt: dt.datetime | None = _operator("晚于 after")
    gte: dt.datetime | None = _operator("不早于 at or after")
    lt: dt.datetime | None = _operator("早于 before")
    lte: dt.datetime | None = _operator("不晚于 at or before")
    is_null: bool | None = _operator("为空 is null")


@strawberry.input(description="是非条件 compares yes and no.")
class BooleanFilter:
    eq: bool | None = _operator("等于 equal to")


@strawberry.input(description="选项条件 compares a code.")
class Filter(Generic[T]):
    eq: T | None = _operator("等于 equal to")
    ne: T | None = _operator("不等于 not equal to; null counts as different")
    in_: list[T] | None = _operator("是其中之一 one of", "in")
    not_in: list[T] | None = _operator("不是其中任何一个 none of")
    is_null: bool | None = _operator("为空 is null")


@strawberry.input(description="多选条件 compares a set of codes.")
class SetFilter(Generic[T]):
    has_any: list[T] | None = _operator("有其中之一 has one of these")
    has_all: list[T] | None = _operator("全部都有 has all of these")
    has_none: list[T] | None = _operator("一个也没有 has none of these")


@strawberry.input(description="关联条件 compares linked rows; only rows that the reader may see count.")
class ListFilter(Generic[T]):
    some: T | None = _operator("至少一个符合 at least one matches")
    none: T | None = _operator("没有一个符合 none matches")
    every: T | None = _operator("个个符合（没有也算） each one matches, also when there is none")


def compare(value: Any, description: str) -> Any:
    """A `where` field over a column or a function from the row to an expression."""
    return _field(Compare(reader(value)), description)


def among(link: Any, value: Any, description: str) -> Any:
    """A `where` field over one value of each linked row."""
    return _field(Among(linked(link), reader(value)), description)


def related(link: Any, description: str, *, many: bool) -> Any:
    """A `where` field over linked rows (`ListFilter`), or over the one linked row (its own `where`)."""
    return _field(Related(linked(link), many), description)


def condition(predicate: Callable[[Row, Any, Bind], ColumnElement[bool]], description: str) -> Any:
    """A `where` field with a predicate of its own."""
    return _field(Custom(predicate), description)


def all_of() -> Any:
    return _field(Combine("and"), "全部符合 all of these", "and")


def any_of() -> Any:
    return _field(Combine("or"), "符合其中之一 one of these", "or")


def none_of() -> Any:
    return _field(Combine("not"), "不符合 not this", "not")
