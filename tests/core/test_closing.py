"""A page's days count from when it was made or last opened by hand, to the moment."""

from __future__ import annotations

import pytest

from afterword.core.closing import DAY, is_closed, is_past, oldest_open
from afterword.core.model import Page, Policy

NOW = 20_000 * DAY


def page(*, closed: bool = False, created: int = 0, opened: int | None = None) -> Page:
    return Page(1, 1, "https://x", "", closed, 0, 0, created_at=created, opened_at=opened)


@pytest.mark.parametrize(
    ("days", "created", "opened", "is_over"),
    [
        (0, 0, None, False),
        (7, NOW - 7 * DAY, None, False),
        (7, NOW - 7 * DAY - 1, None, True),
        (7, 0, NOW - 7 * DAY, False),
        (7, 0, NOW - 7 * DAY - 1, True),
        (7, 0, 0, True),
    ],
)
def test_days_are_over_after_the_last_moment(
    days: int, created: int, opened: int | None, is_over: bool
) -> None:
    policy = Policy(close_after=days)
    assert is_past(page(created=created, opened=opened), policy, NOW) is is_over
    assert is_closed(page(created=created, opened=opened), policy, NOW) is is_over
    assert is_closed(page(closed=True, created=NOW), policy, NOW)


def test_pages_that_stay_open_have_no_oldest() -> None:
    assert oldest_open(Policy(), NOW) is None
    assert oldest_open(Policy(close_after=2), NOW) == NOW - 2 * DAY
