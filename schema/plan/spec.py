"""What a declared field can be. The schema's authors say it in `fields.py`; the compiler reads it here."""

import enum
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, TypeAlias

from sqlalchemy import ColumnElement, FromClause
from sqlalchemy.types import TypeEngine

Row: TypeAlias = FromClause
Value: TypeAlias = ColumnElement[Any]
RowValue: TypeAlias = Callable[[Row], Value]
Condition: TypeAlias = Callable[[Row], ColumnElement[bool]]

SPEC = "plan"
"""The key of a field's metadata under which its spec stands."""

MARK = "\x01"
"""Stands before a sealed value in an answer. No text of people holds it, so none is taken for a sealed value."""


class Choice(enum.Enum):
    """An enum whose value shapes the statement (an order, a dimension); others travel as bound values."""


def choice(name: str, members: list[str]) -> Any:
    """Return a new Choice with these members."""
    return Choice(name, members)  # type: ignore[call-arg]


class Bind(Protocol):
    """Turns a leaf of the request into a bound parameter; `convert` runs when the request is carried out."""

    def __call__(self, leaf: Any, type_: TypeEngine[Any], convert: Callable[[Any], Any] = ...) -> Value: ...


Find: TypeAlias = Callable[[Row, Mapping[str, Any], Bind], ColumnElement[bool]]
"""Narrows rows by the arguments of a field."""


@dataclass(frozen=True)
class Case:
    """How rows hang on those parents that are of one kind (`when`): by an equality that an index of theirs begins
    with, so that it gives their pages in order."""

    when: Condition
    on: Callable[[Row, Row], ColumnElement[bool]]


@dataclass(frozen=True)
class Link:
    """How rows of `target` hang on a parent row. `on` may read only `parent_columns` of the parent, a row of `parent`
    where one table alone can be it. Where no single index gives a page in order there are `cases`, one for each parent:
    a page then costs the same however many rows follow it."""

    target: FromClause
    on: Callable[[Row, Row], ColumnElement[bool]] | None = None
    parent_columns: tuple[str, ...] = ()
    where: Condition | None = None
    parent: FromClause | None = None
    cases: tuple[Case, ...] = ()


@dataclass(frozen=True)
class Scalar:
    """A value of the row itself. `value` gets the row, the arguments and the binder.

    With a `gate`, the value shows only where the policy opens it, else `otherwise` (null when none is given).
    `sealed` says that the value is ciphertext, opened in the answer.
    """

    value: Callable[[Row, Mapping[str, Any], Bind], Value]
    gate: str | None = None
    otherwise: RowValue | None = None
    sealed: bool = False


@dataclass(frozen=True)
class Order:
    """Never-null sort keys, all in one direction; the row's id is always the last."""

    keys: tuple[RowValue, ...]
    descending: bool = False

    def of(self, row: Row) -> tuple[Value, ...]:
        return (*(key(row) for key in self.keys), row.c.id)


@dataclass(frozen=True)
class Group:
    """An object without a row of its own, under which other root fields stand."""


@dataclass(frozen=True)
class OfViewer:
    """One of the viewer's values, which is JSON as a text."""

    name: str


@dataclass(frozen=True)
class One:
    """At most one linked row. A root's `find` narrows by arguments instead of a link, its `gate` by who asks."""

    link: Link
    find: Find | None = None
    gate: str | None = None


@dataclass(frozen=True)
class Many:
    """All linked rows as a plain list, in the order of `order`. A root's `find` narrows by arguments, its `gate` by
    who asks."""

    link: Link
    order: Callable[[Row], tuple[Value, ...]]
    find: Find | None = None
    gate: str | None = None


@dataclass(frozen=True)
class Values:
    """One value of each linked row, as a list of scalars; null where the gate is shut."""

    link: Link
    value: Callable[[Row, Mapping[str, Any], Bind], Value]
    order: Callable[[Row], tuple[Value, ...]]
    gate: str | None = None


