"""Words for codes: `xLabel(language:)` beside every enum field, and the whole table for clients that keep it."""

import enum
from collections.abc import Mapping
from typing import Any

import strawberry
from sqlalchemy import Text, case, func, literal_column, select, type_coerce

from models import EnumLabel as Words
from models import Language
from schema.enums import register
from schema.plan.fields import argument, computed, reader, values
from schema.plan.spec import Bind, Row, Value

register()  # before any type names an enum

LANGUAGE = argument("language", Language, "显示语言 language of the word", Language.ZH)


def _chosen(words: Any, given: Mapping[str, Any], bind: Bind) -> Value:
    return case((bind(given["language"], Text()) == literal_column("'EN'"), words.c.en), else_=words.c.zh)


def _word(value: Value, given: Mapping[str, Any], bind: Bind) -> Value:
    """Return the word for a code; the code itself when the table does not know it."""
    words, code = Words.__table__.alias(), type_coerce(value, Text())
    name: type[enum.Enum] = value.type.enum_class  # type: ignore[attr-defined]
    chosen = select(_chosen(words, given, bind)).where(
        words.c.enum_name == literal_column(f"'{name.__name__}'"), words.c.code == code
    )
    return func.coalesce(chosen.correlate_except(words).scalar_subquery(), code, type_=Text())


def label(value: Any, description: str, *, gate: str | None = None) -> Any:
    """The word for an enum column."""
    read = reader(value)
    return computed(lambda row, given, bind: _word(read(row), given, bind), description, LANGUAGE, gate=gate)


def labels(link: Any, value: Any, description: str, *, order: Any = None, gate: str | None = None) -> Any:
    """The words for the codes of linked rows, in the order of the codes."""
    read = reader(value)

    def words(row: Row, given: Mapping[str, Any], bind: Bind) -> Value:
        return _word(read(row), given, bind)

    return values(link, words, description, LANGUAGE, order=order or value, gate=gate)


@strawberry.type(description="代码的中英文名称 the words for one code of one enum.")
class EnumLabel:
    enum: str = computed(lambda row, _, __: row.c.enum_name, "枚举名 name of the enum")
    code: str = computed(lambda row, _, __: row.c.code, "代码 code")
    label: str = computed(lambda row, given, bind: _chosen(row, given, bind), "名称 word", LANGUAGE)
    position: int = computed(lambda row, _, __: row.c.position, "次序 place in lists")
