"""What *never hold for this again* would do about a reason, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from afterword.core.model import Role
from afterword.services.moderating.never_again import LINKS, LISTS, QUIETABLE
from afterword.services.permission import may

if TYPE_CHECKING:
    from afterword.core.model import Member, Reason

_CURES = {
    **dict.fromkeys(LISTS, "What was found in this comment leaves the list."),
    **dict.fromkeys(
        LINKS,
        "The hosts of its links become known hosts; of more than three hosts, the site lets as many"
        " links pass instead, which is for owners.",
    ),
    "new_author": "This author is trusted from now on.",
    "learnt": "The comment is approved, which teaches the filter.",
}
_OFF = "The rule is switched off for the whole site."


def cure(reason: Reason, member: Member, site_id: int) -> str:
    """What this member can do about a reason, as a sentence; empty where there is nothing."""
    if not may(member, site_id, Role.MODERATOR):
        return ""
    if reason.rule in _CURES:
        return _CURES[reason.rule]
    return _OFF if reason.rule in QUIETABLE and may(member, site_id, Role.OWNER) else ""
