"""How a schema declares where its fields live: each function returns a Strawberry field that carries its spec."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import strawberry
from sqlalchemy import ColumnElement, FromClause, and_
from sqlalchemy.orm import InstrumentedAttribute, RelationshipProperty
from strawberry.annotation import StrawberryAnnotation
from strawberry.types.arguments import StrawberryArgument
from strawberry.types.field import StrawberryField

from schema.plan.spec import (
    SPEC,
    Bind,
    Choice,
    Condition,
    Connection,
    Count,
    Find,
    Group,
    Link,
    Many,
    Nodes,
    OfViewer,
    One,
    Order,
    Row,
    RowValue,
    Scalar,
    Stats,
    Value,
    Values,
)

ARGUMENTS = "arguments"


class PlanField(StrawberryField):
    """A field whose value the statement brings. Where graphql-core walks an answer, it is read from there."""

    @property
    def is_basic_field(self) -> bool:
        return False

    @property
    def arguments(self) -> list[StrawberryArgument]:
        return self.metadata[ARGUMENTS]  # type: ignore[no-any-return]

    @arguments.setter
    def arguments(self, value: list[StrawberryArgument]) -> None:
        raise TypeError("The arguments of a planned field are declared with it.")

    def get_result(self, source: Any, info: Any, args: list[Any], kwargs: Any) -> Any:
        path = info.path
        return info.context.walk(path.key, info._raw_info.field_nodes) if path.prev is None else source[path.key]


def _field(spec: Any, description: str, *arguments: StrawberryArgument) -> Any:
    return PlanField(description=description, metadata={SPEC: spec, ARGUMENTS: list(arguments)})


def argument(name: str, type_: Any, description: str, default: Any = strawberry.UNSET) -> StrawberryArgument:
    """Return an argument of a planned field; `name` is its GraphQL name."""
    annotation = StrawberryAnnotation.from_annotation(type_)
    if annotation is None:
        raise TypeError(f"The argument {name} needs a type.")
    return StrawberryArgument(name, name, annotation, description=description, default=default)


def through(relationship: Any, where: Condition | None = None) -> Link:
    """Return the link that a SQLAlchemy relationship describes."""
    property_: RelationshipProperty[Any] = relationship.property
    pairs = [(local.name, remote.name) for local, remote in property_.local_remote_pairs or ()]

    def on(parent: Row, child: Row) -> ColumnElement[bool]:
        return and_(*(child.c[remote] == parent.c[local] for local, remote in pairs))

    names = tuple(local for local, _ in pairs)
    return Link(property_.mapper.local_table, on, names, where, property_.parent.local_table)


def linked(link: Any) -> Link:
    """Return the link of a relationship, of a whole table, or the link itself."""
    if isinstance(link, Link):
        return link
    return Link(link) if isinstance(link, FromClause) else through(link)


def of(attribute: Any) -> RowValue:
    """Return the reader of a mapped column from a row."""
    name = attribute.property.columns[0].name
    return lambda row: row.c[name]


def reader(value: Any) -> RowValue:
    """Return the reader of a mapped column, or the function itself."""
    return of(value) if isinstance(value, InstrumentedAttribute) else value


def part(description: str) -> Any:
    """A field that the compiler knows by name: the parts of a connection."""
    return _field(None, description)


def column(
    value: Any, description: str, *, gate: str | None = None, otherwise: Any = None, sealed: bool = False
) -> Any:
    """A column, or a function from a row to an expression. `gate` and `otherwise` as in `Scalar`."""
    read = reader(value)
    spec = Scalar(lambda row, _, __: read(row), gate, reader(otherwise) if otherwise else None, sealed)
    return _field(spec, description)


def computed(
    value: Callable[[Row, Mapping[str, Any], Bind], Value],
    description: str,
    *arguments: StrawberryArgument,
    gate: str | None = None,
) -> Any:
    """A value made from the row and arguments."""
    return _field(Scalar(value, gate), description, *arguments)


def one(link: Any, description: str) -> Any:
    """At most one linked row."""
    return _field(One(linked(link)), description)


def find(table: FromClause, predicate: Find, description: str, *arguments: StrawberryArgument) -> Any:
    """At the root: the one row that the arguments name."""
    return _field(One(Link(table), predicate), description, *arguments)


def group(description: str) -> Any:
    """At the root: an object under which other root fields stand."""
    return _field(Group(), description)


def of_viewer(name: str, description: str) -> Any:
    """One of the viewer's values, by its name."""
    return _field(OfViewer(name), description)


