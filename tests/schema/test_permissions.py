"""The permission matrix, cell by cell: what `domain/data/permissions.csv` says is what real requests are answered."""

import logging
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from argon2 import PasswordHasher
from graphql import GraphQLObjectType, get_named_type
from sqlalchemy import true

from docs.make_permissions import page
from domain.matrix import matrix, written
from domain.scope import GATES, VISIBLE
from domain.sign_in import passwords
from models import Role
from schema.nodes import NODES
from tests.schema.matrix_cast import SEATS
from tests.schema.matrix_reads import OF_NODES, TYPES, Sight, compiled_anew, is_empty, node_cells
from tests.schema.matrix_roots import part_cells, root_cells, stat_cells
from tests.schema.matrix_world import World, worlds
from tests.schema.matrix_writes import mutation_cells

pytestmark = pytest.mark.asyncio(loop_scope="session")

ROOT = Path(__file__).parent.parent.parent

ALWAYS_EMPTY = {"Division.children"}
"""Fields without a value on the rows of the matrix: a village has no places below."""


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def both_worlds(
    request: pytest.FixtureRequest, filled: tuple[Path, str], tmp_path_factory: pytest.TempPathFactory
) -> dict[str, World]:
    file, template = filled
    return await worlds(file, request.getfixturevalue("postgres"), template, tmp_path_factory.mktemp("matrix"))


@pytest.fixture(params=["sqlite", "postgresql"])
def world(request: pytest.FixtureRequest, both_worlds: dict[str, World]) -> World:
    return both_worlds[request.param]


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    """Thousands of requests: passwords that cost little, and no traceback for each refusal."""
    monkeypatch.setattr(passwords, "HASHER", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
    caplog.set_level(logging.CRITICAL, "strawberry.execution")


def is_structural(type_: Any) -> bool:
    """Return whether a type only holds other rows, or words for a refusal: it tells nobody more or less."""
    is_problem = any(interface.name == "Problem" for interface in type_.interfaces)
    return type_.name.endswith(("Connection", "Edge")) or type_.name == "PageInfo" or is_problem


def subjects() -> list[str]:
    """Return what the matrix has to name: the fields of every type that a query can reach, and every mutation. (What
    only a mutation gives, such as a new token, is given to who may do it.)"""
    found, waiting = ["Query"], ["Query", *NODES]
    while waiting:
        for field in TYPES[waiting.pop()].fields.values():
            type_ = get_named_type(field.type)
            if isinstance(type_, GraphQLObjectType) and type_.name not in found:
                found.append(type_.name)
                waiting.append(type_.name)
    types = [name for name in [*found, "Mutation"] if not is_structural(TYPES[name])]
    return [f"{name}.{field}" for name in types for field in TYPES[name].fields]


async def test_the_matrix_names_every_field_and_every_mutation_and_no_other() -> None:
    assert sorted(matrix()) == sorted(subjects())


async def test_the_page_for_people_is_up_to_date() -> None:
    written_page = (ROOT / "docs" / "permissions.md").read_text(encoding="utf-8")
    assert written_page == page(), "run python docs/make_permissions.py"


def differences(seen: dict[str, dict[Role, str]], folder: Path) -> list[str]:
    """Return where the file is wrong; what really happens is written down beside, to be read and taken over."""
    (folder / "permissions.csv").write_text(written({name: seen[name] for name in subjects() if name in seen}))
    return [
        f"{name} of {role.name}: the file says {matrix()[name][role]}, what happens is {cell}"
        for name, row in seen.items()
        for role, cell in row.items()
        if cell != matrix()[name][role]
    ]


async def test_every_field_is_seen_as_the_matrix_says(world: World, tmp_path: Path) -> None:
    seen: dict[str, dict[Role, str]] = {}
    async with world.opened() as (reader, _):
        for role, seat in SEATS.items():
            sight = Sight(reader, seat.viewer)
            for cells in (node_cells, root_cells, part_cells, stat_cells):
                for name, cell in (await cells(sight, seat)).items():
                    seen.setdefault(name, {})[role] = cell
    assert differences(seen, tmp_path) == []


async def test_every_mutation_is_answered_as_the_matrix_says(world: World, tmp_path: Path) -> None:
    seen: dict[str, dict[Role, str]] = {}
    for role, seat in SEATS.items():
        async with world.copied().opened() as (reader, engine):
            for name, cell in (await mutation_cells(seat, reader, engine)).items():
                seen.setdefault(name, {})[role] = cell
    assert differences(seen, tmp_path) == []


async def test_the_rows_leave_no_field_empty(world: World) -> None:
    async with world.opened() as (reader, _):
        seat = SEATS[Role.VOLUNTEER]
        for types, query in OF_NODES:
            ids = [f"{name}_{key}" for name in types for key in seat.keys(name, "own")]
            found = await Sight(reader, seat.viewer)(query, {"ids": ids}, everything=True)
            for name in types:
                rows = [row for key, row in zip(ids, found["nodes"], strict=True) if key.startswith(f"{name}_")]
                empty = {f"{name}.{field}" for field in rows[0] if all(is_empty(row[field]) for row in rows)}
                assert empty <= ALWAYS_EMPTY


@pytest.mark.parametrize(
    ("rules", "name", "cell"), [(GATES, "person_phone", "Person.phone"), (VISIBLE, "person", "Person.name")]
)
async def test_an_open_door_is_noticed(
    both_worlds: dict[str, World], monkeypatch: pytest.MonkeyPatch, rules: Any, name: str, cell: str
) -> None:
    seat = SEATS[Role.RECORDER]
    monkeypatch.setitem(rules, name, lambda reach, row: true())
    with compiled_anew():
        async with both_worlds["sqlite"].opened() as (reader, _):
            seen = await node_cells(Sight(reader, seat.viewer), seat)
    assert seen[cell] != matrix()[cell][Role.RECORDER]
