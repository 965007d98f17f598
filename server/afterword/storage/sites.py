"""Sites: whose pages may have threads here, and how each wants its conversation kept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict

import msgspec

from afterword.core.model import Policy, Site
from afterword.storage.store import Db, Row, Values, WriteDb

POLICY_VERSION = 1
"""Of the JSON in `site.policy`; an unknown field is passed over, a missing one has its default."""

ALL = """
SELECT s.id, s.name, s.policy, s.version, o.origin
FROM site AS s LEFT JOIN site_origin AS o ON o.site_id = s.id
ORDER BY s.id, o.origin
"""
BY_ID = ALL.replace("ORDER", "WHERE s.id = :site_id ORDER")
BY_NAME = ALL.replace("ORDER", "WHERE s.name = :name ORDER")
BY_ORIGIN = BY_ID.replace(":site_id", "(SELECT site_id FROM site_origin WHERE origin = :origin)")
CHANGED_SINCE = "SELECT id FROM site WHERE changed_at >= :at ORDER BY id"
ADD = """
INSERT INTO site (name, policy, version, changed_at) VALUES (:name, :policy, 1, :now) RETURNING id
"""
CHANGE = """
UPDATE site SET name = :name, policy = :policy, version = version + 1, changed_at = :now
WHERE id = :site_id RETURNING id
"""
# An update of nothing: whoever changes a site meanwhile waits for this one, on both engines.
LOCK = "UPDATE site SET changed_at = :now WHERE id = :site_id RETURNING id"
TOUCH = "UPDATE site SET version = version + 1, changed_at = :now WHERE id = :site_id"
DELETE = "DELETE FROM site WHERE id = :site_id RETURNING id"
ADD_ORIGIN = "INSERT INTO site_origin (origin, site_id) VALUES (:origin, :site_id)"
DROP_ORIGINS = "DELETE FROM site_origin WHERE site_id = :site_id"


async def all_sites(db: Db) -> list[Site]:
    """Every site, in the order in which they were added."""
    return _sites(await db.fetch_all(ALL))


async def get(db: Db, site_id: int) -> Site | None:
    """The site with this id."""
    return await _one(db, BY_ID, {"site_id": site_id})


async def by_name(db: Db, name: str) -> Site | None:
    """The site that people and commands call by this name."""
    return await _one(db, BY_NAME, {"name": name})


async def by_origin(db: Db, origin: str) -> Site | None:
    """The site that is served from exactly this origin."""
    return await _one(db, BY_ORIGIN, {"origin": origin})


async def changed_since(db: Db, at: int) -> list[int]:
    """Ids of the sites changed at or after `at`."""
    return [row[0] for row in await db.fetch_all(CHANGED_SINCE, {"at": at})]


async def add(db: WriteDb, name: str, origins: Sequence[str], policy: Policy, now: int) -> Site:
    """Add a site; AlreadyThere when the name or an origin belongs to another."""
    row = await db.fetch_one(ADD, {"name": name, "policy": _encode(policy), "now": now})
    assert row is not None
    await db.execute_many(ADD_ORIGIN, _origins(row[0], origins))
    return Site(row[0], name, tuple(sorted(set(origins))), policy, version=1)


async def change(
    db: WriteDb, site_id: int, *, name: str, origins: Sequence[str], policy: Policy, now: int
) -> Site | None:
    """Give a site these values and raise its version; AlreadyThere when one belongs to another."""
    values = {"site_id": site_id, "name": name, "policy": _encode(policy), "now": now}
    if await db.fetch_one(CHANGE, values) is None:
        return None
    await db.execute(DROP_ORIGINS, {"site_id": site_id})
    await db.execute_many(ADD_ORIGIN, _origins(site_id, origins))
    return await get(db, site_id)


async def lock(db: WriteDb, site_id: int, *, now: int) -> bool:
    """Keeps others from changing the site until the end of the write; False where there is none."""
    return await db.fetch_one(LOCK, {"site_id": site_id, "now": now}) is not None


async def touch(db: WriteDb, site_id: int, *, now: int) -> None:
    """Note that something has changed which the site's threads tell: they are made anew."""
    await db.execute(TOUCH, {"site_id": site_id, "now": now})


async def delete(db: WriteDb, site_id: int) -> bool:
    """Takes away a site with its pages, comments and all else; False where there is none."""
    return await db.fetch_one(DELETE, {"site_id": site_id}) is not None


def _origins(site_id: int, origins: Sequence[str]) -> list[Values]:
    return [{"origin": origin, "site_id": site_id} for origin in sorted(set(origins))]


async def _one(db: Db, sql: str, values: Values) -> Site | None:
    return next(iter(_sites(await db.fetch_all(sql, values))), None)


def _sites(rows: list[Row]) -> list[Site]:
    """Sites out of rows that are one for each origin."""
    origins: dict[int, list[str]] = {}
    for site_id, _, _, _, origin in rows:
        origins.setdefault(site_id, []).extend([origin] if origin is not None else [])
    first = {row[0]: row for row in reversed(rows)}
    return [
        Site(
            site_id, first[site_id][1], tuple(found), _decode(first[site_id][2]), first[site_id][3]
        )
        for site_id, found in origins.items()
    ]


def _encode(policy: Policy) -> str:
    return msgspec.json.encode({"v": POLICY_VERSION, **asdict(policy)}).decode()


def _decode(text: str) -> Policy:
    return msgspec.json.decode(text, type=Policy)
