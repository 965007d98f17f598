"""What members are told of, and when digests come."""

from __future__ import annotations

import pytest

from afterword.core.model import Status
from afterword.core.notices import DAY, HOUR, digest_at, rhythm, told_of
from afterword.core.telling import Event, EventKind, Notices

MIDNIGHT = 20_000 * DAY


@pytest.mark.parametrize(
    ("kind", "status", "told"),
    [
        (EventKind.CREATED, Status.PENDING, "waiting"),
        (EventKind.CREATED, Status.APPROVED, "published"),
        (EventKind.CREATED, Status.SPAM, None),
        (EventKind.HELD, Status.PENDING, "waiting"),
        (EventKind.REPORTED, Status.APPROVED, "reported"),
        (EventKind.APPROVED, Status.APPROVED, None),
        (EventKind.SPAM, Status.SPAM, None),
        (EventKind.REMOVED, Status.REMOVED, None),
        (EventKind.EDITED, Status.PENDING, None),
        (EventKind.SURGE_BEGAN, None, None),
    ],
)
def test_what_happened_is_told_as_what_there_is_to_do(
    kind: EventKind, status: Status | None, told: str | None
) -> None:
    assert told_of(Event(1, 1, 1, kind, status, {}, 1)) == told


@pytest.mark.parametrize(
    ("notices", "every"),
    [("none", None), ("waiting", None), ("all", None), ("hourly", "hour"), ("daily", "day")],
)
def test_digests_are_for_those_who_want_them(notices: Notices, every: str | None) -> None:
    assert rhythm(notices, "waiting") == rhythm(notices, "reported") == every
    assert rhythm(notices, "published") is None


def test_a_digest_comes_at_the_full_hour_or_in_the_morning() -> None:
    assert digest_at(MIDNIGHT, "hour") == MIDNIGHT + HOUR
    assert digest_at(MIDNIGHT + HOUR - 1, "hour") == MIDNIGHT + HOUR
    six = MIDNIGHT + 6 * HOUR
    assert digest_at(MIDNIGHT, "day") == six
    assert digest_at(six - 1, "day") == six
    assert digest_at(six, "day") == six + DAY
