"""Which address answers what."""

from collections.abc import Callable
from typing import Any

import httpx2
import pytest

from web.requests import CONTENT_SECURITY

HTML = {"accept": "text/html,application/xhtml+xml,*/*;q=0.8"}


async def test_it_is_alive_whatever_the_database_does(http: httpx2.AsyncClient) -> None:
    answer = await http.get("/healthz")
    assert (answer.status_code, answer.json()) == (200, {"status": "alive"})


async def test_a_browser_gets_the_explorer_and_a_program_the_api(http: httpx2.AsyncClient) -> None:
    page = await http.get("/graphql", headers=HTML)
    assert (page.status_code, page.headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert "default-src 'none'" in page.headers["content-security-policy"]
    assert "style-src 'self' 'unsafe-inline'" in page.headers["content-security-policy"]
    assert "Accept" in page.headers["vary"]
    assert (await http.get("/graphql?query={hello}", headers=HTML)).json() == {"data": {"hello": "你好"}}
    assert (await http.get("/graphql")).status_code == 400


@pytest.mark.parametrize("path", ["/", "/teams", "/teams?q=gjt", "/teams/KYZQ-0001", "/teams/%E9%98%9F"])
async def test_every_address_of_the_light_client_is_its_one_page(http: httpx2.AsyncClient, path: str) -> None:
    page = await http.get(path)
    assert (page.status_code, page.headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert page.headers["content-security-policy"] == CONTENT_SECURITY
    assert '<script src="/client/app.js" type="module">' in page.text
    assert (await http.get(path, headers={"if-none-match": page.headers["etag"]})).status_code == 304


async def test_files_of_the_light_client_are_under_one_address(http: httpx2.AsyncClient) -> None:
    assert (await http.get("/client/boot.js")).headers["content-type"] == "text/javascript; charset=utf-8"
    assert (await http.get("/client/nothing.js")).status_code == 404
    assert (await http.get("/teams/KYZQ-0001/members")).status_code == 404


async def test_the_explorer_can_be_turned_off(serve_with: Callable[..., Any]) -> None:
    async with serve_with(explorer=False) as http:
        assert (await http.get("/graphql", headers=HTML)).status_code == 400
        assert (await http.get("/explorer/queries.json")).status_code == 404


async def test_the_schema_is_published_and_not_sent_twice(http: httpx2.AsyncClient) -> None:
    first = await http.get("/schema.graphql")
    assert first.headers["content-type"] == "text/plain; charset=utf-8"
    assert "type Mutation {\n  change: String!\n}" in first.text
    again = await http.get("/schema.graphql", headers={"if-none-match": f'"other", W/{first.headers["etag"]}'})
    assert (again.status_code, again.content) == (304, b"")


async def test_what_is_not_there_is_a_404_in_the_same_form(http: httpx2.AsyncClient) -> None:
    answer = await http.get("/wp-login.php")
    assert answer.status_code == 404
    [error] = answer.json()["errors"]
    assert error["message"] == "没有这个地址 | Not Found: GET /wp-login.php"
    assert error["extensions"]["code"] == "NOT_FOUND"


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/schema.graphql", "/metrics", "/"])
async def test_pages_are_only_read(http: httpx2.AsyncClient, path: str) -> None:
    assert (await http.post(path)).status_code == 405


async def test_a_long_answer_is_compressed_for_who_can_read_that(http: httpx2.AsyncClient) -> None:
    for encoding in ("gzip", "identity"):
        answer = await http.get("/explorer/vendor/explorer.css", headers={"accept-encoding": encoding})
        assert answer.headers.get("content-encoding", "identity") == encoding
        assert "Accept-Encoding" in answer.headers["vary"]
