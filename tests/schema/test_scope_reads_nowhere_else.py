"""Rows that not everybody sees are read through scope, or through a row that scope has found, and nowhere else.

A read is a `select`, `get` or `get_one` that names a model whose rule in `domain.scope.VISIBLE` is not "everybody", or
SQL as a text that names its table. Its statement has to hold one of GUARDS, or a name that came from
them: what such a call gave, what a function gave that got it from them, a parameter that is a row. Every other read
stands in ALLOWED, with the reason why it may.
"""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest

import models
from domain import scope

ROOT = Path(__file__).parent.parent.parent
FILES = [path for room in ("domain", "schema", "web") for path in sorted((ROOT / room).rglob("*.py"))]

TABLES = {mapper.local_table.name: mapper.class_.__name__ for mapper in models.Base.registry.mappers}
SCOPED = {TABLES[name] for name, rule in scope.VISIBLE.items() if rule is not scope._all}
GUARDS = {"visible", "find_visible", "reach_of", "find", "find_with"}
READS = {"select", "get", "get_one"}
SQL = re.compile(r"\b(?:from|join)\s+(\w+)\b", re.IGNORECASE)
FUNCTION = (ast.FunctionDef, ast.AsyncFunctionDef)

OPERATOR = "a command of the operator, who holds the whole database"
SIGNING_IN = "who asks is only being found out, or it is the account's own"
ALLOWED: dict[str, str] = {
    "domain/chains.py": OPERATOR,
    "domain/demo/__init__.py": OPERATOR,
    "domain/imports/registry.py": OPERATOR,
    "domain/imports/retiring.py": OPERATOR,
    "domain/workbooks/keep.py imported_at": "whether the very file that somebody holds was imported: a moment, no row",
    "domain/workbooks/keep.py give_up": "of work that the service itself does",
    "domain/workbooks/keep.py give_up_lost": "of work that the service itself does",
    "domain/workbooks/keep.py _fail": "of work that the service itself does",
    "domain/workbooks/keep.py forget_old": "what nobody sees any more is deleted",
    "domain/tallies.py": OPERATOR,
    "domain/person_places.py": OPERATOR,
    "domain/sign_in": SIGNING_IN,
    "schema/sign_in.py": SIGNING_IN,
    "schema/sessions.py": SIGNING_IN,
    "domain/counters.py": "counts of a team that the caller changes; nobody is shown a row",
    "domain/operations.py": "the account's own operations",
    "domain/privacy/copies.py": "what is stored about the account's own people, for themselves",
    "domain/events.py _add": "the ends of the chains that are written to",
    "domain/acts.py check_version": "events of a row that the caller has found",
    "domain/memberships.py end_all": "of a person whom the caller has found",
    "domain/people.py teams_of": "of a person whom the caller has found",
    "domain/people.py register": "the account's own row",
    "domain/people.py _check_new": "people of the account's own phone; of another phone only those seen",
    "domain/teams.py _check_name": "a name is unique at its place, whoever may see the team that has it",
    "domain/teams.py _next_code": "the last code that was given",
}
"""Files, folders and functions that read without scope, and why they may."""


def name_of(func: ast.expr) -> str:
    return func.id if isinstance(func, ast.Name) else getattr(func, "attr", "")


def called(node: ast.AST) -> set[str]:
    """Return the names of the functions that are called in a piece of code."""
    return {name_of(one.func) for one in ast.walk(node) if isinstance(one, ast.Call)}


def words(node: ast.AST) -> set[str]:
    """Return the names in a piece of code; of `models.Team`, the `Team`."""
    found = set()
    for one in ast.walk(node):
        if isinstance(one, ast.Name):
            found.add(one.id)
        elif isinstance(one, ast.Attribute) and isinstance(one.value, ast.Name) and one.value.id == "models":
            found.add(one.attr)
    return found


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text())


