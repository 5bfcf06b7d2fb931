"""Days where the teams are."""

import datetime as dt
from zoneinfo import ZoneInfo

from models import now

CHINA = ZoneInfo("Asia/Shanghai")


def today() -> dt.date:
    """Return today's date in China."""
    return now().astimezone(CHINA).date()
