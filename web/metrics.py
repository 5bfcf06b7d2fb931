"""What Prometheus reads: requests and times by operation, hits of the plan cache, connections, time in SQL.

Of several workers (web/workers.py) any may answer: they count in files of one folder, and the one that answers gives
the sums of all, also of those that died. Only connections are its own."""

import hmac
import os
from typing import Any

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    disable_created_metrics,
    generate_latest,
)
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from prometheus_client.multiprocess import MultiProcessCollector
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from web.requests import Visit
from web.settings import Settings, is_loopback

OPERATIONS = 100
"""Names of operations that get a series of their own, first come; names come from clients, so they are bounded."""

disable_created_metrics()  # type: ignore[no-untyped-call]  # a second series for each counter that nobody looks at

SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)


class Metrics:
    """The numbers of an application; each has its own registry."""

    def __init__(self, operations: set[str]) -> None:
        """`operations` are the names of our own documents: strangers cannot take their seats."""
        self.registry = CollectorRegistry()
        self._seats = set(operations)
        self._free = OPERATIONS
        self._series: dict[tuple[Any, ...], Any] = {}
        labels = ("operation",)
        self.requests = Counter("horqin_requests", "Requests answered", ("operation", "status"), registry=self.registry)
        self.seconds = Histogram(
            "horqin_request_seconds", "Time to the end of the answer", labels, buckets=SECONDS, registry=self.registry
        )
        self.sql_seconds = Histogram(
            "horqin_sql_seconds", "Time in SQL for one request", labels, buckets=SECONDS, registry=self.registry
        )
        self.statements = Counter("horqin_sql_statements", "Statements run", registry=self.registry)
        self.plans = Counter("horqin_plans", "Plans looked up", ("found",), registry=self.registry)
        self.errors = Counter("horqin_errors", "Errors in answers", ("code",), registry=self.registry)
        self.pool = Gauge(
            "horqin_pool_connections",
            "Connections that read",
            ("state",),
            registry=self.registry,
            multiprocess_mode="mostrecent",
        )
        for found in ("hit", "miss"):
            self.plans.labels(found)

    def seen(self, visit: Visit) -> None:
        operation = self.series(visit)
        self._of(self.requests, operation, str(visit.status)).inc()
        self._of(self.seconds, operation).observe(visit.seconds)
        for code in visit.codes:
            self._of(self.errors, code).inc()
        if visit.counters is not None:
            self._of(self.plans, "hit").inc(visit.counters.plan_hits)
            self._of(self.plans, "miss").inc(visit.counters.plan_misses)
            if visit.counters.statements:
                self.statements.inc(visit.counters.statements)
                self._of(self.sql_seconds, operation).observe(visit.counters.sql_seconds)

    def _of(self, metric: Any, *labels: str) -> Any:
        """Return one series of a metric, from memory: looking it up takes longer than counting."""
        key = (metric, *labels)
        if key not in self._series:
            self._series[key] = metric.labels(*labels)
        return self._series[key]

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

    def text(self, reader: object) -> Response:
        """Return the numbers. `reader` tells of its connections, open and busy, if it counts them."""
        if connections := getattr(reader, "connections", None):
            for state, count in zip(("open", "busy"), connections(), strict=True):
                self.pool.labels(state).set(count)
        registry = self.registry
        if "PROMETHEUS_MULTIPROC_DIR" in os.environ:
            registry = CollectorRegistry()
            MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
        return Response(generate_latest(registry), headers={"content-type": CONTENT_TYPE_LATEST})


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
