"""What `Retry-After` of an answer says (RFC 9110, 10.2.3): in how many seconds, or when."""

from __future__ import annotations

import re
from datetime import UTC
from email.utils import parsedate_to_datetime

_SECONDS = re.compile(r"[0-9]{1,9}")


def retry_after(text: str, *, now: int) -> int | None:
    """Milliseconds from now, none for what is over; None for what cannot be read."""
    if _SECONDS.fullmatch(text.strip()):
        return int(text) * 1000
    try:
        at = parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    utc = at.replace(tzinfo=UTC) if at.tzinfo is None else at
    return max(0, int(utc.timestamp() * 1000) - now)
