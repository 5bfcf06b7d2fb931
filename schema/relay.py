"""Relay's shapes: nodes with global ids, connections, edges, pages."""

from typing import Any, Generic, TypeVar

import strawberry

from schema.plan.compile import TYPE
from schema.plan.fields import computed, part
from schema.plan.ids import global_id

T = TypeVar("T")


@strawberry.interface(description="有全局编号的对象 an object with a global id.")
class Node:
    id: strawberry.ID = part("全局编号 global id, to be kept and not read")

    @classmethod
    def resolve_type(cls, value: Any, info: Any, abstract: Any) -> str:
        return value[TYPE]  # type: ignore[no-any-return]

    @classmethod
    def is_type_of(cls, value: Any, info: Any) -> bool:
        return value[TYPE] == cls.__name__  # type: ignore[no-any-return]


def identifier(type_name: str) -> Any:
    """The `id` of a type."""
    return computed(lambda row, _, __: global_id(type_name, row), "全局编号 global id, to be kept and not read")


@strawberry.type(description="分页信息 where a page lies.")
class PageInfo:
    has_next_page: bool = part("后面还有 more rows follow")
    has_previous_page: bool = part("前面还有 rows come before")
    start_cursor: str | None = part("本页第一条的游标 cursor of the first row")
    end_cursor: str | None = part("本页最后一条的游标 cursor of the last row")


@strawberry.type(description="一条及其游标 a row and its cursor.")
class Edge(Generic[T]):
    cursor: str = part("游标 cursor, for `after` and `before`")
    node: T = part("对象 the row itself")


@strawberry.type(description="一页 a page of rows.")
class Connection(Generic[T]):
    nodes: list[T] = part("本页的对象 the rows of the page")
    edges: list[Edge[T]] = part("本页的对象及游标 the rows of the page with their cursors")
    page_info: PageInfo = part("分页信息 where the page lies")
    total_count: int = part("符合条件的总数 how many rows match; counted only when asked")
