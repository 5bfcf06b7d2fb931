"""The bench asks what the schema answers: its documents stay valid, and its variables fit them."""

from pathlib import Path
from typing import Any

import pytest
from graphql import DocumentNode, OperationDefinitionNode, parse, validate
from graphql.execution.values import get_variable_values

from bench.catalog import PEERS
from bench.floor import STATEMENTS
from bench.load import Round
from bench.operations import OPERATIONS, Operation, difference
from bench.report import MARKDOWN, Measured, ratios, table
from bench.run import parsed
from bench.soak import documents, verdict
from schema.api import schema

QUERIES = Path(__file__).parent.parent / "bench" / "queries"
DOCUMENTS = sorted(path.stem for path in QUERIES.glob("*.graphql") if "." not in path.stem)

WRITTEN = "apply"
"""The mutation, which `bench/writes.py` asks: a function of the database takes the place of its error types."""


def text(document: str) -> str:
    return (QUERIES / f"{document}.graphql").read_text()


def test_every_document_belongs_to_an_operation_and_has_hand_written_sql() -> None:
    assert sorted({operation.document for operation in OPERATIONS.values()} | {WRITTEN}) == DOCUMENTS
    assert sorted({name.split()[0] for name in STATEMENTS}) == DOCUMENTS


@pytest.mark.parametrize("document", DOCUMENTS)
def test_a_document_is_valid(document: str) -> None:
    assert validate(schema._schema, parse(text(document))) == []


def test_a_document_of_another_schema_is_refused() -> None:
    assert validate(schema._schema, parse(text("teams.postgraphile"))) != []


def test_a_peer_has_its_own_words_only_for_what_it_knows() -> None:
    own = [path.stem.split(".") for path in QUERIES.glob("*.*.graphql")]
    assert {name for _, name in own} == {"postgraphile", "berryql", "strawchemy"}
    assert [pair for pair in own if pair[0] not in DOCUMENTS or not PEERS[pair[1]].knows(pair[0])] == []


def test_berryql_and_strawchemy_have_no_answer_for_a_search() -> None:
    assert not PEERS["berryql"].knows("volunteers")
    assert not PEERS["strawchemy"].knows("volunteers")
    assert (PEERS["berryql"].knows("stats"), PEERS["strawchemy"].knows("stats")) == (False, True)


@pytest.mark.parametrize(
    "path",
    sorted(path for path in QUERIES.glob("*.*.graphql") if not path.stem.startswith(WRITTEN)),
    ids=lambda path: path.stem,
)
def test_the_words_of_a_peer_take_our_variables_and_answer_with_our_names(path: Path) -> None:
    ours, theirs = (parse(one) for one in (text(path.stem.split(".")[0]), path.read_text()))
    assert variables(theirs) == variables(ours)
    assert answered(theirs) == answered(ours)


def variables(document: DocumentNode) -> list[str]:
    definition = document.definitions[0]
    assert isinstance(definition, OperationDefinitionNode)
    return [one.variable.name.value for one in definition.variable_definitions or ()]


def answered(node: Any) -> Any:
    """Return the names in an answer as nested dicts, and what is below `nodes` in their place."""
    if isinstance(node, DocumentNode):
        return answered(node.definitions[0])
    if node.selection_set is None:
        return None
    names = {(field.alias or field.name).value: answered(field) for field in node.selection_set.selections}
    return names["nodes"] if names.keys() == {"nodes"} else names


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


def test_a_list_is_equal_to_a_connection_of_nothing_but_nodes() -> None:
    rows: list[dict[str, object]] = [{"name": "甲", "members": {"nodes": [{"role": "LEADER"}]}}] * 50
    listed = [{"name": "甲", "members": [{"role": "LEADER"}]}] * 50
    assert difference(OPERATIONS["R1"], {"teams": {"nodes": rows}}, {"teams": listed}) is None
    assert difference(OPERATIONS["R1"], {"teams": {"nodes": rows}}, {"teams": [*listed[:49], {"name": "乙"}]})
    paged = {"teams": {"nodes": rows, "pageInfo": {"hasNextPage": True}}}
    assert difference(OPERATIONS["R1"], paged, {"teams": listed})


@pytest.mark.parametrize("value", ["乙", None, 7])
def test_answers_with_another_value_differ(value: object) -> None:
    one = {"people": {"nodes": [{"name": "甲"}] * 20}}
    other = {"people": {"nodes": [{"name": "甲"}] * 19 + [{"name": value}]}}
    assert difference(OPERATIONS["R3"], one, other)


def test_too_few_rows_count_as_a_difference() -> None:
    few = {"people": {"nodes": [{"name": "甲"}]}}
    assert difference(OPERATIONS["R3"], few, few) == "1 rows instead of 20"


def measured(*requests: int) -> Measured:
    """Rounds of two seconds, each with two requests under way at its end."""
    return Measured([Round(count, 2.0, 0, 4.0, 9.0, 2) for count in requests], 0.5, 0.25, 101.4)


def test_a_ratio_is_of_the_medians_and_of_our_lowest_round_over_the_highest_of_the_other() -> None:
    ours, other = measured(199, 299, 599), measured(99, 149, 49)
    assert ours.rates() == [100, 150, 300]
    assert ratios(ours, other) == (3.0, 100 / 75)


def test_the_table_has_one_row_a_server_with_every_column() -> None:
    found = {"ours": measured(199, 299, 499), "yoga": measured(99, 149, 49)}
    head, _, *rows = [*MARKDOWN.splitlines(), *table("R1", 32, found)]
    assert {row.count("|") for row in rows} == {head.count("|")}
    assert rows[1] == "| R1 | 32 | yoga | 50 | 25–75 | 4.0 | 9.0 | 1.67 | 0.83 | 101 | 3.00 | 1.33 |"


def test_everything_is_compared_unless_less_is_asked_for() -> None:
    assert set(parsed([]).peers) == PEERS.keys() - {"ours"}
    assert parsed([]).connections == [1, 32]
    quick = parsed(["--quick", "--peers", "yoga"])
    assert (quick.rounds, quick.seconds, quick.peers) == (1, 1.0, ["yoga"])


def test_a_thousand_documents_are_different_and_valid() -> None:
    made = list(documents(1000))
    assert len(set(made)) == 1000
    for text_ in made[::100]:
        assert validate(schema._schema, parse(text_)) == []


@pytest.mark.parametrize(
    ("megabytes", "what"),
    [
        ([110, 150, 151, 152], None),
        ([110, 150, 190, 201], "201 MB is more than 200"),
        ([110, 120, 130, 140], "the last half of the run added 20.0 MB"),
    ],
)
def test_memory_must_be_bounded_and_steady(megabytes: list[float], what: str | None) -> None:
    assert verdict(megabytes) == what
