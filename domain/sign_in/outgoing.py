"""Requests to the outside: bounded in time, never redirected, and never in the log, for addresses hold secrets."""

import logging
import ssl
from functools import cache

import httpx2

SECONDS = 5.0

for name in ("httpx2", "httpcore2"):
    logging.getLogger(name).setLevel(logging.WARNING)  # below it they write whole addresses and headers


def outgoing() -> httpx2.AsyncClient:
    """Return a client for one conversation."""
    return httpx2.AsyncClient(timeout=SECONDS, follow_redirects=False, verify=_trusted())


@cache
def _trusted() -> ssl.SSLContext:
    return httpx2.create_ssl_context()  # reads all certificates: too slow to be done for each message
