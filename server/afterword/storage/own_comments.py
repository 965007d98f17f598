"""What somebody wrote, for themselves: by the keys that they are known by, and by their address."""

from __future__ import annotations

from collections.abc import Sequence

from afterword.storage.store import Db, WriteDb

# What is the person's already is not asked about again; what somebody else wrote who is known as they
# are is not the address's owner's, whoever typed it.
TYPED = """
SELECT c.id FROM contact AS k CROSS JOIN comment AS c
WHERE lower(k.email) = :email AND c.id = k.comment_id AND c.member_id IS NULL AND c.verified = 0
    AND (c.author_key IS NULL OR c.author_key NOT IN (:author_keys))
ORDER BY c.id DESC LIMIT :limit
"""
OF_DEVICE = """
SELECT c.id FROM contact AS k CROSS JOIN comment AS c
WHERE lower(k.email) = :email AND c.id = k.comment_id AND c.site_id = :site_id
    AND c.author_key = :author_key
ORDER BY c.id DESC LIMIT :limit
"""
OF_KEYS = """
SELECT id FROM comment WHERE site_id IN (:site_ids) AND author_key IN (:author_keys) AND id < :before
ORDER BY id DESC LIMIT :limit
"""
CLAIM = """
UPDATE comment SET author_key = :author_key, verified = 1, import_id = NULL,
    version = (SELECT p.version FROM page AS p WHERE p.id = comment.page_id)
WHERE id IN (:ids) AND site_id = :site_id
"""


async def typed_with(db: Db, email: str, author_keys: Sequence[str], *, limit: int) -> list[int]:
    """Ids of what guests wrote with this address and is of none of these keys; newest first."""
    values = {"email": email.lower(), "author_keys": list(author_keys) or [""], "limit": limit}
    return [row[0] for row in await db.fetch_all(TYPED, values)]


async def of_device(db: Db, site_id: int, author_key: str, email: str, *, limit: int) -> list[int]:
    """Ids of what one browser wrote on a site with this address."""
    values = {"site_id": site_id, "author_key": author_key, "email": email.lower()}
    return [row[0] for row in await db.fetch_all(OF_DEVICE, {**values, "limit": limit})]


async def of_keys(
    db: Db, site_ids: Sequence[int], author_keys: Sequence[str], *, before: int, limit: int
) -> list[int]:
    """Ids of what was written under these keys before that one, whatever its status; newest first."""
    values = {"site_ids": list(site_ids), "author_keys": list(author_keys)}
    rows = await db.fetch_all(OF_KEYS, {**values, "before": before, "limit": limit})
    return [row[0] for row in rows]


async def claim(db: WriteDb, ids: Sequence[int], site_id: int, author_key: str) -> None:
    """Have comments of a site be those of a known reader, with the badge; inside `changing`."""
    values = {"ids": list(ids), "site_id": site_id, "author_key": author_key}
    await db.execute(CLAIM, values)
