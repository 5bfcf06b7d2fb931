"""Random values for the arguments of random queries: literals, variables, and variables inside literals."""

import json
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from graphql import (
    GraphQLArgument,
    GraphQLEnumType,
    GraphQLInputField,
    GraphQLInputObjectType,
    GraphQLInputType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLScalarType,
    Undefined,
    coerce_input_literal,
    coerce_input_value,
    get_named_type,
    is_required_argument,
    is_required_input_field,
)

LONGEST_LIST = 3
NESTING = 3
"""How many input objects may stand in each other."""


class EnumName(str):
    """Written without quotes, sent as text."""


@dataclass(frozen=True)
class Place:
    """Where a value goes. `keys` name it for `samples`, the nearest name first."""

    keys: tuple[str, ...] = ()
    has_default: bool = False
    is_one_of: bool = False
    nesting: int = 0


@dataclass
class Variable:
    """A variable of the operation. `given` and `default` are Undefined where there is none."""

    name: str
    type: str
    default: Any = Undefined
    given: Any = Undefined

    def definition(self) -> str:
        return f"${self.name}: {self.type}" + ("" if self.default is Undefined else f" = {written(self.default)}")

    def value(self) -> Any:
        return self.default if self.given is Undefined else self.given


def written(value: Any) -> str:
    """Return a value as GraphQL writes it."""
    match value:
        case Variable():
            return f"${value.name}"
        case EnumName():
            return str(value)
        case dict():
            return "{" + ", ".join(f"{name}: {written(item)}" for name, item in value.items()) + "}"
        case list():
            return "[" + ", ".join(written(item) for item in value) + "]"
        case _:
            return json.dumps(value, ensure_ascii=False)


def sent(value: Any) -> Any:
    """Return a value as JSON carries it."""
    match value:
        case dict():
            return {name: sent(item) for name, item in value.items()}
        case list():
            return [sent(item) for item in value]
        case EnumName():
            return str(value)
        case _:
            return value


def default_of(slot: GraphQLArgument | GraphQLInputField) -> Any:
    """Return the default of an argument or input field in Python, else Undefined."""
    if slot.default is None:
        return slot.default_value
    if slot.default.literal is None:
        return coerce_input_value(slot.default.value, slot.type)
    return coerce_input_literal(slot.default.literal, slot.type)


