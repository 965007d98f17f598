"""Authors whom moderators trust: their comments are not held for being the first."""

from __future__ import annotations

from collections.abc import Sequence

from afterword.storage.store import Db, WriteDb

ADD = """
INSERT INTO trusted_author (site_id, author_key, at) VALUES (:site_id, :author_key, :now)
ON CONFLICT (site_id, author_key) DO NOTHING RETURNING at
"""
DROP = """
DELETE FROM trusted_author WHERE site_id = :site_id AND author_key = :author_key RETURNING at
"""
AMONG = """
SELECT author_key FROM trusted_author WHERE site_id = :site_id AND author_key IN (:author_keys)
"""


async def add(db: WriteDb, site_id: int, author_key: str, *, now: int) -> bool:
    """Trust an author; False where that was so already."""
    values = {"site_id": site_id, "author_key": author_key, "now": now}
    return await db.fetch_one(ADD, values) is not None


async def drop(db: WriteDb, site_id: int, author_key: str) -> bool:
    """Trust an author no more; False where nobody did."""
    values = {"site_id": site_id, "author_key": author_key}
    return await db.fetch_one(DROP, values) is not None


async def among(db: Db, site_id: int, author_keys: Sequence[str]) -> set[str]:
    """Those of the authors whom the site trusts."""
    values = {"site_id": site_id, "author_keys": list(author_keys)}
    return {row[0] for row in await db.fetch_all(AMONG, values)}
