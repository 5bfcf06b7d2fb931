"""What was measured, and how it is shown: as lines on a terminal and as a Markdown table."""

import statistics
from collections.abc import Mapping
from dataclasses import dataclass, field

from bench.load import Round

HEAD = "operation conn  peer              req/s     low    high   p50 ms   p99 ms  CPU ms/r   DB ms/r     MB"
COLUMNS = ("operation", "conn", "server", "req/s", "low–high", "p50 ms", "p99 ms", "CPU s/1000", "DB s/1000", "MB")
MARKDOWN = f"| {' | '.join(COLUMNS)} | ours/server | won by |\n|{'---|' * (len(COLUMNS) + 2)}"


@dataclass
class Measured:
    """The rounds of one server on one operation with one number of connections, its processor time and its memory."""

    rounds: list[Round] = field(default_factory=list)
    own_cpu: float = 0.0
    database_cpu: float = 0.0
    megabytes: float = 0.0

    def rates(self) -> list[float]:
        return [one.rate for one in self.rounds]

    def values(self) -> tuple[float, ...]:
        """Return requests/s, their lowest and highest, p50, p99, and the two processor times for one request in ms,
        which is the same number as seconds for 1000."""
        rates, answers = self.rates(), sum(one.answers for one in self.rounds)
        p50, p99 = (statistics.median(getattr(one, name) for one in self.rounds) for name in ("p50", "p99"))
        own, database = (1000 * used / answers for used in (self.own_cpu, self.database_cpu))
        return statistics.median(rates), min(rates), max(rates), p50, p99, own, database, self.megabytes

    def row(self) -> str:
        rate, low, high, p50, p99, own, database, memory = self.values()
        return f"{rate:8.0f} {low:7.0f} {high:7.0f} {p50:8.1f} {p99:8.1f} {own:9.2f} {database:9.2f} {memory:6.0f}"

    def cells(self) -> str:
        rate, low, high, p50, p99, own, database, memory = self.values()
        return f"{rate:.0f} | {low:.0f}–{high:.0f} | {p50:.1f} | {p99:.1f} | {own:.2f} | {database:.2f} | {memory:.0f}"


def ratios(ours: Measured, other: Measured) -> tuple[float, float]:
    """Return how many times as fast ours is: by medians, and our lowest round by the other's highest."""
    mine, theirs = ours.rates(), other.rates()
    return statistics.median(mine) / statistics.median(theirs), min(mine) / max(theirs)


def lines(operation: str, connections: int, found: Mapping[str, Measured]) -> list[str]:
    """Return one line for each server, then the ratios."""
    shown = [f"{operation:9}{connections:5}  {name:13} {one.row()}" for name, one in found.items()]
    for name, one in list(found.items())[1:]:
        middle, worst = ratios(found["ours"], one)
        shown.append(f"{'':16}ours is {middle:.2f} times {name}; lowest of ours over its highest {worst:.2f}")
    return shown


def table(operation: str, connections: int, found: Mapping[str, Measured]) -> list[str]:
    """Return the rows of the Markdown table. `won by` is our lowest round over the server's highest."""
    shown = []
    for name, one in found.items():
        middle, worst = ratios(found["ours"], one)
        own = name == "ours"
        tail = "1 | " if own else f"{middle:.2f} | {worst:.2f}"
        name = f"**{name}**" if own else name
        shown.append(f"| {operation} | {connections} | {name} | {one.cells()} | {tail} |")
    return shown
