"""Dates as most exports have them: ISO 8601, as RFC 3339 with any number of digits."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_LAST = 253_402_300_799_999
"""The end of the year 9999, behind which Python knows no dates."""


def milliseconds(text: str | None) -> int | None:
    """Since 1970 UTC, which is also meant where no zone is said; None for what is no date."""
    try:
        at = datetime.fromisoformat((text or "").strip())
        return ((at if at.tzinfo else at.replace(tzinfo=UTC)) - _EPOCH) // timedelta(milliseconds=1)
    except (ValueError, OverflowError):
        return None


def written(at: int | None) -> str:
    """The date of these milliseconds, to the last of them; empty for none."""
    if at is None:
        return ""
    moment = _EPOCH + timedelta(milliseconds=min(at, _LAST))
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{at % 1000:03}Z"
