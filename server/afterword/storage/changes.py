"""What has changed: which threads, for processes that did not write it, and what in one, for readers."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from afterword.core.shown import Shown
from afterword.storage.announcer import Change
from afterword.storage.change_order import Order
from afterword.storage.store import Db
from afterword.storage.threads import COLUMNS, shown_of

NEW_SINCE = """
SELECT p.id, p.changed_in, p.site_id, p.version, k.key
FROM (
    SELECT id, site_id, version, changed_in FROM page
    WHERE (changed_in, id) > (:after, :after_id) AND {is_new}
    ORDER BY changed_in, id LIMIT :limit
) AS p
LEFT JOIN page_key AS k ON k.page_id = p.id
ORDER BY p.changed_in, p.id
"""
# One statement, so that version, count and comments are of one moment. It reads nothing but an index
# over what was public at least once.
CHANGED_IN_PAGE = """
SELECT {columns}, c.version, c.shown_version, (
    SELECT count(*) FROM comment AS r WHERE r.parent_id = c.id AND r.status = 'approved'
), p.version, p.comment_count, p.reload_version
FROM page AS p
LEFT JOIN comment AS c
    ON c.page_id = p.id AND c.version > :since AND c.shown_version IS NOT NULL
WHERE p.id = :page_id
ORDER BY c.version, c.id LIMIT :limit
""".replace("{columns}", COLUMNS)
LATEST = "SELECT coalesce(max(changed_at), 0) FROM page"


class Asked(Db, Protocol):
    """What is asked for changes: the store, or what watches it."""

    @property
    def order(self) -> Order:
        """How its engine numbers changes."""
        ...


@dataclass(frozen=True, slots=True)
class Mark:
    """All that had been committed at a moment."""

    committed: str
    server: str
    """Which run of which server says so: another one may know less than was committed here."""


async def mark(db: Asked) -> Mark:
    """All that is committed now."""
    row = await db.fetch_one(db.order.mark)
    assert row is not None
    return Mark(*row)


async def new_since(db: Asked, since: Mark, limit: int = 1000) -> AsyncIterator[list[Change]]:
    """Threads of which a change was committed after this mark, with every key that leads to them.

    In lots of at most `limit`. A mark that was taken before this began is where to go on from: what is
    committed while it is asked may come now, and comes then.
    """
    sql, after = db.order.fill(NEW_SINCE), (-1, 0)
    is_more = True
    while is_more:
        values = {"mark": since.committed, "after": after[0], "after_id": after[1], "limit": limit}
        rows = await db.fetch_all(sql, values)
        keys: dict[tuple[int, ...], list[str]] = {}
        for *page, key in rows:
            keys.setdefault(tuple(page), []).extend([key] if key is not None else [])
        if rows:
            after = (rows[-1][1], rows[-1][0])
            yield [
                Change(page_id, site_id, version, tuple(found))
                for (page_id, _, site_id, version), found in keys.items()
            ]
        is_more = len(keys) == limit


async def latest(db: Db) -> int:
    """The `changed_at` of the last change, 0 where there was none."""
    row = await db.fetch_one(LATEST)
    return int(row[0]) if row else 0


@dataclass(frozen=True, slots=True)
class ChangedComment:
    """A comment that is public, or was."""

    comment: Shown
    version: int
    """Of the page when it last changed."""
    shown_version: int
    """Of the page when it last became public."""
    reply_count: int
    """Public replies directly under it."""


@dataclass(frozen=True, slots=True)
class PageChanges:
    """What readers of a page have not seen yet, and what they will then have."""

    version: int
    count: int
    comments: Sequence[ChangedComment]
    """In the order in which they changed."""
    reload_version: int = 0
    """Who knows the page as it was before has to read it anew."""


async def changed_in_page(db: Db, page_id: int, since: int, limit: int) -> PageChanges | None:
    """What has changed on a page after its version `since`; None where there is no such page.

    What never was public is not in it. When as many comments as `limit` come, more may follow.
    """
    values = {"page_id": page_id, "since": since, "limit": limit}
    rows = await db.fetch_all(CHANGED_IN_PAGE, values)
    if not rows:
        return None
    return PageChanges(
        version=rows[0][-3],
        count=rows[0][-2],
        comments=[ChangedComment(shown_of(row), *row[-6:-3]) for row in rows if row[0] is not None],
        reload_version=rows[0][-1],
    )
