"""What a viewer sees of rows beside what there is: each field of each type, judged by a letter of the matrix."""

import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import orjson
from graphql import GraphQLField, get_named_type, is_leaf_type
from sqlalchemy import false, true

from domain.matrix import DISTANCES
from domain.viewers import Viewer
from models.reading import Reader
from schema.api import schema
from schema.nodes import NODES
from tests.schema.conftest import Reading
from tests.schema.matrix_cast import Seat
from tests.schema.rows import KEYRING

TYPES: Mapping[str, Any] = schema._schema.type_map
Cells = dict[str, str]


class Everything:
    """The policy of somebody who sees all there is."""

    def rows(self, table: Any, row: Any, found: bool = False, parent: Any = None, wide: bool = False) -> Any:
        return true()

    def parts(self, table: Any) -> list[Any]:
        return []

    def beside(self, table: Any, row: Any) -> Any:
        return false()

    def gate(self, name: str, row: Any) -> Any:
        return true()

    def smallest_group(self, table: Any) -> None:
        return None


@contextmanager
def compiled_anew() -> Iterator[None]:
    """Forget the plans, before and after: they were compiled under other rules."""
    schema._schema.extensions.pop("planner", None)
    yield
    schema._schema.extensions.pop("planner", None)


class OfEverything(Reading):
    viewer_shape = "everything"

    def policy(self, bound: Any) -> Any:
        return Everything()


@dataclass
class Sight:
    """What one viewer sees, and what there is, in one database."""

    reader: Reader
    viewer: Viewer

    async def __call__(self, query: str, variables: dict[str, Any], *, everything: bool = False) -> Any:
        context = (OfEverything if everything else Reading)(self.viewer, self.reader, KEYRING)
        result = await schema.execute(query, variables, context)
        assert not result.errors, (query, result.errors)
        return orjson.loads(orjson.dumps(result.data))

    async def both(self, query: str, variables: dict[str, Any]) -> tuple[Any, Any]:
        return await self(query, variables), await self(query, variables, everything=True)


def selection(field: GraphQLField) -> str:
    """Return what to select of a field's value: enough to tell one from another."""
    type_ = get_named_type(field.type)
    if is_leaf_type(type_):
        return ""
    if type_.name.endswith("Connection"):
        return "{ totalCount }"
    if "id" in type_.fields:
        return "{ id }"
    return "{ " + " ".join(f"{name} {selection(below)}" for name, below in type_.fields.items()) + " }"


def is_empty(value: Any) -> bool:
    return value is None or value in ([], "") or value == {"totalCount": 0}


def letter(seen: Any, truth: Any) -> str:
    """Return the letter of a value on a row that is there. Fails for one that is neither true, masked nor a part."""
    if seen == truth:
        return "A"
    if is_empty(seen) or seen == 0:
        return "M"
    match seen, truth:
        case str(), str() if re.fullmatch(r".\*+|\d{3}\*{4}\d{4}", seen):
            return "M"
        case int(), int() if 0 < seen < truth:
            return "P"
        case {"totalCount": int(part)}, {"totalCount": int(whole)} if part < whole:
            return "P"
        case list(), list() if all(item in truth for item in seen):
            return "P"
    raise AssertionError(f"{seen!r} is shown where there is {truth!r}")


def together(names: Iterable[str]) -> list[list[str]]:
    """Return the types in groups whose fields can stand in one selection: what is called the same is of one type."""
    groups: list[tuple[dict[str, str], list[str]]] = []
    for name in names:
        fields = {key: str(field.type) for key, field in TYPES[name].fields.items()}
        for known, members in groups:
            if all(known.get(key, kind) == kind for key, kind in fields.items()):
                known.update(fields)
                members.append(name)
                break
        else:
            groups.append((fields, [name]))
    return [members for _, members in groups]


def _of_nodes(types: list[str]) -> str:
    parts = [
        f"... on {name} {{ " + " ".join(f"{key} {selection(one)}" for key, one in TYPES[name].fields.items()) + " }"
        for name in types
    ]
    return f"query ($ids: [ID!]!) {{ nodes(ids: $ids) {{ {' '.join(parts)} }} }}"


OF_NODES = [(types, _of_nodes(types)) for types in together(NODES)]


async def node_cells(sight: Sight, seat: Seat) -> Cells:
    """Return the cells of all types that have global ids."""
    cells: Cells = {}
    for types, query in OF_NODES:
        near = {(name, distance): seat.keys(name, distance) for name in types for distance in DISTANCES}
        ids = list(dict.fromkeys(f"{name}_{key}" for (name, _), keys in near.items() for key in keys))
        seen, truth = (dict(zip(ids, rows["nodes"], strict=True)) for rows in await sight.both(query, {"ids": ids}))
        for name in types:
            for field in TYPES[name].fields:
                rows = [[f"{name}_{key}" for key in near[name, distance]] for distance in DISTANCES]
                cells[f"{name}.{field}"] = "".join(_judged(field, keys, seen, truth) for keys in rows)
    return cells


def _judged(field: str, keys: list[str], seen: Mapping[str, Any], truth: Mapping[str, Any]) -> str:
    """Return the letter of a field on the first of the rows that has a value there."""
    key = next((key for key in keys if not is_empty(truth[key][field])), keys[0])
    return "-" if seen[key] is None else letter(seen[key][field], truth[key][field])