@dataclass
class ValueMaker:
    """Makes values of input types and remembers the variables that they use."""

    random: random.Random
    samples: Mapping[str, Sequence[Any]]
    variables: list[Variable] = field(default_factory=list)
    _known: dict[tuple[str, Place], list[Variable]] = field(default_factory=dict)

    def chance(self, share: float) -> bool:
        return self.random.random() < share

    def make(self, type_: GraphQLInputType, place: Place, vary: bool = True) -> Any:
        """Return a value; with `vary`, it may be or hold variables."""
        if vary and self.chance(0.3):
            return self.variable(type_, place)
        if isinstance(type_, GraphQLNonNull):
            return self._filled(type_.of_type, place, vary)
        if not place.is_one_of and self.chance(0.04):
            return None
        return self._filled(type_, place, vary)

    def variable(self, type_: GraphQLInputType, place: Place, values: Sequence[Any] = ()) -> Variable:
        """Return a variable that may stand in `place`, an earlier one at times; `values` narrow what it can hold."""
        nullable = not isinstance(type_, GraphQLNonNull)
        bare = type_.of_type if isinstance(type_, GraphQLNonNull) else type_
        key = (str(type_), place)
        if not values and key in self._known and self.chance(0.3):
            return self.random.choice(self._known[key])

        def some() -> Any:
            return self.random.choice(values) if values else self._filled(bare, place, vary=False)

        strict = Variable(self._name(), f"{bare}!")
        loose = replace(strict, type=str(bare))
        forms = [replace(strict, given=some()), replace(strict, default=some())]
        forms += [replace(strict, default=some(), given=some())]
        if not place.is_one_of:
            forms += [replace(loose, default=some(), given=given) for given in (Undefined, some())]
            if nullable or place.has_default:  # an absent variable leaves the argument out
                forms += [loose, replace(loose, given=some())]
            if nullable and not values:
                forms += [replace(loose, given=None), replace(loose, default=some(), given=None)]
                forms += [replace(loose, default=None), replace(loose, default=None, given=some())]
        variable = self.random.choice(forms)
        self.variables.append(variable)
        if not values:
            self._known.setdefault(key, []).append(variable)
        return variable

    def arguments(self, owner: str, slots: Mapping[str, GraphQLArgument], share: float) -> dict[str, Any]:
        """Return values for the required arguments and for a share of the others."""
        made = {}
        for name, slot in slots.items():
            filters = not is_flat(slot.type)  # most random filters find nothing
            if is_required_argument(slot) or self.chance(share / 2 if filters else share):
                keys = (f"{owner}.{name}", name, owner)
                made[name] = self.make(slot.type, Place(keys, default_of(slot) is not Undefined))
        return made

    def _name(self) -> str:
        return f"v{len(self.variables) + 1}"

    def _filled(self, type_: GraphQLInputType, place: Place, vary: bool) -> Any:
        if isinstance(type_, GraphQLNonNull):
            return self._filled(type_.of_type, place, vary)
        if isinstance(type_, GraphQLList):
            return self._list(type_.of_type, place, vary)
        if isinstance(type_, GraphQLInputObjectType):
            return self._object(type_, place, vary)
        return self._leaf(type_, place)

    def _list(self, type_: GraphQLInputType, place: Place, vary: bool) -> Any:
        if self.chance(0.08) and not isinstance(nullable_form(type_), GraphQLList):
            return self._filled(type_, place, vary)  # one item stands for a list of it
        inner = replace(place, has_default=False, is_one_of=False)
        items = [self.make(type_, inner, vary) for _ in range(self.random.choice((0, 1, 1, 2, 2, LONGEST_LIST)))]
        return [item for at, item in enumerate(items) if isinstance(item, Variable | dict) or item not in items[:at]]

    def _object(self, type_: GraphQLInputObjectType, place: Place, vary: bool) -> dict[str, Any]:
        fields = type_.fields
        simple = [name for name, slot in fields.items() if place.nesting < NESTING or is_flat(slot.type)]
        optional = [name for name in simple if not is_required_input_field(fields[name])]
        if type_.is_one_of:
            chosen = [self.random.choice(simple or list(fields))]
        else:
            count = min(len(optional), self.random.choice((0, 1, 1, 1, 2, 2, 3)))
            taken = set(self.random.sample(optional, count))
            chosen = [name for name, slot in fields.items() if name in taken or is_required_input_field(slot)]
            self.random.shuffle(chosen)
        made = {}
        for name in chosen:
            slot = fields[name]
            keys = (f"{type_.name}.{name}", name, *place.keys[:2])
            has_default = default_of(slot) is not Undefined
            made[name] = self.make(slot.type, Place(keys, has_default, type_.is_one_of, place.nesting + 1), vary)
        return made

    def _leaf(self, type_: GraphQLScalarType | GraphQLEnumType, place: Place) -> Any:
        wrap = EnumName if isinstance(type_, GraphQLEnumType) else lambda value: value
        for key in (*place.keys, type_.name):
            fitting = [
                value for value in self.samples.get(key, ()) if coerce_input_value(value, type_) is not Undefined
            ]
            if fitting:
                return wrap(self.random.choice(fitting))
        if isinstance(type_, GraphQLEnumType):
            return EnumName(self.random.choice(list(type_.values)))
        return self._invented(type_.name)

    def _invented(self, scalar: str) -> Any:
        number = self.random.choice((0, 1, 2, 3, 5, 10, 40))
        day = f"20{self.random.randint(18, 26)}-{self.random.randint(1, 12):02d}-{self.random.randint(1, 28):02d}"
        invented = {
            "Int": number,
            "BigInt": number,
            "Float": number / 4,
            "String": self.random.choice(("a", "wang", "服务", '"quoted" \\ %_', "")),
            "Boolean": self.chance(0.5),
            "ID": self.random.choice(("1", "Team_1", "nothing")),
            "Date": day,
            "DateTime": f"{day}T{self.random.randint(0, 23):02d}:30:05.250Z",
        }
        if scalar not in invented:
            raise LookupError(f"`samples` should hold values for the scalar {scalar}.")
        return invented[scalar]


def nullable_form(type_: GraphQLInputType) -> GraphQLInputType:
    """Return a type without its outer `!`."""
    return type_.of_type if isinstance(type_, GraphQLNonNull) else type_


def is_flat(type_: GraphQLInputType) -> bool:
    """Return whether values of a type hold no input objects."""
    return not isinstance(get_named_type(type_), GraphQLInputObjectType)
