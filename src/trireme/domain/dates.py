"""Moments from milliseconds since 1970."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Final

EPOCH: Final = datetime(1970, 1, 1, tzinfo=timezone.utc)
_FIRST: Final = (datetime.min.replace(tzinfo=timezone.utc) - EPOCH) // timedelta(milliseconds=1)
_LAST: Final = (datetime.max.replace(tzinfo=timezone.utc) - EPOCH) // timedelta(milliseconds=1)


def moment(milliseconds: int) -> datetime:
    """The moment in UTC. What lies before the year 1 or after 9999 is moved there: clients say the strangest times, and pages show them."""
    return EPOCH + timedelta(milliseconds=min(_LAST, max(_FIRST, milliseconds)))
