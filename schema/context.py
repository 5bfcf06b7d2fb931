"""What a request brings along: who asks, which database answers, and what is counted on the way."""

from collections.abc import Awaitable, Callable, Hashable, Mapping
from dataclasses import dataclass, field
from typing import Any

from graphql import FieldNode

from domain.reach import Bound
from domain.scope import Scoped, Viewer
from models.reading import Reader
from models.sealed import SEALED, Keyring


@dataclass
class Counters:
    """What one request did, for the log line and the metrics. Times in seconds."""

    statements: int = 0
    sql_seconds: float = 0.0
    plan_hits: int = 0
    plan_misses: int = 0


@dataclass
class Context:
    """The context value of every operation."""

    viewer: Viewer
    reader: Reader
    keyring: Keyring
    request_id: str = ""
    counters: Counters = field(default_factory=Counters)
    walks: bool = False
    walk: Callable[[str, list[FieldNode]], Awaitable[Any]] | None = None

    def policy(self, bound: Bound) -> Scoped:
        return Scoped(self.viewer, bound)

    @property
    def viewer_shape(self) -> Hashable:
        return self.viewer.shape

    @property
    def viewer_values(self) -> Mapping[str, Any]:
        return self.viewer.values

    def open_sealed(self, text: str) -> str:
        """Return the answer with its sealed values in clear."""
        return SEALED.sub(lambda found: f'"{self.keyring.open(found[0][1:-1])}"', text)

    def planned(self, hit: bool) -> None:
        self.counters.plan_hits += hit
        self.counters.plan_misses += not hit

    def ran(self, seconds: float) -> None:
        self.counters.statements += 1
        self.counters.sql_seconds += seconds
