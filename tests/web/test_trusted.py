"""Documents named by their hash, as Apollo's clients name them."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx2
import orjson
import pytest
from graphql.utilities import strip_ignored_characters
from pydantic import ValidationError

from tests.serving import chromium, serving
from tests.web.conftest import standin
from web.pages import CLIENT, EXPLORER, saved_queries
from web.settings import Settings, Unusable, complaints
from web.trusted import TrustedDocuments, digest

HELLO = "{ hello }"


def code(answer: httpx2.Response) -> Any:
    [error] = answer.json()["errors"]
    return error["extensions"]["code"]


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
    assert code(unknown) == "PERSISTED_QUERY_NOT_FOUND"
    both = await http.post("/graphql", json={"query": HELLO, "extensions": named(HELLO)})
    assert both.json() == {"data": {"hello": "你好"}}


@pytest.mark.parametrize(
    "given",
    [{"sha256Hash": "abc"}, {"sha256Hash": 7}, {}, [], "x", {"sha256Hash": digest("{ other }")}],
)
async def test_a_hash_that_does_not_fit_is_refused(http: httpx2.AsyncClient, given: Any) -> None:
    answer = await http.post("/graphql", json={"query": HELLO, "extensions": {"persistedQuery": given}})
    assert code(answer) == "BAD_REQUEST"


async def test_only_trusted_documents_are_carried_out_where_that_is_set(
    serve_with: Callable[..., Any], folder: Path
) -> None:
    other = "{ number(of: 1) }"
    async with serve_with(trusted_folder=folder, trusted_documents="only") as http:
        for known in ({"query": HELLO}, {"query": "{hello} # again"}, {"query": HELLO, "extensions": named(HELLO)}):
            assert (await http.post("/graphql", json=known)).json() == {"data": {"hello": "你好"}}
        for unknown in ({"query": other}, {"query": other, "extensions": named(other)}, {"query": "{"}, {}):
            assert code(await http.post("/graphql", json=unknown)) == "DOCUMENT_NOT_TRUSTED"
        assert code(await http.post("/graphql", json={"query": "#" * 15_001 + "\n" + HELLO})) == "DOCUMENT_NOT_TRUSTED"
        assert code(await http.post("/graphql", json={"extensions": named(other)})) == "PERSISTED_QUERY_NOT_FOUND"


async def test_a_name_does_not_let_a_mutation_come_by_get(serve_with: Callable[..., Any], tmp_path: Path) -> None:
    (tmp_path / "change.graphql").write_text("mutation { change }")
    extensions = named("mutation { change }")
    async with serve_with(trusted_folder=tmp_path) as http:
        got = await http.get("/graphql", params={"extensions": json.dumps(extensions)})
        posted = await http.post("/graphql", json={"extensions": extensions})
    assert (got.status_code, posted.json()) == (405, {"data": {"change": "changed"}})


def test_every_operation_of_our_own_pages_is_trusted() -> None:
    trusted = TrustedDocuments(None, only=True)
    for path in (*CLIENT.rglob("*.graphql"), *EXPLORER.glob("queries/*.graphql")):
        text = path.read_text(encoding="utf-8")
        assert trusted.text(text, None) == text
        for form in (text, text.strip(), strip_ignored_characters(text)):  # as tools end their files
            assert trusted.text(None, named(form)) == text
    for saved in orjson.loads(saved_queries()):  # without the words above them, as the explorer sends them
        assert trusted.text(saved["query"], None) == saved["query"]


def test_our_own_client_works_where_only_trusted_documents_are_carried_out(tmp_path: Path) -> None:
    """It sends its operations shortened."""
    settings = Settings(database_url=f"sqlite:///{tmp_path / 'only.db'}", trusted_documents="only")
    answers: list[bool] = []
    with serving(settings) as address, chromium() as browser:
        page = browser.new_page()
        page.on("response", lambda got: answers.append("data" in got.json()) if "/graphql?" in got.url else None)
        for path in ("/", "/teams", "/teams/T0001"):
            page.goto(address + path, wait_until="networkidle")
        page.close()
    assert len(answers) >= 4
    assert all(answers)


def test_a_folder_that_is_not_there_is_said_before_anything_is_done(tmp_path: Path) -> None:
    with pytest.raises(ValidationError) as error:
        Settings(trusted_folder=tmp_path / "nowhere")
    assert complaints(error.value) == ["TRUSTED_FOLDER: Path does not point to a directory"]


@pytest.mark.parametrize("content", [b"", b"{ hello", b"\xff", b"{ hello }" + b" " * 15_000])
def test_a_file_that_would_never_be_carried_out_is_said_at_start(folder: Path, content: bytes) -> None:
    (folder / "odd.graphql").write_bytes(content)
    with pytest.raises(Unusable, match=r"odd\.graphql 不能作为查询文档"):
        standin(trusted_folder=folder)
