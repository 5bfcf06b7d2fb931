"""How the process tells what it does: one JSON object a line for machines, readable lines on a terminal."""

import logging
import sys
from datetime import UTC, datetime
from typing import Any, Literal

import orjson

QUIET = {
    "strawberry.execution": logging.CRITICAL,  # logs each mistake of a client with a trace; web/view.py logs ours
    "uvicorn.access": logging.CRITICAL,  # our own line has the request's id
    "uvicorn.error": logging.ERROR,  # its warnings are what strangers send, several lines each
    "uvicorn": logging.WARNING,
    "alembic": logging.WARNING,
    "aiosqlite": logging.WARNING,
    "asyncio": logging.WARNING,
}


def configure(level: str, form: Literal["auto", "json", "text"]) -> None:
    """Send every logger to standard error in one form."""
    if form == "auto":
        form = "text" if sys.stderr.isatty() else "json"
    handler = logging.StreamHandler()
    handler.setFormatter(JsonLines() if form == "json" else ReadableLines())
    # as the library's documentation advises where nobody prints these
    logging.logThreads = logging.logProcesses = logging.logMultiprocessing = False
    logging._srcfile = None
    logging.basicConfig(level=level.upper(), handlers=[handler], force=True)
    for name, least in QUIET.items():
        logging.getLogger(name).setLevel(max(least, logging.root.level))


class JsonLines(logging.Formatter):
    """time, level, logger, message, and what the record carries of a request; a line for each of several visits."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        if visits := getattr(record, "visits", None):
            return "\n".join([_json(line | visit.as_dict()) for visit in visits])
        if request_id := getattr(record, "request_id", None):
            line["requestId"] = request_id
        if record.exc_info:
            line["trace"] = self.formatException(record.exc_info)
        return _json(line)


def _json(line: dict[str, Any]) -> str:
    return orjson.dumps(line, default=str).decode(errors="replace")


class ReadableLines(logging.Formatter):
    """`16:20:01 200   1.3 ms POST /graphql Directory 5f0c…`"""

    def format(self, record: logging.LogRecord) -> str:
        clock = datetime.fromtimestamp(record.created).astimezone().strftime("%H:%M:%S")
        if (visits := getattr(record, "visits", None)) is None:
            line = f"{clock} {record.levelname.lower()} {record.name}: {record.getMessage()}"
            if request_id := getattr(record, "request_id", None):
                line += f" [{request_id}]"
            return line + (f"\n{self.formatException(record.exc_info)}" if record.exc_info else "")
        return "\n".join(f"{clock} {_readable(visit)}" for visit in visits)


def _readable(visit: Any) -> str:
    words = [visit.method, _printable(visit.path), visit.operation or "", *visit.codes, f"[{visit.id}]"]
    return f"{visit.status} {visit.seconds * 1000:7.1f} ms {' '.join(word for word in words if word)}"


def _printable(path: str) -> str:
    """Return a path that cannot steer a terminal or start a line of its own."""
    return "".join(letter if letter.isprintable() else "�" for letter in path)
