"""Random queries over any schema: the whole language, always valid, within the limits, the same for the same seed."""

import random
from collections.abc import Mapping, Sequence
from typing import Any

from graphql import (
    GraphQLBoolean,
    GraphQLError,
    GraphQLField,
    GraphQLNamedType,
    GraphQLNonNull,
    GraphQLSchema,
    GraphQLUnionType,
    Undefined,
    do_types_overlap,
    get_named_type,
    is_composite_type,
    is_leaf_type,
    parse,
    print_ast,
)

from schema.limits import check_document
from tests.schema.random_pages import ARGUMENTS, Pages, is_paged, page_sizes
from tests.schema.random_selections import Group, Meaning, Scope, Selected, burden, enter, fits, printed
from tests.schema.random_values import Place, ValueMaker, sent, written

COST = 2_000
SELECTIONS = 1_200
ROWS_OF_A_LIST = 8
"""Taken for a list without pages, so that not much hangs on each of its rows."""


class QueryMaker:
    """Makes one random query after another. `samples` gives values that mean something to the service: by the name
    of an argument, input field or scalar, by `Type.field` or `Type.field.argument`; cursors by `cursor:Type.field`
    or `cursor:ConnectionType`, with `:ORDER` behind it for a page that is asked for with `orderBy`."""

    def __init__(self, schema: GraphQLSchema, seed: int, samples: Mapping[str, Sequence[Any]]) -> None:
        self.schema = schema
        self.samples = samples
        self.random = random.Random(seed)
        types = schema.type_map.values()
        self.composites = [type_ for type_ in types if is_composite_type(type_) and not type_.name.startswith("__")]

    def make(self) -> tuple[str, dict[str, Any]]:
        """Return the text of a query and its variables."""
        for size in (60, 40, 25, 12, 6):
            text, variables = Draft(self, size).query()
            try:
                check_document(text, parse(text))
            except GraphQLError:
                continue
            return text, variables
        raise RuntimeError("Not even the smallest query was within the limits.")


