"""The rooms import one way: web -> schema -> domain -> models; the planner knows neither rules nor tables."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
ROOMS = ["models", "domain", "schema", "web"]
FILES = [path for room in ROOMS for path in sorted((ROOT / room).rglob("*.py"))]


def imported(path: Path) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module)
    return names


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_room_imports_only_rooms_to_its_right(path: Path) -> None:
    relative = path.relative_to(ROOT)
    rooms = {name.split(".")[0] for name in imported(path)} & set(ROOMS)
    assert rooms <= set(ROOMS[: ROOMS.index(relative.parts[0]) + 1])
    if relative.parts[:2] in (("schema", "plan"), ("schema", "limits.py"), ("schema", "cost.py")):
        own = [name for name in imported(path) if name.split(".")[0] in ROOMS]
        assert all(name.startswith(("schema.plan", "schema.limits", "schema.cost")) for name in own)


@pytest.mark.parametrize("folder", ["alembic", "tests"])
def test_folders_that_would_hide_a_package_have_no_init(folder: str) -> None:
    assert list((ROOT / folder).rglob("__init__.py")) == []


def test_files_are_short_enough_to_read() -> None:
    assert {str(path): length for path in FILES if (length := len(path.read_text().splitlines())) > 400} == {}
