"""The operations that the client sends fit the schema, and the real service answers them."""

import json
from pathlib import Path
from typing import Any

import httpx2
import pytest
from graphql import OperationDefinitionNode, parse, validate

from schema.api import schema
from web.pages import CLIENT

OPERATIONS = sorted((CLIENT / "operations").glob("*.graphql"))
VARIABLES: dict[str, dict[str, Any]] = {
    "Frame": {"language": "EN"},
    "Home": {},
    "Imports": {"language": "EN"},
    "ImportEntries": {"id": "WorkbookImport_1", "kind": "REJECTED"},
    "Team": {"code": "KYZQ-0500", "language": "ZH"},
    "Teams": {"where": {"level": {"eq": "VILLAGE"}, "platforms": {"hasAny": ["SPORTS"]}}, "language": "ZH"},
}


@pytest.mark.parametrize("path", OPERATIONS, ids=lambda path: path.stem)
def test_an_operation_fits_the_schema(path: Path) -> None:
    document = parse(path.read_text(encoding="utf-8"))
    assert validate(schema._schema, document) == []
    (operation,) = document.definitions
    assert isinstance(operation, OperationDefinitionNode) and operation.name
    assert operation.name.value == path.stem, "the client asks for the operation by the name of its file"


@pytest.mark.parametrize("path", OPERATIONS, ids=lambda path: path.stem)
def test_the_public_gets_an_answer_within_the_limits(path: Path, address: str) -> None:
    given = {"query": path.read_text(encoding="utf-8"), "variables": json.dumps(VARIABLES[path.stem])}
    answer = httpx2.get(f"{address}/graphql", params=given).json()
    assert "errors" not in answer
    assert [
        name for name, value in answer["data"].items() if not value and name not in ("place", "workbookImport")
    ] == []


@pytest.mark.parametrize("path", OPERATIONS, ids=lambda path: path.stem)
def test_a_blank_is_nowhere_part_of_a_text(path: Path) -> None:
    """The client takes comments and blanks out of an operation before it travels in an address."""
    lines = path.read_text(encoding="utf-8").splitlines()
    assert [line for line in lines if '"' in line and (" " in line.split('"')[1] or "#" in line.split('"')[1])] == []
