"""Documents named by their hash, as Apollo's clients name them."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx2
import pytest

from tests.web.conftest import standin
from web.pages import CLIENT
from web.trusted import TrustedDocuments, digest

HELLO = "{ hello }"


def named(text: str) -> dict[str, Any]:
    return {"persistedQuery": {"version": 1, "sha256Hash": digest(text)}}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "hello.graphql").write_text(HELLO)
    (tmp_path / "notes.txt").write_text("{ number(of: 1) }")
    return tmp_path


async def test_a_known_document_is_named_by_post_and_get(serve_with: Callable[..., Any], folder: Path) -> None:
    async with serve_with(trusted_folder=folder) as http:
        posted = await http.post("/graphql", json={"extensions": named(HELLO)})
        got = await http.get("/graphql", params={"extensions": json.dumps(named(HELLO))})
        again = await http.get(
            "/graphql", params={"extensions": json.dumps(named(HELLO))}, headers={"if-none-match": got.headers["etag"]}
        )
    assert posted.json() == got.json() == {"data": {"hello": "你好"}}
    assert again.status_code == 304


async def test_an_unknown_hash_is_told_so_that_the_client_sends_the_text(http: httpx2.AsyncClient) -> None:
    unknown = await http.post("/graphql", json={"extensions": named(HELLO)})
    assert unknown.json()["errors"][0]["extensions"]["code"] == "PERSISTED_QUERY_NOT_FOUND"
    both = await http.post("/graphql", json={"query": HELLO, "extensions": named(HELLO)})
    assert both.json() == {"data": {"hello": "你好"}}


@pytest.mark.parametrize(
    "given",
    [{"sha256Hash": "abc"}, {"sha256Hash": 7}, {}, [], "x", {"sha256Hash": digest("{ other }")}],
)
async def test_a_hash_that_does_not_fit_is_refused(http: httpx2.AsyncClient, given: Any) -> None:
    answer = await http.post("/graphql", json={"query": HELLO, "extensions": {"persistedQuery": given}})
    assert answer.json()["errors"][0]["extensions"]["code"] == "BAD_REQUEST"


async def test_only_trusted_documents_are_carried_out_where_that_is_set(
    serve_with: Callable[..., Any], folder: Path
) -> None:
    async with serve_with(trusted_folder=folder, trusted_documents="only") as http:
        known = await http.post("/graphql", json={"query": HELLO})
        other = await http.post("/graphql", json={"query": "{ number(of: 1) }"})
        nothing = await http.post("/graphql", json={})
    assert known.json() == {"data": {"hello": "你好"}}
    for answer in (other, nothing):
        assert answer.json()["errors"][0]["extensions"]["code"] == "DOCUMENT_NOT_TRUSTED"


def test_every_operation_of_our_own_pages_is_trusted() -> None:
    trusted = TrustedDocuments(None, only=True)
    for path in CLIENT.rglob("*.graphql"):
        text = path.read_text(encoding="utf-8")
        assert trusted.text(text, None) == trusted.text(None, named(text)) == text


def test_a_folder_that_is_not_there_is_said_at_start(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="nowhere"):
        standin(trusted_folder=tmp_path / "nowhere")
