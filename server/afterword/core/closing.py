"""When a page takes no more comments: a moderator closed it, or it is older than its site lets it be."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from afterword.core.model import Page, Policy

DAY = 24 * 60 * 60_000


def is_closed(page: Page, policy: Policy, now: int) -> bool:
    """Whether it takes no comments now; its days count from when it was last opened by hand."""
    return page.closed or is_past(page, policy, now)


def is_past(page: Page, policy: Policy, now: int) -> bool:
    """Whether its days are over."""
    opened_before = oldest_open(policy, now)
    opened_at = page.created_at if page.opened_at is None else page.opened_at
    return opened_before is not None and opened_at < opened_before


def oldest_open(policy: Policy, now: int) -> int | None:
    """Pages that were opened before then are past their days; None where pages stay open."""
    return now - policy.close_after * DAY if policy.close_after else None
