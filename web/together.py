"""The numbers of several workers (web/workers.py), whichever of them is asked.

Each writes its own to a file of one folder every second; the one that answers adds those of the others to its own, also
of those that died. Only connections are of the one that answers.
"""

import asyncio
import os
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, suppress
from itertools import chain
from pathlib import Path

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector
from prometheus_client.samples import Sample

FOLDER = "HORQIN_NUMBERS"
"""Environment: the folder that the workers of one service share."""

SECONDS = 1.0
"""Between two writings: so old may a number of another worker be."""


class Together(Collector):
    """Gives the sums of every worker's counters and histograms."""

    def __init__(self, own: Collector, folder: Path) -> None:
        self._own, self._folder, self._file = own, folder, folder / f"{os.getpid()}.prom"
        self._registry = CollectorRegistry()
        self._registry.register(own)

    def collect(self) -> Iterator[Metric]:
        from prometheus_client.parser import text_string_to_metric_families  # 3 MB that one worker alone never needs

        families = {family.name: family for family in self._own.collect()}
        others = (file for file in self._folder.glob("*.prom") if file != self._file)
        for family in chain.from_iterable(text_string_to_metric_families(file.read_text()) for file in others):
            if family.type != "gauge":
                empty = Metric(family.name, family.documentation, family.type)
                _add(families.setdefault(family.name, empty), family)
        return iter(families.values())

    @asynccontextmanager
    async def kept(self) -> AsyncIterator[None]:
        """Write the numbers while this is held, and at its end."""
        writing = asyncio.create_task(self._keep_writing())
        try:
            yield
        finally:
            writing.cancel()
            with suppress(asyncio.CancelledError):
                await writing
            self._write()

    async def _keep_writing(self) -> None:
        while True:
            self._write()
            await asyncio.sleep(SECONDS)

    def _write(self) -> None:
        fresh = self._file.with_suffix(".new")
        fresh.write_bytes(generate_latest(self._registry))
        fresh.replace(self._file)


def _add(sums: Metric, more: Metric) -> None:
    values = {_key(sample): sample for sample in sums.samples}
    for sample in more.samples:
        known = values.get(_key(sample))
        values[_key(sample)] = sample if known is None else known._replace(value=known.value + sample.value)
    sums.samples = list(values.values())


def _key(sample: Sample) -> tuple[str, frozenset[tuple[str, str]]]:
    return sample.name, frozenset(sample.labels.items())
