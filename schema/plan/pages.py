"""A page of a Relay connection: its arguments, its bounds, its cursors, and the predicates that they become.

A cursor is the order's name and the key of a row, nothing else. The row's sort keys are looked up in the statement,
under the same scope as everything, so a cursor tells nobody what its holder may not see.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from graphql import GraphQLError
from sqlalchemy import BigInteger, Integer, Text, cast, func, literal_column, select

from schema.plan.binding import Binder
from schema.plan.json_sql import RowBeyond
from schema.plan.leaves import Leaf
from schema.plan.spec import Choice, Connection, Order, Policy, Row, Value

DEFAULT_SIZE, LARGEST_SIZE = 20, 100
CURSOR = re.compile(r"([A-Z_]{1,40})\.([0-9]{1,18}|[1-8][0-9]{18})")


def bad_input(message: str, **extensions: Any) -> GraphQLError:
    """Return the error of an argument that the request may mend."""
    return GraphQLError(message, extensions={"code": "BAD_USER_INPUT", **extensions})


def _size(argument: str, more: int) -> Callable[[Any], int]:
    def convert(value: Any) -> int:
        if not 0 <= value <= LARGEST_SIZE:
            raise bad_input(
                f"{argument} 应在 0 到 {LARGEST_SIZE} 之间，收到 {value} "
                f"({argument} must be 0 to {LARGEST_SIZE}, not {value}).",
                argument=argument,
                value=value,
                bound=LARGEST_SIZE,
            )
        return int(value) + more

    return convert


def _cursor_key(argument: str, choice: Choice) -> Callable[[Any], int]:
    def convert(value: Any) -> int:
        match = CURSOR.fullmatch(value)
        if match is None or match[1] != choice.name:
            raise bad_input(
                f"{argument} 不是 orderBy: {choice.name} 的游标，请用上一页 pageInfo 里的值 "
                f"({argument} is no cursor of this order; use one from pageInfo of the page before).",
                argument=argument,
            )
        return int(match[2])

    return convert


@dataclass(frozen=True)
class Page:
    """The page that the arguments of one connection field ask for."""

    choice: Choice
    order: Order
    backward: bool
    size: Value
    limit: Value
    after: Value | None
    before: Value | None

    @classmethod
    def of(cls, spec: Connection, arguments: Mapping[str, Any], bind: Binder) -> "Page":
        """Read the arguments. Raises GraphQLError when both directions are asked at once."""
        first, last = arguments.get("first"), arguments.get("last")
        if first is not None and last is not None:
            raise bad_input("first 和 last 只能用一个 (use first or last, not both).", argument="last")
        choice = arguments.get("orderBy") or next(iter(spec.orders))

        def key(name: str) -> Value | None:
            leaf: Leaf | None = arguments.get(name)
            return None if leaf is None else bind(leaf, BigInteger(), _cursor_key(name, choice))

        def size(more: int) -> Value:
            name, leaf = ("last", last) if last is not None else ("first", first)
            if leaf is not None and not leaf.fixed:
                return bind(leaf, Integer(), _size(name, more))
            number = DEFAULT_SIZE + more if leaf is None else _size(name, more)(leaf.read({}))
            return literal_column(str(number), Integer())  # PostgreSQL plans better for a LIMIT that it can read

        return cls(
            choice,
            spec.orders[choice],
            last is not None,
            size(0),
            size(1),
            key("after"),
            key("before"),
        )

    def counted(self, row: Row) -> list[Any]:
        """Return the order in which the page is cut off; backward pages are read from their end."""
        return self._sorted(row, self.order.descending is not self.backward)

    def shown(self, row: Row) -> list[Any]:
        """Return the order in which the page is shown."""
        return self._sorted(row, self.order.descending)

    def _sorted(self, row: Row, falling: bool) -> list[Any]:
        return [key.desc() if falling else key.asc() for key in self.order.of(row)]

    def beyond(self, spec: Connection, row: Row, policy: Policy) -> list[Value]:
        """Return the predicates of `after` and `before`; a cursor of no visible row leaves nothing."""
        found: list[Value] = []
        for key, falls in ((self.after, self.order.descending), (self.before, not self.order.descending)):
            if key is not None:
                other = spec.link.target.alias()
                keys = select(*self.order.of(other)).where(
                    other.c.id == key, policy.rows(spec.link.target, other, True)
                )
                found.append(RowBeyond(self.order.of(row), keys.scalar_subquery(), falls))
        return found

    def cursor(self, row: Row) -> Value:
        """Return the cursor of a row."""
        return literal_column(f"'{self.choice.name}.'", Text()) + cast(row.c.id, Text())

    def edge_cursor(self, rows: Row, first: bool) -> Value:
        """Return the cursor of the page's first or last row, over rows with `cursor_`, `rn_` and `cnt_`."""
        if first is not self.backward:
            at = rows.c.rn_ == 1
        else:
            at = (rows.c.rn_ == self.size) | ((rows.c.rn_ == rows.c.cnt_) & (rows.c.cnt_ < self.size))
        return func.max(rows.c.cursor_, type_=Text()).filter(at, rows.c.rn_ <= self.size)

    def has_more(self, rows: Row) -> Value:
        """Return whether there is a row beyond the page."""
        return func.coalesce(func.max(rows.c.cnt_), 0) > self.size
