"""The servers that are compared: how each is started, and what its process costs."""

import json
import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import psutil

ROOT = Path(__file__).parent.parent
PATIENCE = 60.0


@dataclass(frozen=True)
class Peer:
    """A server to compare. `{port}` and `{workers}` in the command are filled in; its documents are
    `queries/<query>.graphql`, or `queries/<query>.<name>.graphql` where a peer needs its own words. `documents` are
    those that it knows, None for all; one `by_name` is no GraphQL server and takes the query's name. `setup` is SQL
    that it needs."""

    name: str
    command: tuple[str, ...]
    environment: Mapping[str, str] = field(default_factory=dict)
    path: str = "/graphql"
    documents: frozenset[str] | None = None
    by_name: bool = False
    setup: Path | None = None

    def knows(self, query: str) -> bool:
        return self.documents is None or query in self.documents

    def document(self, query: str) -> str:
        own = ROOT / "bench" / "queries" / f"{query}.{self.name}.graphql"
        return (own if own.exists() else own.with_name(f"{query}.graphql")).read_text()

    def body(self, query: str, variables: Mapping[str, Any]) -> bytes:
        text = query if self.by_name else self.document(query)
        return json.dumps({"query": text, "variables": dict(variables)}).encode()


def uvicorn(app: str, python: str = sys.executable) -> tuple[str, ...]:
    """Return the command of a server: uvloop and httptools, as installed, and no line a request."""
    serve = ("uvicorn", app, "--port", "{port}", "--workers", "{workers}", "--no-access-log", "--log-level", "warning")
    return (python, "-m", *serve)


class Server:
    """A running peer. Its process starts with the block and ends with it."""

    def __init__(self, peer: Peer, environment: Mapping[str, str]) -> None:
        self.peer = peer
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        self.url = f"http://127.0.0.1:{port}{peer.path}"
        workers = environment.get("WORKERS", "1")
        self._command = [part.format(port=port, workers=workers) for part in peer.command]
        self._environment = {**os.environ, **environment, **peer.environment, "PORT": str(port)}

    def __enter__(self) -> Self:
        self._log = tempfile.TemporaryFile()
        self.started = time.perf_counter()
        self._process = subprocess.Popen(
            self._command, env=self._environment, cwd=ROOT, stdout=self._log, stderr=subprocess.STDOUT
        )
        self._watched = psutil.Process(self._process.pid)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._process.terminate()
        self._process.wait(20)
        self._log.close()

    def first_answer(self, body: bytes) -> float:
        """Wait for the first answer to `body`; return the seconds since the process was started."""
        while True:
            try:
                self.ask(body)
                return time.perf_counter() - self.started
            except urllib.error.HTTPError:
                raise
            except OSError:
                if self._process.poll() is not None or time.perf_counter() - self.started > PATIENCE:
                    self._log.seek(0)
                    raise RuntimeError(f"{self.peer.name} did not start:\n{self._log.read().decode()}") from None
                time.sleep(0.01)

    def ask(self, body: bytes, headers: Mapping[str, str] | None = None) -> Any:
        """Return the data of an answer. Raises RuntimeError when it holds errors."""
        head = {"Content-Type": "application/json", **(headers or {})}
        request = urllib.request.Request(self.url, body, head)  # noqa: S310
        with urllib.request.urlopen(request) as response:  # noqa: S310
            answer = json.loads(response.read())
        if answer.get("errors"):
            raise RuntimeError(f"{self.peer.name}: {answer['errors']}")
        return answer["data"]

    def cpu_seconds(self) -> float:
        return cpu_seconds(self._watched)

    def resident_megabytes(self) -> float:
        """Return the memory of the process and its children."""
        family = [self._watched, *self._watched.children(recursive=True)]
        return sum(float(one.memory_info().rss) for one in family) / 2**20


def cpu_seconds(process: psutil.Process) -> float:
    """Return the processor time of a process and its children, living or gone."""
    while True:
        try:
            return _family_seconds(process)
        except psutil.NoSuchProcess as gone:  # a child ended meanwhile: now its time is among its parent's
            if gone.pid == process.pid:
                raise


def _family_seconds(process: psutil.Process) -> float:
    times = process.cpu_times()
    used = times.user + times.system + times.children_user + times.children_system
    return float(used) + sum(_family_seconds(child) for child in process.children())