@dataclass(frozen=True)
class Count:
    """How many linked rows there are."""

    link: Link


@dataclass(frozen=True)
class Connection:
    """A page of linked rows. The argument `orderBy` names one of `orders`; the first is the default."""

    link: Link
    orders: Mapping[Choice, Order]


@dataclass(frozen=True)
class Nodes:
    """Rows of any of the types named in `tables` by their global ids, in the order asked; `single` for one id."""

    tables: Mapping[str, FromClause]
    single: bool


@dataclass(frozen=True)
class Dimension:
    """Something that rows are grouped by: joins to make (shared by name) and columns to group by."""

    columns: Mapping[str, Callable[[Mapping[str, Row]], Value]]
    joins: tuple[str, ...] = ()


@dataclass(frozen=True)
class Join:
    """A table that dimensions need. With `outer` a row without a match is kept and grouped under null."""

    table: FromClause
    on: Callable[[Row, Row], ColumnElement[bool]]
    outer: bool = False


@dataclass(frozen=True)
class Summary:
    """A table of sums over rows of another one. Its columns are those that the others are grouped by, under the same
    names, and `sums`, each with what a single row adds to it; the first one counts rows. The dimensions that need
    other joins than `joins` are beyond it."""

    table: FromClause
    sums: Mapping[str, RowValue]
    joins: frozenset[str]


@dataclass(frozen=True)
class Stats:
    """Grouped counts of the rows of `table`, which stands under the name `""` beside the joined ones; from the
    `summary` where nothing narrows them and it knows their dimensions."""

    table: FromClause
    dimensions: Mapping[Any, Dimension]
    measures: Mapping[str, Callable[[Mapping[str, Row]], Value]]
    joins: Mapping[str, Join]
    summary: Summary | None = None


@dataclass(frozen=True)
class Compare:
    """A `where` field that compares a value of the row by the operators of its filter input."""

    value: RowValue


@dataclass(frozen=True)
class Among:
    """A `where` field over a set of values hanging on the row: hasAny, hasAll, hasNone."""

    link: Link
    value: RowValue


@dataclass(frozen=True)
class Related:
    """A `where` field over linked rows: some, none, every for lists, the nested `where` itself for one row."""

    link: Link
    many: bool


@dataclass(frozen=True)
class Custom:
    """A `where` field with a predicate of its own."""

    predicate: Callable[[Row, Any, Bind], ColumnElement[bool]]


@dataclass(frozen=True)
class Combine:
    """`and`, `or`, `not`."""

    how: str


class Policy(Protocol):
    """Who may see what. Returns predicates; `true()` and `false()` are folded while compiling."""

    def rows(
        self,
        table: FromClause,
        row: Row,
        found: bool = False,
        parent: FromClause | None = None,
        wide: bool = False,
    ) -> ColumnElement[bool]:
        """Return which rows exist; `found` says that they are found by keys, a few of them unless `wide`, `parent` that
        they hang on rows of this table that exist."""
        ...

    def parts(self, table: FromClause) -> Sequence[tuple[Row, ColumnElement[bool]]]:
        """Return the rows of a whole table that exist as sources without a common row, each with a predicate and by
        name in an index; nothing where `rows` alone says which they are."""
        ...

    def gate(self, name: str, row: Row) -> ColumnElement[bool]: ...

    def beside(self, table: FromClause, row: Row) -> ColumnElement[bool]:
        """Return which rows exist that are in none of those sums over the table's rows that exist."""
        ...

    def smallest_group(self, table: FromClause) -> int | None:
        """Return the size from which groups of rows that are not seen may be counted, when nothing narrows them."""
        ...


PolicyOf: TypeAlias = Callable[[Callable[[str, TypeEngine[Any]], Value]], Policy]
"""Makes the policy of one statement, given what binds a value of the viewer by its name."""
