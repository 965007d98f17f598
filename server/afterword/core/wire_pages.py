"""The JSON of the API of members about pages: what is known of one, and what can be decided about it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal

import msgspec

from afterword.core.wire import Positive


class PageRow(msgspec.Struct, frozen=True, kw_only=True):
    """A page as those see it who look after it."""

    id: int
    site_id: int
    url: str
    title: str
    closed: bool
    slow: int
    """Seconds between two comments of one author; 0 for no wait."""
    note: str
    """Markdown above the thread; empty for none."""
    comment_count: int
    created_at: int
    opened_at: int | None


class ListedPage(PageRow, frozen=True, kw_only=True):
    """A page in the list."""

    waiting: int
    """Comments that wait for a decision, up to 100."""
    changed_at: int


class Pages(msgspec.Struct, frozen=True, kw_only=True):
    """A slice of the list of pages."""

    pages: list[ListedPage]
    next: str | None
    """Cursor of the next slice."""


class Written(msgspec.Struct, frozen=True, kw_only=True):
    """A comment in a list."""

    id: int
    page_id: int
    parent_id: int | None
    status: Literal["approved", "pending", "spam", "removed"]
    author_name: str
    created_at: int
    source: str
    """Markdown as it was written; empty once scrubbed."""


class WholePage(PageRow, frozen=True, kw_only=True):
    """A page with all that is known of it."""

    keys: list[str]
    """Everything that leads to it."""
    counts: Mapping[str, int]
    """Comments by status."""
    pinned: list[Written]
    latest: list[Written]
    """Whatever their status, the newest first."""


class PageChanged(msgspec.Struct, frozen=True, kw_only=True):
    """What an act did to a page."""

    decision: int | None
    """Its number, by which it can be undone; null where nothing had to be changed."""
    page: PageRow
    """As it is now; of a merge or a split, the page where it all went."""


class SetClosed(msgspec.Struct, frozen=True, kw_only=True):
    """Whether a page takes comments."""

    closed: bool


class SetSlow(msgspec.Struct, frozen=True, kw_only=True):
    """How long each author waits between two comments."""

    seconds: Annotated[int, msgspec.Meta(ge=0, le=86_400)]
    """0 for no wait."""


class SetNote(msgspec.Struct, frozen=True, kw_only=True):
    """What stands above a thread."""

    note: str
    """Markdown; empty takes it away."""


class SetAddress(msgspec.Struct, frozen=True, kw_only=True):
    """Another address of a page; every earlier one keeps leading to it."""

    url: str
    title: str = ""
    """Empty leaves the title as it is."""


class MergeInto(msgspec.Struct, frozen=True, kw_only=True):
    """Where all that a page has shall go."""

    into: Positive


class SplitOff(msgspec.Struct, frozen=True, kw_only=True):
    """Top-level comments that shall go elsewhere, with all replies to them."""

    ids: Annotated[list[Positive], msgspec.Meta(min_length=1, max_length=200)]
    url: str
    title: str = ""
    """Of a page that is opened for them."""


class MoveByRule(msgspec.Struct, frozen=True, kw_only=True):
    """A rule for addresses, like `/blog/*` to `/articles/*`."""

    site_id: Positive
    old: str
    new: str
    merge: bool = False
    """Whether a page whose new address has a page is merged into it; else it stays."""
    dry_run: bool = False
    """Whether to say what would happen, and do nothing."""
    digest: str | None = None
    """Of an earlier answer: what has changed since then is refused."""


class PlannedMove(msgspec.Struct, frozen=True, kw_only=True):
    """What becomes of a page."""

    page_id: int
    from_url: str
    to_url: str
    kind: Literal["rename", "merge", "blocked"]
    """`blocked`: the new address is that of a page that goes elsewhere by the same rule."""
    onto: int | None
    """Number of the page that has the new address already."""


class MovesDone(msgspec.Struct, frozen=True, kw_only=True):
    """What a rule has done, or would do."""

    decision: int | None
    """The number of the act, by which it can be undone; null where nothing was done."""
    moves: list[PlannedMove]
    other_count: int
    """Pages of which the rule says nothing."""
    digest: str


class LikelySplit(msgspec.Struct, frozen=True, kw_only=True):
    """Two pages that are likely halves of one thread, the one that changed last first."""

    first: PageRow
    second: PageRow


class LikelySplits(msgspec.Struct, frozen=True, kw_only=True):
    """What an owner may want to merge."""

    pairs: list[LikelySplit]
