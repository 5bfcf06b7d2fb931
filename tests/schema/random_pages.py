"""Random pages of connections: `first` or `last`, never both, and cursors that a sample gave."""

from collections.abc import Mapping, Sequence
from typing import Any

from graphql import GraphQLField, GraphQLNonNull, Undefined, get_named_type

from tests.schema.random_values import Place, ValueMaker, Variable, default_of, nullable_form

ARGUMENTS = ("first", "after", "last", "before")
UNASKED = 20
"""How many rows a connection gives when nobody says."""


def is_paged(field: GraphQLField) -> bool:
    return "first" in field.args and "last" in field.args


def page_sizes(values: ValueMaker, times: int, cost: int) -> list[int]:
    """Return the sizes of page that the cost left allows: small ones inside of a list."""
    sizes = values.samples.get("first", (1, 2, 3, 5, 10, 20))
    return [size for size in sizes if (times == 1 or size <= 5) and size * times * 4 <= cost]


class Pages:
    """Chooses the page of one connection field."""

    def __init__(self, values: ValueMaker, owner: str, field: GraphQLField) -> None:
        self.values, self.owner, self.field = values, owner, field
        self.default = default_of(field.args["first"])

    def add_to(self, arguments: dict[str, Any], sizes: Sequence[int], affordable: int) -> int:
        """Add a page to the arguments and return its size at most."""
        unasked = self.default if isinstance(self.default, int) else UNASKED
        way = self.values.random.choice(("first", "first", "last", "none"))
        if way == "none" and unasked > affordable:
            way = "first"
        pool = self._cursors(arguments.get("orderBy", Undefined))
        cursor = "before" if way == "last" else "after"
        if pool and self.values.chance(0.5):
            arguments[cursor] = self._one_of(cursor, pool, must_be_given=False)
        if way == "none":
            return unasked
        size = self._one_of(way, sizes, must_be_given=way == "last" or unasked > affordable)
        arguments[way] = size
        size = size.value() if isinstance(size, Variable) else size
        return unasked if size is Undefined else size

    def _one_of(self, name: str, values: Sequence[Any], must_be_given: bool) -> Any:
        """Return one of the values, in a variable at times; unless it must be given, that may be absent."""
        slot = self.field.args[name]
        if not self.values.chance(0.4):
            return self.values.random.choice(values)
        if must_be_given:
            return self.values.variable(GraphQLNonNull(nullable_form(slot.type)), Place((name,)), values)
        return self.values.variable(slot.type, Place((name,), default_of(slot) is not Undefined), values)

    def _cursors(self, order: Any) -> Sequence[Any]:
        order = order.value() if isinstance(order, Variable) else order
        behind = f":{order}" if isinstance(order, str) else ""
        samples: Mapping[str, Sequence[Any]] = self.values.samples
        names = (f"cursor:{self.owner}{behind}", f"cursor:{get_named_type(self.field.type)}{behind}")
        return next((samples[name] for name in names if samples.get(name)), ())
