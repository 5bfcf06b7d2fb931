"""Variables that are what they are declared to be: coerced by one look, as the library would do with many."""

from collections.abc import Callable
from typing import Any

from graphql import (
    GraphQLBoolean,
    GraphQLEnumType,
    GraphQLID,
    GraphQLInt,
    GraphQLList,
    GraphQLString,
    get_nullable_type,
)

MOST = 2**31


def plain_reader(declared: Any) -> Callable[[Any], Any]:
    """Return what gives the coerced value of a plain one of this type, and None for everything else: another type,
    null, an input object, a mistake."""
    bare = get_nullable_type(declared)
    if isinstance(bare, GraphQLList):
        return _list(plain_reader(bare.of_type))
    if bare in (GraphQLString, GraphQLID):
        return lambda value: value if type(value) is str else None
    if bare is GraphQLInt:
        return lambda value: value if type(value) is int and -MOST <= value < MOST else None
    if bare is GraphQLBoolean:
        return lambda value: value if type(value) is bool else None
    if isinstance(bare, GraphQLEnumType):
        known = {name: bare.parse_value(name) for name in bare.values}
        return lambda value: known.get(value) if type(value) is str else None
    return lambda value: None


def _list(read: Callable[[Any], Any]) -> Callable[[Any], Any]:
    def items(value: Any) -> list[Any] | None:
        if type(value) is not list:
            return None
        found = [read(item) for item in value]
        return None if None in found else found

    return items
