"""Subscriptions: the wish of a mailbox to hear of replies to a comment, or of a whole page.

A wish is good once the mailbox's owner confirmed it, or at once where one of their own browsers
made it, or they are known to the site.
Nothing here is moved with comments and pages: who hears of a comment is found from where it is now.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from afterword.storage.store import Db, WriteDb

# A wish that was ended is a new one. Of one that waits and was made by two browsers nobody can tell
# whose it is: confirming it makes neither known.
WISH = """
INSERT INTO subscription (
    mailbox_id, site_id, page_id, comment_id, author_key, lang, created_at, confirmed_at
)
SELECT m.id, CAST(:site_id AS BIGINT), CAST(:page_id AS BIGINT), CAST(:comment_id AS BIGINT),
    CAST(:author_key AS TEXT), CAST(:lang AS TEXT), CAST(:now AS BIGINT),
    CASE WHEN m.confirmed_at IS NOT NULL AND (EXISTS (
        SELECT 1 FROM mailbox_device AS d
        WHERE d.mailbox_id = m.id AND d.site_id = :site_id AND d.author_key = :author_key
    ) OR EXISTS (
        SELECT 1 FROM reader AS r
        WHERE r.mailbox_id = m.id AND r.site_id = :site_id AND r.author_key = :author_key
    )) THEN CAST(:now AS BIGINT) END
FROM mailbox AS m WHERE m.key = :key
ON CONFLICT (mailbox_id, page_id, coalesce(comment_id, 0)) DO UPDATE SET
    confirmed_at = CASE WHEN subscription.ended_at IS NULL
        THEN coalesce(subscription.confirmed_at, excluded.confirmed_at)
        ELSE excluded.confirmed_at END,
    author_key = CASE
        WHEN subscription.ended_at IS NOT NULL OR subscription.author_key = excluded.author_key
        THEN excluded.author_key END,
    lang = excluded.lang, created_at = excluded.created_at, ended_at = NULL
"""
COLUMNS = """s.id, s.mailbox_id, s.site_id, s.page_id, s.comment_id, s.lang, s.created_at,
    s.confirmed_at, s.ended_at"""
BY_ID = "SELECT {columns} FROM subscription AS s WHERE s.id = :id".replace("{columns}", COLUMNS)
OF = """
SELECT {columns} FROM subscription AS s
WHERE s.mailbox_id = :mailbox_id AND s.ended_at IS NULL ORDER BY s.id DESC LIMIT :limit
""".replace("{columns}", COLUMNS)
PENDING = """
SELECT {columns} FROM subscription AS s
WHERE s.mailbox_id = :mailbox_id AND s.confirmed_at IS NULL AND s.ended_at IS NULL
    AND NOT EXISTS (
        SELECT 1 FROM mailbox_silence AS q
        WHERE q.mailbox_id = s.mailbox_id AND q.site_id = s.site_id
    )
