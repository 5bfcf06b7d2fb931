"""How the process tells what it does: one JSON object a line for machines, readable lines on a terminal."""

import asyncio
import logging
import sys
from datetime import UTC, datetime
from typing import Any, Literal, TextIO

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


class Turns(logging.StreamHandler[TextIO]):
    """Writes the lines of one turn of the event loop together: a write of its own for each costs more than the line.
    Outside of a loop nothing waits; when the process ends, logging writes what is left."""

    def __init__(self) -> None:
        super().__init__()
        self._lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        try:
            self.add(self.format(record))
        except Exception:
            self.handleError(record)

    def add(self, line: str) -> None:
        """Take a line; it is written when the loop's turn ends."""
        self._lines.append(line)
        if len(self._lines) == 1:
            try:
                asyncio.get_running_loop().call_soon(self.flush)
            except RuntimeError:
                self.flush()

    def flush(self) -> None:
        lines, self._lines = self._lines, []
        if lines:
            self.stream.write("\n".join(lines) + "\n")
        super().flush()


def configure(level: str, form: Literal["auto", "json", "text"]) -> None:
    """Send every logger to standard error in one form."""
    if form == "auto":
        form = "text" if sys.stderr.isatty() else "json"
    handler = Turns()
    handler.setFormatter(JsonLines() if form == "json" else ReadableLines())
    # as the library's documentation advises where nobody prints these
    logging.logThreads = logging.logProcesses = logging.logMultiprocessing = False
    logging._srcfile = None
    logging.basicConfig(level=level.upper(), handlers=[handler], force=True)
    for name, least in QUIET.items():
        logging.getLogger(name).setLevel(max(least, logging.root.level))


class JsonLines(logging.Formatter):
    """time, level, logger, message, and what the record carries of a request."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        if visit := getattr(record, "visit", None):
            line |= visit.as_dict()
        if request_id := getattr(record, "request_id", None):
            line["requestId"] = request_id
        if record.exc_info:
            line["trace"] = self.formatException(record.exc_info)
        return orjson.dumps(line, default=str).decode(errors="replace")


class ReadableLines(logging.Formatter):
    """`16:20:01 200   1.3 ms POST /graphql Directory 5f0c…`"""

    def format(self, record: logging.LogRecord) -> str:
        clock = datetime.fromtimestamp(record.created).astimezone().strftime("%H:%M:%S")
        if (visit := getattr(record, "visit", None)) is None:
            line = f"{clock} {record.levelname.lower()} {record.name}: {record.getMessage()}"
            if request_id := getattr(record, "request_id", None):
                line += f" [{request_id}]"
            return line + (f"\n{self.formatException(record.exc_info)}" if record.exc_info else "")
        words = [visit.method, _printable(visit.path), visit.operation or "", *visit.codes, f"[{visit.id}]"]
        return f"{clock} {visit.status} {visit.seconds * 1000:7.1f} ms {' '.join(word for word in words if word)}"


def _printable(path: str) -> str:
    """Return a path that cannot steer a terminal or start a line of its own."""
    return "".join(letter if letter.isprintable() else "�" for letter in path)
