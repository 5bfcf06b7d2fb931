"""Whose page a request comes from. A browser adds the session's cookie to what any page sends, so that is looked at."""

from collections.abc import Collection
from urllib.parse import urlsplit

from starlette.exceptions import HTTPException
from starlette.requests import Request

from web.visitors import COOKIE

OWN = ("same-origin", "none")
"""What `Sec-Fetch-Site` says of our own pages, and of what the user typed."""


def check_origin(request: Request, allowed: Collection[str]) -> None:
    """Refuse what carries a session and was sent by another site's page. Raises HTTPException."""
    if COOKIE not in request.cookies:
        return
    origin = request.headers.get("origin")
    if origin is None:
        is_own = request.headers.get("sec-fetch-site", "none") in OWN  # programs send neither
    else:
        is_own = origin in allowed or urlsplit(origin).netloc == request.headers.get("host")
    if not is_own:
        raise HTTPException(403, "这个请求来自别的网站 | this request was sent by another site's page")
