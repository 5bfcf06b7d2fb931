"""How many requests an address may send a minute, in this process: against floods, not against people."""

import math
import time
from collections import OrderedDict
from functools import lru_cache

from domain.sign_in.limits import network_of
from web.settings import is_loopback

KEPT = 20_000
"""Networks remembered; the one not seen for longest goes first."""

_network_of = lru_cache(KEPT)(network_of)


class Rates:
    """A bucket for each address that fills again with time; who has many addresses of IPv6 has one. Zero a minute
    stands for no limit."""

    def __init__(self, a_minute: int) -> None:
        self._a_minute = a_minute
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def wait(self, address: str, moment: float | None = None) -> int:
        """Count a request; return after how many seconds it may be sent again, 0 when it may go on."""
        if not self._a_minute or is_loopback(address):
            return 0
        moment, network = time.monotonic() if moment is None else moment, _network_of(address)
        left, since = self._buckets.pop(network, (float(self._a_minute), moment))
        left = min(self._a_minute, left + (moment - since) * self._a_minute / 60)
        allowed = left >= 1
        self._buckets[network] = (left - 1 if allowed else left, moment)
        if len(self._buckets) > KEPT:
            self._buckets.popitem(last=False)
        return 0 if allowed else max(1, math.ceil((1 - left) * 60 / self._a_minute))
