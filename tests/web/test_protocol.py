"""What a request says about itself: the type of answer that it prefers, the name of its operation."""

import time

import pytest

from web.protocol import answer_type, operation_name


@pytest.mark.parametrize(
    ("accept", "modern"),
    [
        (None, False),
        ("*/*", False),
        ("application/json", False),
        ("application/graphql-response+json", True),
        ("application/graphql-response+json, application/json;q=0.9", True),
        ("application/graphql-response+json;q=0.5, application/json;q=0.9", False),
        ("application/graphql-response+json;q=0, */*", False),
        ("application/json, application/graphql-response+json", True),
        ("text/html", False),
        (";;;,q=,", False),
    ],
)
def test_the_answer_has_the_type_that_the_client_prefers(accept: str | None, modern: bool) -> None:
    assert (answer_type(accept) == "application/graphql-response+json") is modern


@pytest.mark.parametrize(
    ("given", "text", "name"),
    [
        ("Teams", "", "Teams"),
        ("a\nb", "query Teams{a}", ""),
        (None, "query Teams($a: Int){a}", "Teams"),
        (None, "# 标题 query No\n\n  query Teams{a}", "Teams"),
        (None, "{query}", ""),
        (None, "query{a}", ""),
        (None, "#" * 14_000, ""),
    ],
)
def test_the_operation_s_name_is_known_to_the_log(given: str | None, text: str, name: str) -> None:
    assert operation_name(given, text) == name


def test_a_hostile_text_does_not_keep_the_search_for_a_name_busy() -> None:
    started = time.process_time()
    for text in ("#" * 15_000, "# \n" * 5_000, " ," * 7_500, "query " * 2_500, "query" + " " * 15_000):
        operation_name(None, text)
    assert time.process_time() - started < 0.2
