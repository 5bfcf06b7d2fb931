"""What Prometheus reads: requests and times by operation, hits of the plan cache, connections, time in SQL."""

import hmac
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import accumulate

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from web.requests import Visit
from web.settings import Settings, is_loopback

OPERATIONS = 100
"""Names of operations that get a series of their own, first come; names come from clients, so they are bounded."""

SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)


@dataclass(slots=True)
class Times:
    """How often something took up to each of `SECONDS`, the last place for longer, and all together."""

    counts: list[int] = field(default_factory=lambda: [0] * (len(SECONDS) + 1))
    total: float = 0.0


class Metrics(Collector):
    """The numbers of one process, kept plainly: the library's own counters cost a third of a small request. Prometheus
    is given them when it asks."""

    def __init__(self, operations: set[str], reader: object) -> None:
        """`operations` are the names of our own documents: strangers cannot take their seats. `reader` tells of its
        connections, open and busy, if it counts them."""
        self._seats = set(operations)
        self._free = OPERATIONS
        self._requests: dict[tuple[str, int], int] = defaultdict(int)
        self._seconds: dict[str, Times] = defaultdict(Times)
        self._sql_seconds: dict[str, Times] = defaultdict(Times)
        self._errors: dict[str, int] = defaultdict(int)
        self._statements = self._hits = self._misses = 0
        self._reader = reader

    def seen(self, visit: Visit) -> None:
        operation, counters = self.series(visit), visit.counters
        self._requests[operation, visit.status] += 1
        times = self._seconds[operation]
        times.counts[bisect_left(SECONDS, visit.seconds)] += 1
        times.total += visit.seconds
        for code in visit.codes:
            self._errors[code] += 1
        if counters is not None:
            self._hits += counters.plan_hits
            self._misses += counters.plan_misses
            if counters.statements:
                self._statements += counters.statements
                times = self._sql_seconds[operation]
                times.counts[bisect_left(SECONDS, counters.sql_seconds)] += 1
                times.total += counters.sql_seconds

    def collect(self) -> Iterator[Metric]:
        """Give every number, as the library asks for them."""
        requests = CounterMetricFamily("horqin_requests", "Requests answered", labels=("operation", "status"))
        for (operation, status), count in self._requests.items():
            requests.add_metric((operation, str(status)), count)
        yield requests
        yield _histogram("horqin_request_seconds", "Time to the end of the answer", self._seconds)
        yield _histogram("horqin_sql_seconds", "Time in SQL for one request", self._sql_seconds)
        yield CounterMetricFamily("horqin_sql_statements", "Statements run", value=self._statements)
        plans = CounterMetricFamily("horqin_plans", "Plans looked up", labels=("found",))
        plans.add_metric(("hit",), self._hits)
        plans.add_metric(("miss",), self._misses)
        yield plans
        errors = CounterMetricFamily("horqin_errors", "Errors in answers", labels=("code",))
        for code, count in self._errors.items():
            errors.add_metric((code,), count)
        yield errors
        if connections := getattr(self._reader, "connections", None):
            pool = GaugeMetricFamily("horqin_pool_connections", "Connections that read", labels=("state",))
            for state, count in zip(("open", "busy"), connections(), strict=True):
                pool.add_metric((state,), count)
            yield pool

    def series(self, visit: Visit) -> str:
        """Return the label for a visit: `-` outside of GraphQL, `anonymous`, a name, or `other` when seats are out.
        Only answers without an error take a seat."""
        name = visit.operation
        if not name:
            return "-" if name is None else "anonymous"
        if name not in self._seats:
            if not self._free or visit.codes or visit.status != 200:
                return "other"
            self._free -= 1
            self._seats.add(name)
        return name


def text(numbers: Collector) -> Response:
    """Return the numbers as Prometheus reads them."""
    registry = CollectorRegistry()
    registry.register(numbers)
    return Response(generate_latest(registry), headers={"content-type": CONTENT_TYPE_LATEST})


def _histogram(name: str, words: str, of_operations: Mapping[str, Times]) -> HistogramMetricFamily:
    found = HistogramMetricFamily(name, words, labels=("operation",))
    for operation, times in of_operations.items():
        bounds = [*(str(float(seconds)) for seconds in SECONDS), "+Inf"]
        found.add_metric((operation,), list(zip(bounds, accumulate(times.counts), strict=True)), times.total)
    return found


def may_read(request: Request, settings: Settings) -> bool:
    """Tell whether the numbers are for this client: on this machine itself, or with the token. A request that a proxy
    forwarded comes from elsewhere, even if the proxy runs here."""
    if settings.metrics_token:
        given = request.headers.get("authorization", "")
        if hmac.compare_digest(given.encode(), f"Bearer {settings.metrics_token.get_secret_value()}".encode()):
            return True
    forwarded = any(name in request.headers for name in ("forwarded", "x-forwarded-for", "x-real-ip", "via"))
    return request.client is not None and is_loopback(request.client.host) and not forwarded


def refused() -> Response:
    return PlainTextResponse(
        "只有本机或带 METRICS_TOKEN 的请求可以读取 | only this machine, or with METRICS_TOKEN as a bearer token\n", 403
    )
