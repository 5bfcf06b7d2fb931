"""A document is bounded before it is validated or carried out; each refusal names the bound, the value and by how
much; what stands exactly at the bound passes."""

import time

import pytest
from graphql import GraphQLError, GraphQLSyntaxError, get_introspection_query

from schema.limits import TOKENS, check_document, parse_document


def check(text: str) -> dict[str, object] | None:
    """Return what the refusal says to programs, None if the document passes."""
    try:
        check_document(text, parse_document(text))
    except GraphQLError as error:
        extensions = dict(error.extensions or {})
        assert extensions.pop("code") == "LIMIT_EXCEEDED"
        assert str(extensions["value"]) in error.message
        assert str(extensions["bound"]) in error.message
        return extensions
    return None


def deep(levels: int) -> str:
    return "{a" * levels + "}" * levels


def doubled(steps: int) -> str:
    """Fragments that each spread the next one twice: 2 to the power of `steps` fields."""
    fragments = "".join(f"fragment f{step} on Q {{...f{step + 1} ...f{step + 1}}}" for step in range(steps))
    return f"{{...f0}} {fragments} fragment f{steps} on Q {{a}}"


AT_AND_OVER = {
    "characters": (lambda n: "{a}" + " " * (n - 3), 15_000),
    "tokens": (lambda n: "{" + "a " * (n - 2) + "}", 1_000),
    "depth": (deep, 12),
    "aliases": (lambda n: "{" + "".join(f"a{i}:a " for i in range(n)) + "}", 30),
    "directives": (lambda n: "{a" + "@b" * n + "}", 50),
    "operations": (lambda n: "".join(f"query q{i}{{a}}" for i in range(n)), 10),
    "selections": (
        lambda n: "{" + "...f " * (n // 100) + "} fragment f on Q {" + "a " * 99 + "b " * (n % 100) + "}",
        2_000,
    ),
    "rootMutations": (lambda n: "mutation{" + "".join(f"a{i}:a " for i in range(n)) + "}", 4),
    "nesting": (lambda n: "{a(b:" + "[" * (n - 2) + "]" * (n - 2) + ")}", 40),
}


@pytest.mark.parametrize("limit", AT_AND_OVER)
def test_a_document_at_the_bound_passes_and_one_over_it_is_refused(limit: str) -> None:
    make, bound = AT_AND_OVER[limit]
    assert check(make(bound)) is None
    refusal = check(make(bound + 1))
    assert refusal is not None
    value = refusal.pop("value")
    assert refusal == {"limit": limit, "bound": bound}
    assert isinstance(value, int)
    assert value > bound


def test_aliases_in_fragments_count_as_they_are_written() -> None:
    aliases = "".join(f"a{i}:a " for i in range(31))
    assert check("{...f} fragment f on Q {" + aliases + "}") == {"limit": "aliases", "value": 31, "bound": 30}


def test_depth_goes_through_fragments() -> None:
    assert check("{" + "a{" * 5 + "...f" + "}" * 6 + "fragment f on Q " + deep(7)) is None
    assert check("{" + "a{" * 6 + "...f" + "}" * 7 + "fragment f on Q " + deep(7)) == {
        "limit": "depth",
        "value": 13,
        "bound": 12,
    }


def test_fragments_that_double_are_refused_without_being_expanded() -> None:
    started = time.process_time()
    assert check(doubled(60)) == {"limit": "selections", "value": 2001, "bound": 2000}
    assert time.process_time() - started < 0.5
    assert check(doubled(8)) is None


def test_fragments_in_a_circle_and_missing_ones_are_left_to_the_validator() -> None:
    assert check("{...a} fragment a on Q {...b} fragment b on Q {...a}") is None
    assert check("{...nowhere}") is None


@pytest.mark.parametrize(
    "text",
    [
        "{a" * 450 + "}" * 450,
        "{a(b:" + "{c:" * 300 + "1" + "}" * 300 + ")}",
        "query($a:" + "[" * 400 + "Int" + "]" * 400 + "){a}",
    ],
    ids=["fields", "objects", "types"],
)
def test_brackets_too_deep_for_the_parser_are_a_refusal(text: str) -> None:
    assert check(text) == {"limit": "nesting", "value": 41, "bound": 40}


def test_a_thousand_comments_do_not_hide_a_long_document() -> None:
    assert check("#\n" * (TOKENS + 1) + "{a}") == {"limit": "tokens", "value": 1001, "bound": 1000}


def test_a_fragment_named_like_introspection_has_no_privilege() -> None:
    assert check("{...__schema} fragment __schema on Q " + deep(13)) == {"limit": "depth", "value": 13, "bound": 12}


def test_the_standard_introspection_passes_and_one_that_repeats_itself_does_not() -> None:
    full = get_introspection_query(
        specified_by_url=True, directive_is_repeatable=True, schema_description=True, input_value_deprecation=True
    )
    assert check(full) is None
    assert check("{__schema{types{fields{type{fields{name}}}}}}") == {"limit": "introspection", "value": 2, "bound": 1}
    assert check("{__schema{types{fields{type{ofType{name}}}}}}") is None


def test_a_syntax_error_stays_one() -> None:
    with pytest.raises(GraphQLSyntaxError, match="Expected Name, found <EOF>"):
        parse_document("{")
