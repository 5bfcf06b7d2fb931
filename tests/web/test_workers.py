"""Several processes serve one port: one that dies is replaced, one count is kept of all, none outlives the service."""

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx2
import psutil
import pytest

from web.keys import new_keys
from web.together import SECONDS
from web.workers import HEALTH_SECONDS

ROOT = Path(__file__).parents[2]
WORKERS = 2


def children(parent: int) -> list[psutil.Process]:
    """The living processes that serve; multiprocessing has one more, which looks after what they leave behind."""
    found = []
    for child in psutil.Process(parent).children():
        with contextlib.suppress(psutil.NoSuchProcess):  # a dead one that its parent has not looked after yet
            found += [child] if any("spawn_main" in part for part in child.cmdline()) else []
    return found


def wait(is_so: Callable[[], bool], seconds: float = 30.0) -> None:
    end = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < end
        time.sleep(0.02)


def is_ready(address: str) -> bool:
    try:
        return httpx2.get(f"{address}/readyz").status_code == 200
    except httpx2.TransportError:
        return False


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> str:
    """An empty registry on SQLite, the address of its database."""
    return f"sqlite:///{tmp_path_factory.mktemp('workers')}/horqin.db"


@pytest.fixture
def served(database: str, tmp_path: Path) -> Iterator[tuple[str, int]]:
    """The service as two processes: its address, and the process that looks after them."""
    keys = {name.upper(): value for name, value in new_keys().items()}
    process = subprocess.Popen(
        [sys.executable, "-m", "web.cli", "serve", "--port", "0", "--workers", str(WORKERS)],
        cwd=tmp_path,
        env={**os.environ, **keys, "DATABASE_URL": database, "PRODUCTION": "1", "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert process.stdout is not None
    try:
        address = process.stdout.readline().rpartition(" ")[2].strip().rstrip("/")
        wait(lambda: len(children(process.pid)) == WORKERS and is_ready(address))
        yield address, process.pid
    finally:
        process.kill()  # its children end by themselves, as the last test proves
        process.communicate()


def answered(address: str) -> float:
    """Requests that the service says it has answered."""
    lines = httpx2.get(f"{address}/metrics").text.splitlines()
    return sum(float(line.rpartition(" ")[2]) for line in lines if line.startswith("horqin_requests_total"))


def test_one_that_dies_is_replaced_and_what_it_counted_stays(served: tuple[str, int]) -> None:
    address, parent = served
    first = {child.pid for child in children(parent)}
    before = answered(address)
    for _ in range(20):  # each on a connection of its own, so that either may get it
        assert httpx2.post(f"{address}/graphql", json={"query": "{teams{totalCount}}"}).json() == {
            "data": {"teams": {"totalCount": 0}}
        }
    wait(lambda: answered(address) >= before + 21)  # the others write theirs every second
    time.sleep(1.2 * SECONDS)  # what is older than that is written
    lost = min(first)
    os.kill(lost, signal.SIGKILL)
    # one that dies while it is asked whether it lives is waited for as long as an answer may take
    wait(lambda: len({child.pid for child in children(parent)} - {lost}) == WORKERS, HEALTH_SECONDS + 30.0)
    assert {child.pid for child in children(parent)} & first == first - {lost}
    assert is_ready(address)
    assert answered(address) >= before + 21
    two, own = children(parent), psutil.Process(parent)
    own.terminate()
    gone, left = psutil.wait_procs([own, *two], timeout=45)
    assert (len(gone), left) == (WORKERS + 1, [])
    assert not is_ready(address)


def test_none_outlives_a_parent_that_was_killed(served: tuple[str, int]) -> None:
    address, parent = served
    two = children(parent)
    os.kill(parent, signal.SIGKILL)
    assert psutil.wait_procs(two, timeout=45)[1] == []
    assert not is_ready(address)
