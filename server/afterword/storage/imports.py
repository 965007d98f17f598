"""Comments of elsewhere, written many at once: no question and answer for each.

What is written here nobody is told of. Everything is called inside `pages.changing`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import msgspec

from afterword.core.markdown import TREE_VERSION
from afterword.core.model import Page, Tree
from afterword.storage.store import Db, WriteDb

THERE = "SELECT origin_key, page_id FROM comment WHERE site_id = :site_id AND origin_key IN (:keys)"
# Every status, so that the index by page, status and time answers.
AT_TIMES = """
SELECT origin_key, created_at, author_name, tree FROM comment
WHERE page_id = :page_id AND status IN ('approved', 'pending', 'spam') AND created_at IN (:times)
"""
_HERE = "FROM comment AS p WHERE p.site_id = :site_id AND p.origin_key = :parent_key"
ADD = """
INSERT INTO comment (
    site_id, page_id, parent_id, root_id, status, author_name, website, member_id, verified,
    author_role, author_avatar, source, tree, tree_version, origin_key, created_at, edited_at, up,
    down, points, pinned, version, shown_version, import_id
) VALUES (
    :site_id, :page_id, (SELECT p.id {here}), (SELECT coalesce(p.root_id, p.id) {here}), :status,
    :name, :website, :member_id, :verified, :role, :avatar, :source, :tree, :tree_version,
    :origin_key, :created_at, :edited_at, :up, :down, :points, :pinned, :version, :shown_version, :import_id
)
""".replace("{here}", _HERE)
_COMMENT = "FROM comment WHERE site_id = :site_id AND origin_key = :origin_key"
ADD_CONTACT = f"INSERT INTO contact (comment_id, email) SELECT id, :email {_COMMENT}"
ADD_EDIT = f"""
INSERT INTO edit (comment_id, source, edited_at)
SELECT id, :source, CAST(:edited_at AS BIGINT) {_COMMENT}
"""
DESCRIBE = """
UPDATE page SET created_at = :created_at, closed = :closed, opened_at = :opened_at, slow = :slow,
    note = :note, reactions = :reactions, import_id = :import_id
WHERE id = :page_id
"""

_decode = msgspec.json.Decoder().decode


@dataclass(frozen=True, slots=True)
class Incoming:
    """A comment that is about to come, cleaned."""

    status: str
    name: str
    source: str
    tree: msgspec.Raw
    """As JSON."""
    created_at: int
    email: str | None = None
    website: str | None = None
    member_id: int | None = None
    edited_at: int | None = None
    up: int = 0
    down: int = 0
    pinned: bool = False
    verified: bool = False
    role: str | None = None
    avatar: str | None = None
    edits: tuple[tuple[str, int], ...] = ()
    """Earlier texts, and when each was replaced."""


@dataclass(frozen=True, slots=True)
class Arrival:
    """One of them with its place: the page, which is being changed, the keys of itself and of its parent,
    which is there already.
    """

    page: Page
    origin_key: str
    parent_key: str | None
    comment: Incoming


@dataclass(frozen=True, slots=True)
class Known:
    """A comment that is there, as far as it takes to know it again."""

    origin_key: str
    created_at: int
    name: str
    tree: Tree


async def there(db: Db, site_id: int, keys: Sequence[str]) -> dict[str, int]:
    """The page by origin key, of those of the site's comments that have one of these."""
    rows = await db.fetch_all(THERE, {"site_id": site_id, "keys": list(keys)})
    return {row[0]: row[1] for row in rows}


async def at_times(db: Db, page_id: int, times: Sequence[int]) -> list[Known]:
    """Comments of the page that were written at these times, but removed ones."""
    rows = await db.fetch_all(AT_TIMES, {"page_id": page_id, "times": list(times)})
    return [Known(row[0], row[1], row[2], _decode(row[3])) for row in rows]


async def add(db: WriteDb, arrivals: Sequence[Arrival], import_id: int) -> None:
    """Write comments that are not there, each behind its parent, as brought by this import."""
    await db.execute_many(ADD, [_values(each, import_id) for each in arrivals])
    contacts = [
        {"site_id": each.page.site_id, "origin_key": each.origin_key, "email": each.comment.email}
        for each in arrivals
        if each.comment.email
    ]
    edits = [
        {
            "site_id": each.page.site_id,
            "origin_key": each.origin_key,
            "source": source,
            "edited_at": at,
        }
        for each in arrivals
        for source, at in each.comment.edits
    ]
    if contacts:
        await db.execute_many(ADD_CONTACT, contacts)
    if edits:
        await db.execute_many(ADD_EDIT, edits)


async def describe(
    db: WriteDb,
    page_id: int,
    *,
    created_at: int,
    closed: bool,
    opened_at: int | None,
    slow: int,
    note: str,
    reactions: Mapping[str, int],
    import_id: int,
) -> None:
    """Have a new page as it was elsewhere."""
    values = {
        "page_id": page_id,
        "created_at": created_at,
        "closed": int(closed),
        "opened_at": opened_at,
        "slow": slow,
        "note": note,
        "reactions": msgspec.json.encode(reactions).decode(),
        "import_id": import_id,
    }
    await db.execute(DESCRIBE, values)


def _values(arrival: Arrival, import_id: int) -> dict[str, object]:
    page, comment = arrival.page, arrival.comment
    return {
        "site_id": page.site_id,
        "page_id": page.id,
        "origin_key": arrival.origin_key,
        "parent_key": arrival.parent_key,
        "status": comment.status,
        "name": comment.name,
        "website": comment.website,
        "member_id": comment.member_id,
        "verified": int(comment.verified),
        "role": comment.role,
        "avatar": comment.avatar,
        "source": comment.source,
        "tree": bytes(comment.tree).decode(),
        "tree_version": TREE_VERSION,
        "created_at": comment.created_at,
        "edited_at": comment.edited_at,
        "up": comment.up,
        "down": comment.down,
        "points": comment.up - comment.down,
        "pinned": int(comment.pinned),
        "version": page.version,
        "import_id": import_id,
        "shown_version": page.version if comment.status == "approved" else None,
    }
