"""Days as people read them in English, at UTC: nobody knows the reader's own zone."""

from __future__ import annotations

from datetime import UTC, datetime

MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)


def day_text(at: int) -> str:
    """`12 March 2026`."""
    date = datetime.fromtimestamp(at / 1000, UTC)
    return f"{date.day} {MONTHS[date.month - 1]} {date.year}"


def minute_text(at: int) -> str:
    """`12 March 2026, 14:05 UTC`, with the next whole minute."""
    at = -(-at // 60_000) * 60_000
    return f"{day_text(at)}, {datetime.fromtimestamp(at / 1000, UTC):%H:%M} UTC"


def second_text(at: int) -> str:
    """`12 March 2026, 14:05:09 UTC`."""
    return f"{day_text(at)}, {datetime.fromtimestamp(at / 1000, UTC):%H:%M:%S} UTC"
