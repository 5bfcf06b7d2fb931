"""A Relay connection becomes one level of rows: its lists, its page's ends, and a count where it is asked for."""

from collections.abc import Mapping
from typing import Any, Protocol

from graphql import GraphQLField, GraphQLObjectType, get_named_type
from graphql.language import FieldNode
from sqlalchemy import false, true

from schema.plan.binding import Binder
from schema.plan.collect import Collected, Request
from schema.plan.emit import EMPTY, Emitter, Level, Narrow, Scope, array, name_of
from schema.plan.json_sql import JsonObject
from schema.plan.pages import Page
from schema.plan.spec import Connection, Link, Policy, Row, Value


class Compiler(Protocol):
    """What a connection needs of the compiler of its statement."""

    request: Request
    policy: Policy
    bind: Binder
    emit: Emitter

    def below(self, field: GraphQLField, nodes: list[FieldNode], scope: Scope) -> Value: ...

    def narrow(self, link: Link) -> Narrow: ...

    def where(self, field: GraphQLField, given: Mapping[str, Any], row: Row) -> list[Value]: ...


def connection(
    compiler: Compiler,
    spec: Connection,
    field: GraphQLField,
    nodes: list[FieldNode],
    given: Mapping[str, Any],
    scope: Scope | None,
) -> Value:
    page = Page.of(spec, given, compiler.bind)
    type_: Any = get_named_type(field.type)
    edge: Any = get_named_type(type_.fields["edges"].type)
    info: Any = get_named_type(type_.fields["pageInfo"].type)
    collected = compiler.request.below(type_, nodes)
    asked = {key: found[0].name.value for key, found in collected.items()}
    lists = [key for key, name in asked.items() if name in ("nodes", "edges")]
    column = {key: f"list{number}_" for number, key in enumerate(lists)}  # an alias may be any word
    infos = {key: compiler.request.below(info, collected[key]) for key, name in asked.items() if name == "pageInfo"}
    wanted = {nodes[0].name.value for found in infos.values() for nodes in found.values()}
    ahead = "hasPreviousPage" if page.backward else "hasNextPage"
    numbered = bool(wanted & {"startCursor", "endCursor", ahead})
    seen = compiler.narrow(spec.link)

    def narrow(row: Row) -> list[Value]:
        return [*compiler.where(field, given, row), *seen(row)]

    def beyond(row: Row) -> list[Value]:
        return page.beyond(spec, row, compiler.policy)

    def part_of(part: tuple[Row, Value]) -> tuple[Row, Narrow]:
        rows, seen = part
        return rows, lambda row: [*compiler.where(field, given, row), seen, *beyond(row)]

    def columns(child: Scope) -> dict[str, Value]:
        made = {
            column[key]: compiler.below(type_.fields["nodes"], collected[key], child)
            if asked[key] == "nodes"
            else _edge(compiler, edge, compiler.request.below(edge, collected[key]), page, child)
            for key in lists
        }
        return {**made, "cursor_": page.cursor(child.row)} if wanted & {"startCursor", "endCursor"} else made

    def part(key: str, made: Mapping[str, Value]) -> Value:
        match asked[key]:
            case "__typename":
                return name_of(type_)
            case "totalCount":
                return compiler.emit.count(scope, spec.link, narrow)
            case "pageInfo":
                return _page_info(info, infos[key], page, made)
        return made[column[key]]

    level = Level(
        spec.link,
        lambda row: [*narrow(row), *beyond(row)],
        columns,
        {
            **{name: array(name, page.size if numbered else None) for name in column.values()},
            **({"first_": lambda rows: page.edge_cursor(rows, True)} if "startCursor" in wanted else {}),
            **({"last_": lambda rows: page.edge_cursor(rows, False)} if "endCursor" in wanted else {}),
            **({"more_": page.has_more} if ahead in wanted else {}),
        },
        {**dict.fromkeys(column.values(), EMPTY), "more_": false()},
        page.counted,
        page.limit if numbered else page.size,
        page.shown,
        numbered,
        [part_of(part) for part in compiler.policy.parts(spec.link.target)] if scope is None else (),
    )

    def assemble(made: Mapping[str, Value]) -> Value:
        return JsonObject([(key, part(key, made)) for key in asked])

    return compiler.emit.many(scope, level, assemble) if level.aggregates else assemble({})


def _edge(compiler: Compiler, type_: GraphQLObjectType, collected: Collected, page: Page, scope: Scope) -> Value:
    def part(nodes: list[FieldNode]) -> Value:
        match nodes[0].name.value:
            case "__typename":
                return name_of(type_)
            case "cursor":
                return page.cursor(scope.row)
        return compiler.below(type_.fields["node"], nodes, scope)

    return JsonObject([(key, part(nodes)) for key, nodes in collected.items()])


def _page_info(type_: GraphQLObjectType, collected: Collected, page: Page, made: Mapping[str, Value]) -> Value:
    def value(name: str) -> Value:
        match name:
            case "__typename":
                return name_of(type_)
            case "startCursor":
                return made["first_"]
            case "endCursor":
                return made["last_"]
        if (name == "hasPreviousPage") is page.backward:
            return made["more_"]
        return false() if (page.before if page.backward else page.after) is None else true()

    return JsonObject([(key, value(nodes[0].name.value)) for key, nodes in collected.items()])