ORDER BY s.id DESC LIMIT :limit
""".replace("{columns}", COLUMNS)
CONFIRM = """
UPDATE subscription SET confirmed_at = :now, author_key = NULL
WHERE mailbox_id = :mailbox_id AND id IN (:ids) AND confirmed_at IS NULL AND ended_at IS NULL
"""
# Its page and those that were merged into it: whoever asked about one of them asked about this thread.
PAGES = """
WITH RECURSIVE family (id) AS (
    SELECT CAST(:page_id AS BIGINT)
    UNION
    SELECT p.id FROM page AS p JOIN family AS f ON p.merged_into = f.id
)
SELECT id FROM family
"""
ABOVE = """
WITH RECURSIVE above (id, steps) AS (
    SELECT c.parent_id, 1 FROM comment AS c WHERE c.id = :comment_id AND c.parent_id IS NOT NULL
    UNION ALL
    SELECT c.parent_id, a.steps + 1 FROM above AS a JOIN comment AS c ON c.id = a.id
    WHERE c.parent_id IS NOT NULL AND a.steps < :most
)
SELECT id FROM above
"""
# Of many at once, as far as it is not dearer than to look closely: somebody asked about a comment above it,
# or about its page, confirmed or not; or another page was merged into that.
WAITED_FOR = """
WITH RECURSIVE above (comment_id, id, steps) AS (
    SELECT c.id, c.parent_id, 1 FROM comment AS c WHERE c.id IN (:ids) AND c.parent_id IS NOT NULL
    UNION ALL
    SELECT a.comment_id, c.parent_id, a.steps + 1 FROM above AS a JOIN comment AS c ON c.id = a.id
    WHERE c.parent_id IS NOT NULL AND a.steps < :most
)
SELECT c.id FROM comment AS c
WHERE c.id IN (:ids) AND EXISTS (
    SELECT 1 FROM subscription AS s
    WHERE s.page_id = c.page_id AND s.comment_id IS NULL AND s.ended_at IS NULL
)
UNION ALL
SELECT c.id FROM comment AS c JOIN page AS p ON p.merged_into = c.page_id WHERE c.id IN (:ids)
UNION ALL
SELECT a.comment_id FROM above AS a
WHERE EXISTS (SELECT 1 FROM subscription AS s WHERE s.comment_id = a.id AND s.ended_at IS NULL)
"""
# Who hears of a comment: those that asked about a comment above it, or about its thread.
_GOOD = "s.confirmed_at IS NOT NULL AND s.ended_at IS NULL"
_HEARS = """m.confirmed_at IS NOT NULL AND m.refused_at IS NULL AND m.bounced_at IS NULL
    AND m.email IS NOT NULL AND NOT EXISTS (
        SELECT 1 FROM mailbox_silence AS q WHERE q.mailbox_id = m.id AND q.site_id = :site_id
    )"""
# Nobody is told of what they wrote: by the address that they gave with it, or from their own browser.
LISTENERS = """
SELECT m.id FROM mailbox AS m
WHERE m.id IN (
    SELECT s.mailbox_id FROM subscription AS s
    WHERE s.page_id IN (:page_ids) AND s.comment_id IS NULL AND s.mailbox_id > :after_id AND {good}
    UNION
    SELECT s.mailbox_id FROM subscription AS s
    WHERE s.comment_id IN (:above) AND s.mailbox_id > :after_id AND {good}
) AND {hears} AND m.key NOT IN (:own_keys) AND NOT EXISTS (
    SELECT 1 FROM mailbox_device AS d
    WHERE d.mailbox_id = m.id AND d.site_id = :site_id AND d.author_key = :author_key
)
ORDER BY m.id LIMIT :limit
""".replace("{good}", _GOOD).replace("{hears}", _HEARS)
# The wish nearest to the comment is the one by which its mail comes.
WANTED_BY = (
    """
