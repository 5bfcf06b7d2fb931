"""One line a request: JSON for machines, readable on a terminal, and nothing in it that a request could forge."""

import logging
import sys

import orjson
import pytest

from web.logs import JsonLines, ReadableLines, configure
from web.requests import Visit


class Counters:
    statements, sql_seconds = 1, 0.00123


def record(*visits: Visit, **extra: object) -> logging.LogRecord:
    made = logging.LogRecord("horqin.request", logging.INFO, "", 0, "request %s", ("a\nb",), None)
    made.__dict__.update(extra, **({"visits": visits} if visits else {}))
    return made


def test_a_machine_reads_one_object_a_line(visit: Visit) -> None:
    visit.status, visit.sent, visit.seconds, visit.operation = 200, 46, 0.01061, "Teams"
    visit.codes, visit.counters = ["BAD_USER_INPUT"], Counters
    text = JsonLines().format(record(visit))
    assert "\n" not in text
    line = orjson.loads(text)
    assert line.pop("time").endswith("+00:00")
    assert line == {
        "level": "info",
        "logger": "horqin.request",
        "message": "request a\nb",
        "requestId": "0123456789abcdef",
        "method": "POST",
        "path": "/graphql",
        "status": 200,
        "bytes": 46,
        "ms": 10.6,
        "operation": "Teams",
        "codes": ["BAD_USER_INPUT"],
        "statements": 1,
        "sqlMs": 1.2,
    }


@pytest.mark.parametrize("form", [JsonLines(), ReadableLines()])
def test_visits_that_ended_together_have_a_line_each(form: logging.Formatter) -> None:
    lines = form.format(record(Visit("1" * 16, "GET", "/a"), Visit("2" * 16, "GET", "/b"))).splitlines()
    assert [("1" * 16 in line, "2" * 16 in line) for line in lines] == [(True, False), (False, True)]


def test_a_trace_stays_on_the_line_of_its_request() -> None:
    made = record(request_id="0123456789abcdef")
    try:
        raise RuntimeError("bug")
    except RuntimeError:
        made.exc_info = sys.exc_info()
    line = orjson.loads(JsonLines().format(made))
    assert line["requestId"] == "0123456789abcdef"
    assert line["trace"].endswith("RuntimeError: bug")
    assert ReadableLines().format(made).endswith("[0123456789abcdef]\n" + line["trace"])


def test_a_person_reads_the_same_and_no_control_characters(visit: Visit) -> None:
    visit.status, visit.seconds, visit.path, visit.operation = 404, 0.0013, "/a\n\x1b[31m", "Teams"
    line = ReadableLines().format(record(visit))
    assert line[9:] == "404     1.3 ms POST /a��[31m Teams [0123456789abcdef]"


@pytest.mark.parametrize(("form", "formatter"), [("auto", JsonLines), ("json", JsonLines), ("text", ReadableLines)])
def test_the_form_follows_the_setting(form: str, formatter: type, monkeypatch: pytest.MonkeyPatch) -> None:
    root = logging.Logger("root")
    monkeypatch.setattr(logging, "root", root)
    configure("warning", form)  # type: ignore[arg-type]
    assert [type(handler.formatter) for handler in root.handlers] == [formatter]
    assert root.level == logging.WARNING
    assert logging.getLogger("strawberry.execution").level == logging.CRITICAL
