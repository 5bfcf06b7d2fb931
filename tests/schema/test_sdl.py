"""The published schema: what is checked in is what runs, and every part of it is explained in both languages."""

import re
from pathlib import Path

from graphql import GraphQLEnumType, GraphQLInputObjectType, GraphQLInterfaceType, GraphQLObjectType

from schema.api import schema

PUBLISHED = Path(__file__).parents[2] / "schema" / "schema.graphql"
CHINESE = re.compile(r"[\u4e00-\u9fff]")


def test_the_published_schema_is_the_one_that_runs() -> None:
    assert PUBLISHED.read_text() == schema.as_str() + "\n", "run: horqin schema > schema/schema.graphql"


def test_everything_is_described_in_chinese() -> None:
    bare: list[str] = []
    for name, type_ in schema._schema.type_map.items():
        if name.startswith("__") or name in ("String", "Int", "Boolean", "ID", "Float"):
            continue
        parts = {name: type_.description}
        if isinstance(type_, GraphQLObjectType | GraphQLInterfaceType):
            for field, declared in type_.fields.items():
                parts[f"{name}.{field}"] = declared.description
                parts |= {f"{name}.{field}({key}:)": argument.description for key, argument in declared.args.items()}
        if isinstance(type_, GraphQLInputObjectType):
            parts |= {f"{name}.{field}": declared.description for field, declared in type_.fields.items()}
        if isinstance(type_, GraphQLEnumType):
            parts |= {f"{name}.{value}": declared.description for value, declared in type_.values.items()}
        bare += [part for part, words in parts.items() if not words or not CHINESE.search(words)]
    assert bare == []
