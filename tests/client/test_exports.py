"""The list that one looks at, as a workbook: the link asks for the page's own filter."""

import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import openpyxl
from playwright.sync_api import expect


def test_the_workbook_holds_the_list_that_the_page_shows(visit: Callable[..., Any]) -> None:
    seen = visit("/teams?level=TOWNSHIP&place=152222102&q=志愿").settle()
    link = seen.page.get_by_role("link", name="导出表格")
    (asked,) = seen.operations("Teams")
    given = parse_qs(urlsplit(link.get_attribute("href")).query)
    assert json.loads(given["where"][0]) == asked["where"]
    with seen.page.expect_download() as started:
        link.click()
    assert started.value.suggested_filename.startswith("志愿服务队台账-")
    content = io.BytesIO(Path(started.value.path()).read_bytes())
    rows = openpyxl.load_workbook(content)["队伍"].iter_rows(min_row=2, values_only=True)
    found = {row[1] for row in rows}
    assert len(found) == seen.total() > 1
    assert set(seen.page.locator(".team h2").all_inner_texts()) <= found
    assert seen.complaints == []


def test_the_whole_list_is_had_without_a_filter_and_an_empty_one_not_at_all(visit: Callable[..., Any]) -> None:
    seen = visit("/teams").settle()
    assert seen.page.get_by_role("link", name="导出表格").get_attribute("href") == "/exports/teams.xlsx"
    seen.page.get_by_label("搜索队伍").fill("nothing")
    expect(seen.page.locator(".tally p")).to_have_text("共 0 支队伍")
    expect(seen.page.get_by_role("link", name="导出表格")).to_have_count(0)
