"""The queue: comments for those who decide, with what they need to decide."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import msgspec

from afterword.core.model import Comment, QueueOrder, Reason, Status, Tab, Tree
from afterword.storage.comments import COLUMNS, WIDTH, comment_of
from afterword.storage.review_query import (
    Since,
    Spot,
    Wanted,
    find_text,
    new_text,
    reach_text,
    spot_values,
    values,
)
from afterword.storage.store import Db, Row
from afterword.storage.verdicts import reasons_of

_decode = msgspec.json.Decoder().decode

HELD = """
SELECT {columns}, c.site_id, page.url, page.title, v.reasons, contact.email,
    parent.author_name, parent.tree
FROM comment AS c
JOIN page ON page.id = c.page_id
LEFT JOIN verdict AS v ON v.comment_id = c.id
LEFT JOIN contact ON contact.comment_id = c.id
LEFT JOIN comment AS parent ON parent.id = c.parent_id
WHERE c.id IN (:ids)
""".replace("{columns}", COLUMNS)
COUNTED = (Tab.PENDING, Tab.REPORTED, Tab.SPAM)
COUNTS = """
SELECT status, count(*) FROM comment WHERE status IN ('pending', 'spam') GROUP BY status
UNION ALL
SELECT 'reported', count(*) FROM comment WHERE status = 'approved' AND reports > 0
"""
LATEST = """
SELECT coalesce((SELECT max(id) FROM comment), 0), coalesce((SELECT max(id) FROM report), 0)
"""
HISTORY = """
SELECT author_key, status, count(*) FROM comment
WHERE site_id = :site_id AND author_key IN (:author_keys)
GROUP BY author_key, status
"""
COUNTS_ON_SITES = COUNTS.replace("WHERE status", "WHERE site_id IN (:site_ids) AND status")


@dataclass(frozen=True, slots=True)
class Held:
    """A comment as a moderator sees it."""

    comment: Comment
    site_id: int
    page_url: str
    page_title: str
    reasons: tuple[Reason, ...]
    email: str | None
    """Never for a viewer's eyes."""
    parent_author: str | None
    """None on a top-level comment."""
    parent_tree: Tree | None
    """What it answers."""


async def find(
    db: Db,
    wanted: Wanted,
    *,
    order: QueueOrder = "oldest",
    after: Spot | None = None,
    until: Spot | None = None,
    limit: int,
) -> list[Spot]:
    """The places of what is wanted, in this order, that follow `after` and go no further than `until`."""
    sql = find_text(wanted, order, until=until is not None)
    asked = {**values(wanted), **spot_values(order, after, until), "limit": limit}
    return [(rank, at, found) for rank, at, found in await db.fetch_all(sql, asked)]


async def reach(
    db: Db, wanted: Wanted, *, order: QueueOrder, after: Spot | None, depth: int
) -> Spot | None:
    """The last place of a stretch of `depth` comments in which texts are looked through; None where
    the tab ends before."""
    asked = {**values(wanted), **spot_values(order, after, None), "depth": depth - 1}
    row = await db.fetch_one(reach_text(wanted, order), asked)
    return (row[0], row[1], row[2]) if row else None


async def get_held(db: Db, ids: Sequence[int]) -> list[Held]:
    """These comments, in the order of the ids; one that is gone is left out."""
    found = {row[0]: _held(row) for row in await db.fetch_all(HELD, {"ids": list(ids)})}
    return [found[each] for each in ids if each in found]


async def latest(db: Db) -> Since:
    """The last comment and the last report that there are; 0 for none."""
    row = await db.fetch_one(LATEST)
    assert row is not None
    return (row[0], row[1])


async def count_new(db: Db, wanted: Wanted, *, limit: int) -> int:
    """How many of what is wanted are newer than `wanted.newer`, among the first so many that are."""
    row = await db.fetch_one(new_text(wanted), {**values(wanted), "limit": limit})
    assert row is not None
    return int(row[0])


async def counts(db: Db, site_ids: Sequence[int] | None = None) -> dict[Tab, int]:
    """How many comments wait, are reported, and count as spam on these sites (None: on every site)."""
    sql, values = (
        (COUNTS, {}) if site_ids is None else (COUNTS_ON_SITES, {"site_ids": list(site_ids)})
    )
    found = {Tab(tab): number for tab, number in await db.fetch_all(sql, values)}
    return {tab: found.get(tab, 0) for tab in COUNTED}


async def history(db: Db, site_id: int, author_keys: Sequence[str]) -> dict[str, dict[Status, int]]:
    """What has become of these authors' comments on the site, by author key."""
    rows = await db.fetch_all(HISTORY, {"site_id": site_id, "author_keys": list(author_keys)})
    found: dict[str, dict[Status, int]] = {key: {} for key in author_keys}
    for key, status, number in rows:
        found[key][Status(status)] = number
    return found


def _held(row: Row) -> Held:
    site_id, url, title, reasons, email, parent_author, parent_tree = row[WIDTH:]
    return Held(
        comment_of(row),
        site_id,
        url,
        title,
        reasons_of(reasons),
        email,
        parent_author,
        _decode(parent_tree) if parent_tree is not None else None,
    )