SELECT {columns} FROM subscription AS s JOIN mailbox AS m ON m.id = s.mailbox_id
WHERE m.id = :mailbox_id AND {hears} AND {good} AND (
    s.comment_id IN (:above) OR (s.comment_id IS NULL AND s.page_id IN (:page_ids))
)
ORDER BY coalesce(s.comment_id, 0) DESC LIMIT 1
""".replace("{columns}", COLUMNS)
    .replace("{good}", _GOOD)
    .replace("{hears}", _HEARS)
)
END = """
UPDATE subscription SET ended_at = :now
WHERE mailbox_id = :mailbox_id AND id = :id AND ended_at IS NULL
"""
END_OF_PAGES = """
UPDATE subscription SET ended_at = :now
WHERE mailbox_id = :mailbox_id AND ended_at IS NULL AND coalesce(
    (SELECT c.page_id FROM comment AS c WHERE c.id = subscription.comment_id), page_id
) IN (:page_ids)
"""
TAKE_UP = """
UPDATE subscription SET ended_at = NULL WHERE mailbox_id = :mailbox_id AND ended_at = :ended_at
"""
FORGET_PENDING = "DELETE FROM subscription WHERE confirmed_at IS NULL AND created_at < :before"
DEEPEST = 500
"""Comments above one that are looked at; nobody reads a conversation as deep as that."""


@dataclass(frozen=True, slots=True)
class Subscription:
    """A wish to be told."""

    id: int
    mailbox_id: int
    site_id: int
    page_id: int
    """Where it was made."""
    comment_id: int | None
    """Replies to it are meant, and what follows them; None for the whole thread."""
    lang: str | None
    created_at: int
    confirmed_at: int | None
    ended_at: int | None


@dataclass(frozen=True, slots=True)
class Place:
    """A comment as its listeners are found by it."""

    site_id: int
    page_ids: tuple[int, ...]
    """Its page and what was merged into that."""
    above: tuple[int, ...]
    """The comments that it answers, the nearest first."""


def wish(
    db: WriteDb,
    key: str,
    site_id: int,
    page_id: int,
    comment_id: int | None,
    *,
    author_key: str | None,
    lang: str | None,
    now: int,
) -> None:
    """Somebody wants the mailbox with this key to be told of replies to the comment, or of the thread."""
    values = {"key": key, "site_id": site_id, "page_id": page_id, "comment_id": comment_id}
    db.later(WISH, {**values, "author_key": author_key, "lang": lang, "now": now})


async def get(db: Db, subscription_id: int) -> Subscription | None:
    """The subscription with this id."""
    row = await db.fetch_one(BY_ID, {"id": subscription_id})
    return Subscription(*row) if row else None


async def of(db: Db, mailbox_id: int, *, limit: int) -> list[Subscription]:
    """What a mailbox wants to hear, confirmed or not, the newest first."""
    rows = await db.fetch_all(OF, {"mailbox_id": mailbox_id, "limit": limit})
    return [Subscription(*row) for row in rows]


async def pending(db: Db, mailbox_id: int, *, limit: int) -> list[Subscription]:
    """What waits for its owner, the newest first; of sites that the mailbox wants to hear of."""
    rows = await db.fetch_all(PENDING, {"mailbox_id": mailbox_id, "limit": limit})
    return [Subscription(*row) for row in rows]


def confirm(db: WriteDb, mailbox_id: int, ids: Sequence[int], *, now: int) -> None:
    """These are good; `mailboxes.confirm` comes first, for it learns from them whose browsers they are."""
    db.later(CONFIRM, {"mailbox_id": mailbox_id, "ids": list(ids), "now": now})


async def place(db: Db, site_id: int, page_id: int, comment_id: int) -> Place:
    """Where a comment is now."""
    above = await db.fetch_all(ABOVE, {"comment_id": comment_id, "most": DEEPEST})
    family = await pages_of(db, page_id)
    return Place(site_id, family, tuple(row[0] for row in above))


async def pages_of(db: Db, page_id: int) -> tuple[int, ...]:
    """The page and those that were merged into it."""
    return tuple(row[0] for row in await db.fetch_all(PAGES, {"page_id": page_id}))


async def waited_for(db: Db, comment_ids: Sequence[int]) -> list[int]:
    """Those of these comments that somebody may hear of; of all others, `listeners` finds nobody."""
    rows = await db.fetch_all(WAITED_FOR, {"ids": list(comment_ids), "most": DEEPEST})
    return sorted({row[0] for row in rows})


async def listeners(
    db: Db,
    where: Place,
    *,
    own_keys: Sequence[str],
    author_key: str | None,
    after_id: int,
    limit: int,
) -> list[int]:
    """Ids of mailboxes that hear of a comment there, but for those of its author, in their order."""
    values = {"own_keys": list(own_keys) or [""], "author_key": author_key or ""}
    found = await db.fetch_all(
        LISTENERS, {**_values(where), **values, "after_id": after_id, "limit": limit}
    )
    return [row[0] for row in found]


async def wanted_by(db: Db, mailbox_id: int, where: Place) -> Subscription | None:
    """By which wish a mailbox hears of a comment there; None where it does not."""
    row = await db.fetch_one(WANTED_BY, {**_values(where), "mailbox_id": mailbox_id})
    return Subscription(*row) if row else None


def end(db: WriteDb, mailbox_id: int, subscription_id: int, *, now: int) -> None:
    """The mailbox wants to hear of this no more."""
    db.later(END, {"mailbox_id": mailbox_id, "id": subscription_id, "now": now})


def end_of_pages(db: WriteDb, mailbox_id: int, page_ids: Sequence[int], *, now: int) -> None:
    """Nor of anything that stands on these pages now."""
    values = {"mailbox_id": mailbox_id, "page_ids": list(page_ids), "now": now}
    db.later(END_OF_PAGES, values)


def take_up(db: WriteDb, mailbox_id: int, *, ended_at: int) -> None:
    """Takes back what was ended at that moment."""
    db.later(TAKE_UP, {"mailbox_id": mailbox_id, "ended_at": ended_at})


def forget_pending(db: WriteDb, before: int) -> None:
    """Deletes wishes that nobody confirmed."""
    db.later(FORGET_PENDING, {"before": before})


def _values(where: Place) -> dict[str, object]:
    return {
        "site_id": where.site_id,
        "page_ids": list(where.page_ids),
        "above": list(where.above),
    }
