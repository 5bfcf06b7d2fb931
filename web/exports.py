"""`GET /exports/teams.xlsx` and `.csv`: the teams of a filter, and their members, as the viewer may see them."""

from typing import Any

from graphql import GraphQLError

from schema.plan.documents import Invalid
from web.requests import BadJson, read_json


class BadFilter(ValueError):
    """The filter cannot be carried out; the message says why, Chinese first."""


def read_filter(where: str | None) -> Any:
    """Return the filter that a text holds, None for no text. Raises BadFilter."""
    try:
        return read_json(where.encode()) if where else None
    except (BadJson, UnicodeEncodeError) as error:
        raise BadFilter(f"筛选条件有误 | the filter: {error}") from None


def bad_filter(error: GraphQLError | Invalid) -> BadFilter:
    """Return what is wrong with a filter, as the API words it."""
    first = error.errors[0] if isinstance(error, Invalid) else error
    return BadFilter(f"筛选条件有误 | the filter: {first.message[:LONGEST]}")


LONGEST = 500
"""Characters of a message: it quotes what was sent."""