def whose(link: Any, gate: str, description: str) -> Any:
    """At the root: the one row that is the viewer's, where the gate says so."""
    return _field(One(linked(link), gate=gate), description)


def many(
    link: Any,
    description: str,
    *order: Any,
    find: Find | None = None,
    arguments: Sequence[StrawberryArgument] = (),
    gate: str | None = None,
) -> Any:
    """All linked rows, sorted by the given columns or expressions. At the root, `find` narrows by the arguments,
    `gate` by who asks."""
    return _field(Many(linked(link), _sorting(order), find, gate), description, *arguments)


def values(
    link: Any,
    value: Any,
    description: str,
    *arguments: StrawberryArgument,
    order: Any = None,
    gate: str | None = None,
) -> Any:
    """One value of each linked row, sorted by `order`, else by the value."""
    read = reader(value)
    made: Any = value if arguments else lambda row, _, __: read(row)
    return _field(Values(linked(link), made, _sorting([order or value]), gate), description, *arguments)


def _sorting(order: Any) -> Callable[[Row], tuple[Value, ...]]:
    readers = [reader(value) for value in order]
    return lambda row: tuple(read(row) for read in readers)


def count(link: Any, description: str) -> Any:
    """How many linked rows there are."""
    return _field(Count(linked(link)), description)


def connection(link: Any, description: str, *, where: type, orders: Mapping[Any, Order]) -> Any:
    """A Relay connection with `where`, `orderBy` and keyset pages."""
    choice = type(next(iter(orders)))
    return _field(
        Connection(linked(link), orders),
        description,
        argument("where", where | None, "筛选条件 what to keep"),
        argument("orderBy", choice | None, "排序 how to sort"),
        argument("first", int | None, "从前取几条，缺省 20，最多 100 how many from the front"),
        argument("after", str | None, "从这个游标之后 beyond this cursor"),
        argument("last", int | None, "从后取几条，最多 100 how many from the end"),
        argument("before", str | None, "到这个游标之前 up to this cursor"),
    )


def nodes(tables: Mapping[str, FromClause], description: str, *, single: bool) -> Any:
    """Rows of any type by global id."""
    asked = (
        argument("id", strawberry.ID, "全局编号 global id")
        if single
        else argument("ids", list[strawberry.ID], "全局编号 global ids, 最多 at most 100")
    )
    return _field(Nodes(tables, single), description, asked)


def stats(spec: Stats, description: str, *, where: type) -> Any:
    """Grouped counts."""
    choice = type(next(iter(spec.dimensions)))
    return _field(
        spec,
        description,
        argument("groupBy", list[choice], "分组 what to group by, 最多三项 at most three"),  # type: ignore[valid-type]
        argument("where", where | None, "筛选条件 what to keep"),
    )


def orders(kind: type[Choice], keys: Mapping[str, Any]) -> dict[Any, Order]:
    """Return the orders of a connection: for each key both `KEY_ASC` and `KEY_DESC`, by these columns or functions
    `(row, descending)`, which must never be null."""

    def order(key: str, descending: bool) -> Order:
        values = keys[key] if isinstance(keys[key], tuple) else (keys[key],)
        readers = [
            of(value) if isinstance(value, InstrumentedAttribute) else (lambda row, value=value: value(row, descending))
            for value in values
        ]
        return Order(tuple(readers), descending)

    return {choice: order(choice.name.rpartition("_")[0], choice.name.endswith("_DESC")) for choice in kind}
