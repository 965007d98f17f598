"""Authors at a glance: since when they write on a site, what they wrote last, whether they are trusted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import msgspec

from afterword.core.model import Status, Tree
from afterword.storage.store import Db

# Where the last few begin is looked up once for each comment; the joins that follow read those alone.
OF = """
WITH cut AS MATERIALIZED (
    SELECT m.id, m.site_id, m.author_key, (
        SELECT x.created_at FROM comment AS x
        WHERE x.site_id = m.site_id AND x.author_key = m.author_key
        ORDER BY x.created_at, x.id LIMIT 1
    ) AS since, coalesce((
        SELECT x.created_at FROM comment AS x
        WHERE x.site_id = m.site_id AND x.author_key = m.author_key
        ORDER BY x.created_at DESC, x.id DESC LIMIT 1 OFFSET :others
    ), :never) AS last_at, coalesce((
        SELECT x.id FROM comment AS x
        WHERE x.site_id = m.site_id AND x.author_key = m.author_key
        ORDER BY x.created_at DESC, x.id DESC LIMIT 1 OFFSET :others
    ), 0) AS last_id, EXISTS (
        SELECT 1 FROM trusted_author AS t
        WHERE t.site_id = m.site_id AND t.author_key = m.author_key
    ) AS trusted, EXISTS (
        SELECT 1 FROM ban AS b
        WHERE b.site_id = m.site_id AND b.kind = 'author' AND b.value = m.author_key
            AND (b.ends_at IS NULL OR b.ends_at > :now)
    ) AS banned
    FROM comment AS m WHERE m.id IN (:ids) AND m.author_key IS NOT NULL
)
SELECT cut.id, cut.since, cut.trusted, cut.banned, c.id, c.status, c.created_at, c.tree
FROM cut CROSS JOIN comment AS c
WHERE c.site_id = cut.site_id AND c.author_key = cut.author_key
    AND (c.created_at, c.id) >= (cut.last_at, cut.last_id)
"""
_NEVER = -(2**62)

_decode = msgspec.json.Decoder().decode


@dataclass(frozen=True, slots=True)
class Said:
    """Something that the author wrote."""

    comment_id: int
    status: Status
    created_at: int
    tree: Tree


@dataclass(frozen=True, slots=True)
class Glance:
    """What is known of the author of a comment on its site."""

    since: int
    """When the first one came that is still there."""
    trusted: bool
    banned: bool
    """By what their browser is known by: of bans by email, name or address, nothing is said here."""
    last: tuple[Said, ...]
    """Others than the comment, the newest first."""


async def of_each(db: Db, ids: Sequence[int], *, others: int, now: int) -> dict[int, Glance]:
    """By comment, of those whose author is recognised: since when, and the last few other comments."""
    values = {"ids": list(ids), "others": others, "never": _NEVER, "now": now}
    rows = await db.fetch_all(OF, values)
    about: dict[int, tuple[int, bool, bool]] = {}
    said: dict[int, list[Said]] = {}
    for shown_id, since, trusted, banned, comment_id, status, created_at, tree in rows:
        about[shown_id] = (since, bool(trusted), bool(banned))
        if comment_id != shown_id:
            each = Said(comment_id, Status(status), created_at, _decode(tree))
            said.setdefault(shown_id, []).append(each)
    return {
        shown_id: Glance(*known, _newest(said.get(shown_id, []), others))
        for shown_id, known in about.items()
    }


def _newest(said: Sequence[Said], number: int) -> tuple[Said, ...]:
    ordered = sorted(said, key=lambda each: (each.created_at, each.comment_id), reverse=True)
    return tuple(ordered[:number])
