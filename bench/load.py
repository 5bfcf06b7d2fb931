"""One round of load on one address: by wrk where it is installed, else by a small client of our own."""

import asyncio
import json
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import httptools

WRK = shutil.which("wrk")

SCRIPT = """
local bodies = { %(bodies)s }
local turn = 0
wrk.method = #bodies > 0 and "POST" or "GET"
wrk.headers["Content-Type"] = #bodies > 0 and "application/json" or nil
%(headers)s
function request()
  if #bodies == 0 then return wrk.format() end
  turn = turn %% #bodies + 1
  return wrk.format(nil, nil, nil, bodies[turn])
end
function done(summary, latency)
  local e = summary.errors
  io.write(string.format('\\n{"requests": %%d, "seconds": %%f, "failed": %%d, "p50": %%f, "p99": %%f}\\n',
    summary.requests, summary.duration / 1e6, e.connect + e.read + e.write + e.status + e.timeout,
    latency:percentile(50) / 1e3, latency:percentile(99) / 1e3))
end
"""


@dataclass(frozen=True)
class Round:
    """What a round showed; percentiles in milliseconds. `unfinished` requests were under way when it ended."""

    requests: int
    seconds: float
    failed: int
    p50: float
    p99: float
    unfinished: int = 0

    @property
    def answers(self) -> float:
        """The answers given; what was under way was half done on average, and a slow server has much of that."""
        return self.requests + self.unfinished / 2

    @property
    def rate(self) -> float:
        return self.answers / self.seconds


def load(
    url: str, bodies: Sequence[bytes], connections: int, seconds: float, headers: Mapping[str, str] | None = None
) -> Round:
    """Ask `url` the bodies in turn, with these headers, over as many connections as given, in a process of its own.
    Without bodies the address alone is asked, by GET."""
    more = dict(headers or {})
    with tempfile.TemporaryDirectory() as folder:
        if WRK:
            script = Path(folder) / "load.lua"
            said = "\n".join(f'wrk.headers["{name}"] = [==[{value}]==]' for name, value in more.items())
            asked = ", ".join(f"[==[{body.decode()}]==]" for body in bodies)
            script.write_text(SCRIPT % {"bodies": asked, "headers": said})
            options = [
                "-t1",
                f"-c{connections}",
                f"-d{max(1, round(seconds))}s",
                "--timeout",
                "30s",
                "-s",
                str(script),
                url,
            ]
            command = [WRK, *options]
        else:
            kept = Path(folder) / "bodies.json"
            kept.write_text(json.dumps({"headers": more, "bodies": [body.decode() for body in bodies]}))
            command = [sys.executable, __file__, url, str(kept), str(connections), str(seconds)]
        printed = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    found = json.loads(printed.strip().splitlines()[-1])
    return Round(**found, unfinished=connections) if WRK else Round(**found)


class Connection(asyncio.Protocol):
    """Sends the next request as soon as an answer is complete, until the end of the round."""

    def __init__(self, requests: Sequence[bytes], first: int, end: float, times: list[float | None]) -> None:
        self.requests, self.turn, self.end, self.times = requests, first, end, times
        self.closed = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        self._send()

    def _send(self) -> None:
        self.parser = httptools.HttpResponseParser(self)
        self.turn = (self.turn + 1) % len(self.requests)
        self.started = time.perf_counter()
        self.transport.write(self.requests[self.turn])

    def data_received(self, data: bytes) -> None:
        self.parser.feed_data(data)

    def on_message_complete(self) -> None:
        now = time.perf_counter()
        self.times.append(now - self.started if self.parser.get_status_code() in (200, 304) else None)
        if now < self.end:
            asyncio.get_running_loop().call_soon(self._send)
        else:
            self.transport.close()

    def connection_lost(self, exc: Exception | None) -> None:
        if not self.closed.done():
            self.closed.set_result(None)


async def ask(url: str, bodies: Sequence[str], connections: int, seconds: float, headers: Mapping[str, str]) -> Round:
    address, _, path = url.removeprefix("http://").partition("/")
    host, _, port = address.partition(":")
    more = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    head = f"POST /{path} HTTP/1.1\r\nHost: {address}\r\nContent-Type: application/json\r\n{more}Content-Length: "
    requests = [f"{head}{len(body.encode())}\r\n\r\n{body}".encode() for body in bodies]
    requests = requests or [f"GET /{path} HTTP/1.1\r\nHost: {address}\r\n{more}\r\n".encode()]
    times: list[float | None] = []
    started = time.perf_counter()
    made = []
    for number in range(connections):
        made.append(Connection(requests, number, started + seconds, times))
        await asyncio.get_running_loop().create_connection(lambda: made[-1], host, int(port))
    await asyncio.gather(*(connection.closed for connection in made))
    taken = time.perf_counter() - started
    good = sorted(one * 1000 for one in times if one is not None)
    p50, p99 = (good[int(len(good) * share)] if good else 0.0 for share in (0.5, 0.99))
    return Round(len(times), taken, len(times) - len(good), p50, p99)


if __name__ == "__main__":
    given = json.loads(Path(sys.argv[2]).read_text())
    work = ask(sys.argv[1], given["bodies"], int(sys.argv[3]), float(sys.argv[4]), given["headers"])
    print(json.dumps(asdict(asyncio.run(work))))
