"""An export reads what its viewer's queries would read, by the same plans: scope, masks and gates are theirs.

It goes page by page, so that no more than a page is in memory, and its bound is the number of rows, not the cost of a
request. What was opened is put on record once, when all is read, by whoever asked for it.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Collection, Mapping
from contextlib import AbstractContextManager, asynccontextmanager
from typing import IO, Any

import orjson

from domain.exports import Format, Line, Writer, member_line, open_writer, tables_in, team_line
from schema.api import schema
from schema.context import Context
from schema.cost import Weight, check_cost
from schema.plan.extension import planner_of

MEMBER = """
fragment Line on Membership {
  joinedOn
  roleLabel
  person {
    name
    gender
    politicalStatus
    phone @include(if: $phones)
    phoneMasked
    languages
    skills { skill { name } }
    halfDays
    skillNote
  }
}
"""

TEAMS = (
    """
query ExportTeams($where: TeamWhere, $after: String, $teamPhones: Boolean!, $members: Boolean!, $phones: Boolean!) {
  found: teams(where: $where, orderBy: CODE_ASC, first: 100, after: $after) {
    pageInfo { hasNextPage endCursor }
    nodes {
      code
      name
      level
      type
      statusLabel
      division { name township { name } }
      leaderName
      contactPhone @include(if: $teamPhones)
      contactPhoneMasked
      foundedOn
      platforms
      members(orderBy: CREATED_AT_ASC, first: 100) @include(if: $members) {
        pageInfo { hasNextPage endCursor }
        nodes { ...Line }
      }
    }
  }
}
"""
    + MEMBER
)

MEMBERS = (
    """
query ExportMembers($code: String!, $after: String, $phones: Boolean!) {
  team(code: $code) {
    found: members(orderBy: CREATED_AT_ASC, first: 100, after: $after) {
      pageInfo { hasNextPage endCursor }
      nodes { ...Line }
    }
  }
}
"""
    + MEMBER
)

SKILLS = """
query ExportSkills($after: String) {
  found: skills(orderBy: CODE_ASC, first: 100, after: $after) {
    pageInfo { hasNextPage endCursor }
    nodes { name }
  }
}
"""

OPERATION = "ExportTeams"
"""How an export is called on record."""

NO_WEIGHT = Weight(0)


async def export(
    context: Context, where: Any, file: IO[bytes], format: Format, table: str, *, phones: bool = True
) -> Mapping[str, int]:
    """Write the teams that the filter finds for the viewer, and their members, to a file: both tables as a workbook, or
    the one that is named as text. Return how many lines each table has.

    Phones stand in clear where the viewer may see them, unless `phones` is false, and else masked. Raises Invalid and
    GraphQLError for a filter that cannot be carried out, TooSlow.
    """
    said = orjson.dumps(where).decode() if where else None
    async with _aside(open_writer(file, format, table, said)) as writer:
        return await _write(context, where, writer, tables_in(format, table), phones)


@asynccontextmanager
async def _aside(manager: AbstractContextManager[Writer]) -> AsyncIterator[Writer]:
    """Enter and leave in a thread: packing a workbook takes its time."""
    writer = await asyncio.to_thread(manager.__enter__)
    try:
        yield writer
    except BaseException as error:
        manager.__exit__(type(error), error, error.__traceback__)
        raise
    await asyncio.to_thread(manager.__exit__, None, None, None)


async def _write(
    context: Context, where: Any, writer: Writer, tables: Collection[str], phones: bool
) -> Mapping[str, int]:
    variables = {
        "where": where,
        "teamPhones": phones and "teams" in tables,
        "members": "members" in tables,
        "phones": phones,
    }
    catalog = {skill["name"] async for page in _pages(context, SKILLS, {}) for skill in page}
    counts = dict.fromkeys(tables, 0)

    async def write(table: str, lines: list[Line]) -> None:
        counts[table] += len(lines)
        await asyncio.to_thread(writer.add, table, lines)

    async for teams in _pages(context, TEAMS, variables):
        if "teams" in tables:
            await write("teams", [team_line(team) for team in teams])
        for team in teams if "members" in tables else ():
            async for members in _members(context, team, phones):
                seen = [one for one in members if one["person"] is not None]
                await write("members", [member_line(team, one, catalog) for one in seen])
    return counts


async def _members(context: Context, team: dict[str, Any], phones: bool) -> AsyncIterator[list[dict[str, Any]]]:
    yield team["members"]["nodes"]
    info = team["members"]["pageInfo"]
    if info["hasNextPage"]:
        rest = {"code": team["code"], "phones": phones, "after": info["endCursor"]}
        async for members in _pages(context, MEMBERS, rest, lambda answer: answer["team"] and answer["team"]["found"]):
            yield members


async def _pages(
    context: Context,
    document: str,
    variables: Mapping[str, Any],
    found: Callable[[dict[str, Any]], Any] = lambda answer: answer["found"],
) -> AsyncIterator[list[dict[str, Any]]]:
    """Give the pages of a connection; one that is no longer there has no more."""
    given = dict(variables)
    while True:
        page = found(await _read(context, document, given))
        if page is None:
            return
        yield page["nodes"]
        if not page["pageInfo"]["hasNextPage"]:
            return
        given["after"] = page["pageInfo"]["endCursor"]


async def _read(context: Context, document: str, variables: dict[str, Any]) -> dict[str, Any]:
    planner = planner_of(schema._schema)
    operation = planner.documents.read(document).operation(None)
    assert operation is not None
    request = operation.request(variables)
    check_cost(NO_WEIGHT, variables)  # the number of objects in the filter has its bound
    roots = operation.planned(request)
    assert roots is not None
    text = await planner.plans.run(operation, request, roots, context, walked=True)
    answer: dict[str, Any] = orjson.loads(text)
    return answer
