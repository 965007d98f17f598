"""Dates as most exports have them: ISO 8601, as RFC 3339 with any number of digits."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def milliseconds(text: str | None) -> int | None:
    """Since 1970 UTC, which is also meant where no zone is said; None for what is no date."""
    try:
        at = datetime.fromisoformat((text or "").strip())
        return ((at if at.tzinfo else at.replace(tzinfo=UTC)) - _EPOCH) // timedelta(milliseconds=1)
    except (ValueError, OverflowError):
        return None
