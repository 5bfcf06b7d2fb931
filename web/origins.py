"""Whose page a request comes from. A browser adds the session's cookie to what any page sends, so that is looked at."""

import re
from collections.abc import Collection, Mapping

from starlette.exceptions import HTTPException

from web.visitors import COOKIE, cookies_of

OWN = ("same-origin", "none")
"""What `Sec-Fetch-Site` says of our own pages, and of what the user typed."""

LOCAL = re.compile(r"(localhost|127(\.\d{1,3}){3}|\[::1\])(:\d+)?", re.IGNORECASE)


def check_origin(headers: Mapping[str, str], allowed: Collection[str]) -> None:
    """Refuse what carries a session and was sent by another site's page. Raises HTTPException."""
    if COOKIE in cookies_of(headers) and is_foreign(headers, allowed):
        raise HTTPException(403, "这个请求来自别的网站 | this request was sent by another site's page")


def is_foreign(headers: Mapping[str, str], allowed: Collection[str]) -> bool:
    """Tell whether another site's page sent a request. What the browser says itself goes before a comparison with the
    host, which a proxy may have changed; older browsers name only the origin, and programs say nothing."""
    origin, site = headers.get("origin"), headers.get("sec-fetch-site")
    if origin in allowed:
        return False
    if site is not None:
        return site not in OWN
    return origin is not None and origin.partition("://")[2] != headers.get("host")


def check_host(headers: Mapping[str, str]) -> None:
    """Refuse what is not sent to this machine by its own name: where whoever is here is trusted, a name that a page
    elsewhere made to point here would let that page read as the user. Raises HTTPException."""
    if not LOCAL.fullmatch(headers.get("host", "")):
        words = "TRUST_EVERYBODY 时只能以 localhost 或 127.0.0.1 访问 | with TRUST_EVERYBODY, only as localhost"
        raise HTTPException(403, words)
