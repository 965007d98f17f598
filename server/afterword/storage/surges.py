"""How comments come to each site, one row a site, and who is known while they come as a flood."""

from __future__ import annotations

from afterword.core.surge import Tide
from afterword.storage.store import Db, Row, WriteDb

COLUMNS = "at, recent, usual, began_at, by_hand, swept, told_at, rest_until"
GET = "SELECT {columns} FROM surge WHERE site_id = :site_id".replace("{columns}", COLUMNS)
ALL = "SELECT site_id, {columns} FROM surge ORDER BY site_id".replace("{columns}", COLUMNS)
ON = ALL.replace("ORDER BY", "WHERE began_at IS NOT NULL ORDER BY")
# The update that changes nothing locks the row until the commit: of two that count at the same
# moment, the second sees what the first has counted.
LOCK = """
INSERT INTO surge (site_id, at) VALUES (:site_id, 0)
ON CONFLICT (site_id) DO UPDATE SET at = surge.at
RETURNING {columns}
""".replace("{columns}", COLUMNS)
PUT = """
UPDATE surge SET at = :at, recent = :recent, usual = :usual, began_at = :began_at,
    by_hand = :by_hand, swept = :swept, told_at = :told_at, rest_until = :rest_until
WHERE site_id = :site_id
"""
# A weight from :held on means that a person let it pass; what is published while a surge is on is of
# known authors.
KNOWN = """
SELECT 1 FROM comment
WHERE site_id = :site_id AND author_key = :author_key AND status = 'approved'
    AND (created_at < :suspect_from OR created_at >= :began_at OR score >= :held)
UNION ALL
SELECT 1 FROM trusted_author WHERE site_id = :site_id AND author_key = :author_key
LIMIT 1
"""
NEWCOMERS = """
SELECT c.id FROM comment AS c
WHERE c.status = 'approved' AND c.created_at BETWEEN :suspect_from AND :began_at
    AND c.site_id = :site_id AND c.member_id IS NULL AND c.score < :held
    AND NOT EXISTS (
        SELECT 1 FROM comment AS k
        WHERE k.site_id = c.site_id AND k.author_key = c.author_key AND k.status = 'approved'
            AND (k.created_at < :suspect_from OR k.score >= :held)
    )
    AND NOT EXISTS (
        SELECT 1 FROM trusted_author AS t
        WHERE t.site_id = c.site_id AND t.author_key = c.author_key
    )
ORDER BY c.created_at, c.id LIMIT :limit
"""


async def get(db: Db, site_id: int) -> Tide:
    """How comments come to the site, as it was counted last."""
    row = await db.fetch_one(GET, {"site_id": site_id})
    return _tide(row) if row else Tide()


async def in_surge(db: Db) -> dict[int, Tide]:
    """By id, the sites where a surge is on."""
    return {row[0]: _tide(row[1:]) for row in await db.fetch_all(ON)}


async def of_every_site(db: Db) -> dict[int, Tide]:
    """By id, every site that anybody ever wrote on."""
    return {row[0]: _tide(row[1:]) for row in await db.fetch_all(ALL)}


async def lock(db: WriteDb, site_id: int) -> Tide:
    """The same as `get`; nobody else changes it until this write is over."""
    row = await db.fetch_one(LOCK, {"site_id": site_id})
    assert row is not None
    return _tide(row)


def put(db: WriteDb, site_id: int, tide: Tide) -> None:
    """Keep it; after `lock`."""
    values = {
        "at": tide.at,
        "recent": tide.recent,
        "usual": tide.usual,
        "began_at": tide.began_at,
        "by_hand": int(tide.by_hand),
        "swept": int(tide.swept),
        "told_at": tide.told_at,
        "rest_until": tide.rest_until,
    }
    db.later(PUT, {**values, "site_id": site_id})


async def is_known(db: Db, site_id: int, author_key: str, tide: Tide, *, held: float) -> bool:
    """Whether the author was published before the surge, or since then; from `held` on by a person."""
    values = {"site_id": site_id, "author_key": author_key, "held": held}
    return await db.fetch_one(KNOWN, {**values, **_times(tide)}) is not None


async def newcomers(db: Db, site_id: int, tide: Tide, *, held: float, limit: int) -> list[int]:
    """Ids of comments that were published as the surge began, by nobody who is known."""
    values = {"site_id": site_id, "held": held, "limit": limit}
    return [row[0] for row in await db.fetch_all(NEWCOMERS, {**values, **_times(tide)})]


def _times(tide: Tide) -> dict[str, int]:
    return {"suspect_from": tide.suspect_from, "began_at": tide.began_at or 0}


def _tide(row: Row) -> Tide:
    at, recent, usual, began_at, by_hand, swept, told_at, rest_until = row
    return Tide(at, recent, usual, began_at, bool(by_hand), bool(swept), told_at, rest_until)
