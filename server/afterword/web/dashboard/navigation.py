"""What the dashboard's frame leads to: one table, of which each member sees what is for them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from afterword.core.model import Role
from afterword.services.permission import may

if TYPE_CHECKING:
    from afterword.core.model import Member


@dataclass(frozen=True, slots=True)
class Entry:
    """One page of the dashboard."""

    path: str
    text: str
    role: Role | None = Role.VIEWER
    """Needed on at least one site; None is for every member."""
    everywhere: bool = False
    """True where the role is needed on every site."""


@dataclass(frozen=True, slots=True)
class Group:
    """Pages that belong together."""

    text: str
    entries: tuple[Entry, ...]


NAVIGATION = (
    Group(
        "Moderate",
        (
            Entry("/dashboard/queue", "Queue", None),
            Entry("/dashboard/pages", "Pages"),
            Entry("/dashboard/authors", "Authors"),
        ),
    ),
    Group(
        "Keep",
        (
            Entry("/dashboard/rules", "Rules"),
            Entry("/dashboard/words", "Words"),
            Entry("/dashboard/filter", "Filter"),
            Entry("/dashboard/surge", "Surge mode"),
        ),
    ),
    Group(
        "Look back",
        (
            Entry("/dashboard/audit", "Audit log"),
            Entry("/dashboard/statistics", "Statistics"),
            Entry("/dashboard/health", "Health", Role.OWNER, everywhere=True),
            Entry("/dashboard/mail", "Mail", Role.OWNER, everywhere=True),
        ),
    ),
    Group(
        "Set up",
        (
            Entry("/dashboard/sites", "Sites"),
            Entry("/dashboard/members", "Members", Role.OWNER),
            Entry("/dashboard/webhooks", "Webhooks", Role.OWNER),
            Entry("/dashboard/import", "Import", Role.OWNER),
            Entry("/dashboard/export", "Export", Role.OWNER),
            Entry("/dashboard/profile", "Profile", None),
        ),
    ),
)
"""In the order of the frame. A new page is one more line; the group without any is not shown."""


def navigation(member: Member) -> tuple[Group, ...]:
    """The groups and entries that are for this member."""
    groups = (
        Group(group.text, tuple(entry for entry in group.entries if _is_for(member, entry)))
        for group in NAVIGATION
    )
    return tuple(group for group in groups if group.entries)


def _is_for(member: Member, entry: Entry) -> bool:
    needed = entry.role
    asked = [None] if entry.everywhere else member.roles
    return needed is None or any(may(member, site_id, needed) for site_id in asked)
