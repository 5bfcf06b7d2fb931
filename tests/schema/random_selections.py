"""Selections of a random query: what merges with what, what it costs, and how it is written."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from graphql import GraphQLNamedType, GraphQLObjectType


@dataclass
class Meaning:
    """What a response name stands for at one place of the answer; `variants` differ by object type only."""

    type: str
    variants: list["Selected"]
    below: dict[str, "Meaning"] = field(default_factory=dict)


Scope = dict[str, Meaning]


@dataclass
class Selected:
    """A field as it is written."""

    parent: GraphQLNamedType
    name: str
    key: str
    type: str
    arguments: tuple[tuple[str, str], ...] = ()
    page: int = 1
    children: list["Selected | Group"] = field(default_factory=list)
    head: str = ""

    def agrees(self, meaning: Meaning) -> bool:
        """Return whether this field may be merged into what its response name means already."""
        return meaning.type == self.type and all(
            (other.name == self.name and other.arguments == self.arguments)
            or (other.parent is not self.parent and is_object(other.parent) and is_object(self.parent))
            for other in meaning.variants
        )


@dataclass
class Group:
    """An inline fragment, or with a `fragment` name the spread of a named one."""

    head: str
    on: GraphQLNamedType
    children: list["Selected | Group"]
    fragment: str | None = None


def is_object(type_: GraphQLNamedType) -> bool:
    return isinstance(type_, GraphQLObjectType)


def fits(scope: Scope, children: Iterable[Selected | Group]) -> bool:
    """Return whether selections can stand beside all that a place of the answer holds already."""
    for child in children:
        meaning = scope.get(child.key) if isinstance(child, Selected) else None
        below = meaning.below if meaning else scope if isinstance(child, Group) else {}
        if (meaning and not child.agrees(meaning)) or not fits(below, child.children):
            return False
    return True


def enter(scope: Scope, children: Iterable[Selected | Group]) -> None:
    """Remember selections as part of a place of the answer."""
    for child in children:
        if isinstance(child, Group):
            enter(scope, child.children)
        else:
            meaning = scope.setdefault(child.key, Meaning(child.type, []))
            meaning.variants.append(child)
            enter(meaning.below, child.children)


def burden(children: Iterable[Selected | Group], times: int = 1) -> tuple[int, int, int]:
    """Return the cost of selections read `times` times, their number with fragments expanded, and their depth."""
    cost = count = depth = 0
    for child in children:
        is_field = isinstance(child, Selected)
        inner = burden(child.children, times * child.page if is_field else times)
        cost += inner[0] + (times if is_field else 0)
        count += inner[1] + 1
        depth = max(depth, inner[2] + is_field)
    return cost, count, depth


def printed(children: Iterable[Selected | Group]) -> str:
    parts = []
    for child in children:
        is_written_here = child.children and not (isinstance(child, Group) and child.fragment)
        parts.append(child.head + (f" {{ {printed(child.children)} }}" if is_written_here else ""))
    return " ".join(parts)