def parts(node: ast.AST) -> Iterator[ast.AST]:
    """Return the pieces of a function that have no statements in them, without the functions inside it."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, FUNCTION):
            continue
        if any(isinstance(one, ast.stmt) for one in ast.walk(child) if one is not child):
            yield from parts(child)
        else:
            yield child


def functions(module: ast.Module) -> Iterator[Any]:
    """Return all functions of a file, and what stands outside of them."""
    return (one for one in ast.walk(module) if isinstance(one, (*FUNCTION, ast.Module)))


@cache
def finding() -> frozenset[str]:
    """Return the guards, and the functions that give a row which they got from a guard."""
    found: set[str] = set(GUARDS)
    while True:
        more = {
            function.name
            for path in FILES
            for function in functions(tree(path))
            if not isinstance(function, ast.Module)
            and function.returns is not None
            and words(function.returns) & SCOPED
            and called(function) & found
        }
        if more <= found:
            return frozenset(found)
        found |= more


class Reads:
    """The reads of one function. `scoped` are the models that its file names, by the names that it has for them."""

    def __init__(self, node: Any, scoped: dict[str, str]) -> None:
        self.pieces, self.scoped = list(parts(node)), scoped
        given = [] if isinstance(node, ast.Module) else [*node.args.args, *node.args.kwonlyargs]
        self.found = {one.arg for one in given if one.annotation and words(one.annotation) & scoped.keys()}
        for _ in range(3):  # names that come from names
            for one in ast.walk(node):
                if isinstance(one, ast.Assign | ast.NamedExpr | ast.For | ast.AsyncFor):
                    targets = one.targets if isinstance(one, ast.Assign) else [one.target]
                    if self.is_guarded(one.iter if isinstance(one, ast.For | ast.AsyncFor) else one.value):
                        self.found |= {name for target in targets for name in words(target)}

    def is_guarded(self, node: ast.AST) -> bool:
        return bool(called(node) & finding() or words(node) & self.found)

    def unguarded(self) -> set[str]:
        """Return the models that are read without a guard."""
        return {model for piece in self.pieces if not self.is_guarded(piece) for model in self._read_by(piece)}

    def _read_by(self, piece: ast.AST) -> Iterator[str]:
        for one in ast.walk(piece):
            if isinstance(one, ast.Call) and name_of(one.func) in READS:
                for argument in one.args:
                    yield from (self.scoped[name] for name in words(argument) & self.scoped.keys())
            elif isinstance(one, ast.Constant) and isinstance(one.value, str):
                yield from (TABLES[name] for name in SQL.findall(one.value) if TABLES.get(name) in SCOPED)


def unguarded(module: ast.Module) -> dict[str, set[str]]:
    """Return the models that are read without a guard, by function."""
    scoped: dict[str, str] = {}
    for node in ast.walk(module):
        if isinstance(node, ast.ImportFrom) and node.module == "models":
            scoped |= {one.asname or one.name: one.name for one in node.names if one.name in SCOPED}
        elif isinstance(node, ast.Import) and any(one.name == "models" for one in node.names):
            scoped |= {name: name for name in SCOPED}
    found: dict[str, set[str]] = {}
    for function in functions(module):
        if models_read := Reads(function, scoped).unguarded():
            found.setdefault(getattr(function, "name", "module"), set()).update(models_read)
    return found


def allowance(path: Path, function: str) -> str | None:
    """Return what of ALLOWED covers a function."""
    name = path.relative_to(ROOT).as_posix()
    return next((one for one in (f"{name} {function}", name, str(Path(name).parent)) if one in ALLOWED), None)


def test_rows_are_read_through_scope() -> None:
    found = {(path, name): read for path in FILES for name, read in unguarded(tree(path)).items()}
    assert [(str(path), name, found[path, name]) for path, name in found if allowance(path, name) is None] == []
    assert {allowance(path, name) for path, name in found} == ALLOWED.keys(), "an allowance that nobody needs"


HEAD = "from models import Person as Row, Team\nasync def work(session, act, key, team: Team):\n    "
CASES = {
    "return await session.get(Row, key)": {"Person"},
    "return await session.scalar(select(Row).where(Row.id == key))": {"Person"},
    "return [one for one in await session.scalars(select(Row.name, Team.name))]": {"Person", "Team"},
    "if await session.scalar(select(Team.id)):\n        return 1": {"Team"},
    "return await session.execute(text('select name from person'))": {"Person"},
    "def inside(row):\n        return select(Row)\n    return inside": {"Person"},
    "return await session.scalar(select(Row).where(visible(Row, act.viewer)))": set(),
    "row = await act.find(session, Row, key)\n    return await session.get(Team, row.team_id)": set(),
    "mine = reach_of(act.viewer).own(Row.id)\n    return select(Row).where(mine)": set(),
    "return await session.scalar(select(Row).where(Row.team_id == team.id))": set(),
    "return await session.execute(text('select name from division'))": set(),
}


@pytest.mark.parametrize("body", CASES)
def test_the_rule_tells_a_read_with_scope_from_one_without(body: str) -> None:
    read = unguarded(ast.parse(HEAD + body)).values()
    assert {model for models_read in read for model in models_read} == CASES[body]