class Draft:
    """One query while it is written; what is left of the limits counts down."""

    def __init__(self, maker: QueryMaker, size: int) -> None:
        self.schema, self.composites, self.samples = maker.schema, maker.composites, maker.samples
        self.random = maker.random
        self.values = ValueMaker(maker.random, maker.samples)
        self.chance = self.values.chance
        self.fragments: list[Group] = []
        self.size, self.cost, self.selections = size, COST, SELECTIONS
        self.aliases, self.directives, self.names = 24, 40, 0

    def query(self) -> tuple[str, dict[str, Any]]:
        depth = self.random.choice((3, 5, 7, 9, 12))
        root = printed(self._some(self.schema.query_type, {}, depth, 1, self.random.randint(1, 3)))
        defined = ", ".join(variable.definition() for variable in self.values.variables)
        head = "query" + self.random.choice((" Random", "")) + (f"({defined})" if defined else "")
        bodies = [
            f"fragment {spread.fragment} on {spread.on} {{ {printed(spread.children)} }}" for spread in self.fragments
        ]
        given = {one.name: sent(one.given) for one in self.values.variables if one.given is not Undefined}
        return print_ast(parse(" ".join([f"{head} {{ {root} }}", *bodies]))), given

    def _some(
        self, parent: GraphQLNamedType, scope: Scope, depth: int, times: int, count: int
    ) -> list[Selected | Group]:
        """Return selections on a type. `depth` levels of fields may follow; each field is read `times` times."""
        ways = (self._field, self._repeated, self._inline, self._spread, self._typename)
        made = []
        for way in self.random.choices(ways, (70, 8, 10, 10, 6), k=count):
            if self.size > 0:
                made += way(parent, scope, depth, times)
        return made or self._typename(parent, scope, depth, times)

    def _typename(self, parent: GraphQLNamedType, scope: Scope, _: int, times: int) -> list[Selected | Group]:
        key = self._fresh_name() if self.aliases and self.chance(0.2) else "__typename"
        return [self._enter(Selected(parent, "__typename", key, "String!"), scope, times)]

    def _field(self, parent: GraphQLNamedType, scope: Scope, depth: int, times: int) -> list[Selected | Group]:
        if isinstance(parent, GraphQLUnionType):
            return []
        leaves = [name for name, field in parent.fields.items() if is_leaf_type(get_named_type(field.type))]
        others = [name for name in parent.fields if name not in leaves and depth > 1]
        names = others if others and (not leaves or self.chance(0.55)) else leaves
        if not names:
            return []
        name = self.random.choice(names)
        made = self._written(parent, name, scope, depth, times, aliased=self.chance(0.12))
        if made and parent.fields[name].args and self.chance(0.25):
            made += self._written(parent, name, scope, depth, times, aliased=True)
        return made

    def _written(
        self, parent: Any, name: str, scope: Scope, depth: int, times: int, aliased: bool
    ) -> list[Selected | Group]:
        field: GraphQLField = parent.fields[name]
        sizes = page_sizes(self.values, times, self.cost)
        if not sizes or self.size <= 0 or self.selections <= 0:
            return []
        made = Selected(parent, name, name, str(field.type))
        if aliased:
            made.key = self._fresh_name() if self.chance(0.6) else self.random.choice(list(parent.fields))
        if field.args:  # not known yet, so equal to no other
            made.arguments = (("", ""),)
        if made.key in scope and not made.agrees(scope[made.key]):
            made.key = self._fresh_name()
        if made.key != name and self.aliases <= 0:
            return []
        others = {key: slot for key, slot in field.args.items() if not (is_paged(field) and key in ARGUMENTS)}
        values = self.values.arguments(f"{parent}.{name}", others, 0.4)
        if is_paged(field):
            affordable = self.cost // (times * 4) if times == 1 or self.chance(0.5) else 0
            made.page = Pages(self.values, f"{parent}.{name}", field).add_to(values, sizes, affordable)
        elif "[" in made.type:
            made.page = ROWS_OF_A_LIST
        made.arguments = tuple(sorted((key, written(value)) for key, value in values.items()))
        return [self._completed(made, scope, depth, times)]

    def _completed(self, made: Selected, scope: Scope, depth: int, times: int) -> Selected:
        """Give a field its place, its text and, if it needs them, its own selections."""
        named = get_named_type(made.parent.fields[made.name].type)
        self._enter(made, scope, times)
        if is_composite_type(named):
            below = scope[made.key].below
            made.children = self._some(named, below, depth - 1, times * made.page, self.random.randint(1, 4))
        return made

    def _enter(self, made: Selected, scope: Scope, times: int) -> Selected:
        scope.setdefault(made.key, Meaning(made.type, [])).variants.append(made)
        self.size, self.selections, self.cost = self.size - 1, self.selections - 1, self.cost - times
        arguments = self.random.sample(made.arguments, len(made.arguments))
        inside = ", ".join(f"{name}: {value}" for name, value in arguments)
        if made.key != made.name:
            self.aliases -= 1
        alias = f"{made.key}: " if made.key != made.name else ""
        made.head = f"{alias}{made.name}" + (f"({inside})" if inside else "") + self._conditions()
        return made

    def _repeated(self, parent: GraphQLNamedType, scope: Scope, depth: int, times: int) -> list[Selected | Group]:
        """Write a field once more, with the same arguments and other selections: the two merge."""
        twins = [
            one
            for meaning in scope.values()
            for one in meaning.variants
            if one.parent is parent
            and one.name != "__typename"
            and (one.key == one.name or self.aliases > 0)
            and (depth > 1 or not meaning.below)
            and one.page * times * 4 <= self.cost
        ]
        if not twins:
            return []
        twin = self.random.choice([one for one in twins if scope[one.key].below] or twins)
        again = Selected(parent, twin.name, twin.key, twin.type, twin.arguments, twin.page)
        return [self._completed(again, scope, depth, times)]

    def _inline(self, parent: GraphQLNamedType, scope: Scope, depth: int, times: int) -> list[Selected | Group]:
        on = self._condition(parent)
        head = "..." if on is parent and self.chance(0.5) else f"... on {on}"
        return [self._group(head, on, scope, depth, times)]

    def _spread(self, parent: GraphQLNamedType, scope: Scope, depth: int, times: int) -> list[Selected | Group]:
        if self.chance(0.6):
            for known in self.random.sample(self.fragments, len(self.fragments)):
                price, count, levels = burden(known.children, times)
                fair = price <= self.cost // 2 and count <= self.selections // 2 and levels <= depth
                if fair and do_types_overlap(self.schema, parent, known.on) and fits(scope, known.children):
                    enter(scope, known.children)
                    self.size, self.cost, self.selections = (
                        self.size - 1,
                        self.cost - price,
                        self.selections - count - 1,
                    )
                    head = f"...{known.fragment}{self._conditions()}"
                    return [Group(head, known.on, known.children, known.fragment)]
        self.names += 1
        name = f"F{self.names}"
        made = self._group(f"...{name}", self._condition(parent), scope, depth, times, name)
        self.fragments.append(made)
        return [made]

    def _group(self, head: str, on: Any, scope: Scope, depth: int, times: int, fragment: str | None = None) -> Group:
        self.size, self.selections = self.size - 1, self.selections - 1
        made = Group(head + self._conditions(), on, [], fragment)
        made.children = self._some(on, scope, depth, times, self.random.randint(1, 3))
        return made

    def _condition(self, parent: GraphQLNamedType) -> GraphQLNamedType:
        return self.random.choice([on for on in self.composites if do_types_overlap(self.schema, parent, on)])

    def _conditions(self) -> str:
        made = ""
        for name in self.random.sample(("skip", "include"), self.random.choices((0, 1, 2), (90, 8, 2))[0]):
            if self.directives > 0:
                self.directives -= 1
                keeps = (name == "include") == self.chance(0.75)  # a query that leaves most of itself out shows little
                told = self.values.make(GraphQLNonNull(GraphQLBoolean), Place(("if",))) if self.chance(0.5) else keeps
                made += f" @{name}(if: {written(told)})"
        return made

    def _fresh_name(self) -> str:
        self.names += 1
        return f"a{self.names}"
