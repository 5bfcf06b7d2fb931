"""Files for browsers come with the right type, are asked for again only when they may have changed, and nothing
beside the published folders can be had."""

from pathlib import Path

import httpx2
import orjson
import pytest
from starlette.applications import Starlette
from starlette.routing import Mount

from web import pages
from web.pages import Files, saved_query


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    published = tmp_path / "published"
    (published / "chunks").mkdir(parents=True)
    for name in ("app.js", "app.css", "index.html", "list.graphql", "font.ttf", "chunks/a-1F2E.js"):
        (published / name).write_text(f"队 {name}")
    (tmp_path / "secret.txt").write_text("secret")
    (published / "link.js").symlink_to(tmp_path / "secret.txt")
    return published


async def get(folder: Path, path: str, **headers: str) -> httpx2.Response:
    app = Starlette(routes=[Mount("/files", Files(folder, hashed="chunks"))])
    async with httpx2.AsyncClient(transport=httpx2.ASGITransport(app=app), base_url="http://horqin.test") as http:
        return await http.get(f"/files{path}", headers=headers)


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("app.js", "text/javascript; charset=utf-8"),
        ("app.css", "text/css; charset=utf-8"),
        ("index.html", "text/html; charset=utf-8"),
        ("list.graphql", "application/graphql"),
        ("font.ttf", "font/ttf"),
    ],
)
async def test_a_file_has_its_type_whatever_the_machine_knows(folder: Path, name: str, kind: str) -> None:
    answer = await get(folder, f"/{name}")
    assert (answer.headers["content-type"], answer.content.decode()) == (kind, f"队 {name}")


async def test_a_file_is_sent_again_only_when_it_changed(folder: Path) -> None:
    first = await get(folder, "/app.js")
    assert first.headers["cache-control"] == "no-cache"
    assert (await get(folder, "/app.js", **{"if-none-match": first.headers["etag"]})).status_code == 304
    (folder / "app.js").write_text("changed, and longer")
    assert (await get(folder, "/app.js", **{"if-none-match": first.headers["etag"]})).status_code == 200


async def test_a_file_named_by_its_content_is_kept_for_a_year(folder: Path) -> None:
    assert "immutable" in (await get(folder, "/chunks/a-1F2E.js")).headers["cache-control"]


@pytest.mark.parametrize("path", ["/../secret.txt", "/%2e%2e/secret.txt", "/..%2fsecret.txt", "/link.js", "/chunks"])
async def test_nothing_outside_of_the_folder_is_served(folder: Path, path: str) -> None:
    assert (await get(folder, path)).status_code == 404


async def test_the_explorer_s_sources_are_not_published(http: httpx2.AsyncClient) -> None:
    for path in ("/explorer/source/package.json", "/explorer/vendor/../source/package.json", "/client/../app.py"):
        assert (await http.get(path)).status_code == 404


def test_a_saved_query_is_a_file_with_its_titles_on_the_first_line(tmp_path: Path) -> None:
    file = tmp_path / "10_largest.graphql"
    file.write_text(
        "# 人数最多的十支队 | The ten largest teams\n# 只数在册队员。\n\nquery Largest {\n  a # not a title\n}\n"
    )
    assert saved_query(file) == {
        "title": "人数最多的十支队",
        "titleEn": "The ten largest teams",
        "query": "query Largest {\n  a # not a title\n}",
        "variables": None,
        "note": "只数在册队员。",
    }
    file.with_suffix(".json").write_text('{"first": 10}\n')
    assert saved_query(file)["variables"] == '{"first": 10}'


@pytest.mark.parametrize("name", ["queries", "glossary"])
async def test_the_explorer_s_lists_are_lists(http: httpx2.AsyncClient, name: str) -> None:
    answer = await http.get(f"/explorer/{name}.json")
    assert answer.headers["content-type"] == "application/json"
    keys = {"queries": {"title", "titleEn", "query", "variables", "note"}, "glossary": {"zh", "en", "term", "note"}}
    assert all(item.keys() == keys[name] for item in answer.json())


def test_words_are_given_as_the_glossary_has_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    words = tmp_path / "glossary.csv"
    words.write_text("category,term,pinyin,code_term,meaning\norg,苏木,sū mù,sumu,a township of herders\n")
    monkeypatch.setattr(pages, "GLOSSARY", words)
    assert orjson.loads(pages.glossary.__wrapped__()) == [
        {"zh": "苏木", "en": "a township of herders", "term": "sumu", "note": "sū mù"}
    ]
