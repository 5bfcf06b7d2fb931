"""Answers made smaller for who takes gzip: the same bounds for the layer around the application and for the lane."""

import asyncio
import zlib

from starlette.middleware.gzip import DEFAULT_EXCLUDED_CONTENT_TYPES

SMALLEST, LEVEL = 256, 4
"""Bytes below which nothing is won, and how hard it is tried: what more would win costs more than the line."""

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
COMPRESSED = (*DEFAULT_EXCLUDED_CONTENT_TYPES, XLSX)
"""What is small already."""

ASIDE = 128 * 1024
"""Bytes from which it takes so long that a thread does it."""


async def compressed(body: bytes, accepted: str) -> bytes | None:
    """Return the body in gzip, or None where it stays as it is. `accepted` is the header Accept-Encoding."""
    if len(body) < SMALLEST or "gzip" not in accepted:
        return None
    return _gzip(body) if len(body) < ASIDE else await asyncio.to_thread(_gzip, body)


def _gzip(body: bytes) -> bytes:
    made = zlib.compressobj(LEVEL, zlib.DEFLATED, 16 + zlib.MAX_WBITS)
    return made.compress(body) + made.flush()
