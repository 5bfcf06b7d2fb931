"""What is looked at before a GraphQL request is read: how often its sender asks, and whose page it comes from."""

import logging
from collections.abc import Mapping

from starlette.exceptions import HTTPException

from web.origins import check_host, check_origin
from web.rates import Rates
from web.requests import Visit
from web.settings import Settings, listed, origin_of

FORWARDED = "x-forwarded-for"

log = logging.getLogger("horqin.app")


class Gate:
    """The same for every way in; each request passes once."""

    def __init__(self, settings: Settings) -> None:
        self._rates = Rates(settings.requests_per_minute)
        self._allowed = [*listed(settings.cors_origins), *filter(None, [origin_of(settings.public_url or "")])]
        self._knows_proxies, self._is_local = bool(settings.trusted_proxies), settings.trust_everybody

    def admit(self, headers: Mapping[str, str], address: str, visit: Visit) -> None:
        """Raises HTTPException."""
        if visit.is_admitted:
            return
        if FORWARDED in headers and not self._knows_proxies:
            self._knows_proxies = True  # told of once
            log.warning("%s is ignored, all who come through the proxy count as one: set TRUSTED_PROXIES", FORWARDED)
        if seconds := self._rates.wait(address):
            words = f"请求太多，请 {seconds} 秒后再试 | too many requests: try again in {seconds} s"
            raise HTTPException(429, words, {"retry-after": str(seconds)})
        check_origin(headers, self._allowed)
        if self._is_local:
            check_host(headers)
        visit.is_admitted = True
