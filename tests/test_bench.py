"""The bench asks what the schema answers: its documents stay valid, and its variables fit them."""

from pathlib import Path

import pytest
from graphql import OperationDefinitionNode, parse, validate
from graphql.execution.values import get_variable_values

from bench.floor import STATEMENTS
from bench.operations import OPERATIONS, Operation, difference
from schema.api import schema

QUERIES = Path(__file__).parent.parent / "bench" / "queries"
DOCUMENTS = sorted(path.stem for path in QUERIES.glob("*.graphql") if "." not in path.stem)


def text(document: str) -> str:
    return (QUERIES / f"{document}.graphql").read_text()


def test_every_document_belongs_to_an_operation_and_has_hand_written_sql() -> None:
    assert sorted({operation.document for operation in OPERATIONS.values()}) == DOCUMENTS
    assert sorted({name.split()[0] for name in STATEMENTS}) == DOCUMENTS


@pytest.mark.parametrize("document", DOCUMENTS)
def test_a_document_is_valid(document: str) -> None:
    assert validate(schema._schema, parse(text(document))) == []


def test_a_document_of_another_schema_is_refused() -> None:
    assert validate(schema._schema, parse(text("teams.postgraphile"))) != []


@pytest.mark.parametrize("operation", OPERATIONS.values(), ids=OPERATIONS)
def test_the_variables_of_an_operation_fit_its_document(operation: Operation) -> None:
    definition = parse(text(operation.document)).definitions[0]
    assert isinstance(definition, OperationDefinitionNode)
    for variables in operation.variables or [{"code": "KYZQ-0001"}]:
        found = get_variable_values(schema._schema, definition.variable_definitions or [], dict(variables))
        assert not isinstance(found, list), found


def test_answers_are_equal_but_for_cursors_and_the_type_in_an_id() -> None:
    one = {"people": {"nodes": [{"id": "Person_7", "name": "甲"}] * 20, "pageInfo": {"endCursor": "NAME_ASC.7"}}}
    other = {"people": {"nodes": [{"name": "甲", "id": "7"}] * 20, "pageInfo": {"endCursor": "abc"}}}
    assert difference(OPERATIONS["R3"], one, other) is None


@pytest.mark.parametrize("value", ["乙", None, 7])
def test_answers_with_another_value_differ(value: object) -> None:
    one = {"people": {"nodes": [{"name": "甲"}] * 20}}
    other = {"people": {"nodes": [{"name": "甲"}] * 19 + [{"name": value}]}}
    assert difference(OPERATIONS["R3"], one, other)


def test_too_few_rows_count_as_a_difference() -> None:
    few = {"people": {"nodes": [{"name": "甲"}]}}
    assert difference(OPERATIONS["R3"], few, few) == "1 rows instead of 20"
