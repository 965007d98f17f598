"""What a database holds, to be compared."""

from __future__ import annotations

import hashlib

from afterword.storage.store import Store

OF_PROCESSES = ("lease", "rate_bucket")
"""Whose turn it is and how often somebody did something: nothing that was kept for anybody."""
TABLES = {
    "sqlite": "select name from sqlite_master where type = 'table' order by name",
    "postgres": (
        "select table_name from information_schema.tables"
        " where table_schema = 'public' order by table_name"
    ),
}


async def contents(store: Store, engine: str) -> str:
    """A hash of every row of every table but those by which processes agree."""
    digest = hashlib.sha256()
    for (table,) in await store.fetch_all(TABLES[engine], {}):
        if table in OF_PROCESSES:
            continue
        rows = await store.fetch_all(f"select * from {table}", {})
        digest.update(repr((table, sorted(map(repr, map(tuple, rows))))).encode())
    return digest.hexdigest()
