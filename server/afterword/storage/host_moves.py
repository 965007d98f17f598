"""New addresses for all pages of a host, beside the old ones; many pages with each statement.

An address is cut and put together again in SQL, so that a hundred thousand pages need no round trip each.
"""

from __future__ import annotations

from dataclasses import dataclass

from afterword.core.host_move import HostMove
from afterword.core.web_address import MAX_LENGTH
from afterword.storage.store import Db, WriteDb

PART = 2_000
"""Page numbers that one transaction is about: a tenth of a second, so that nobody waits long to write."""

# What stands in a key behind the host. A new side with a path of its own takes the place of the lone
# slash of a front page: `/` becomes `/blog`, not `/blog/`, which no address has as its key.
_PARTS = {
    "new_key": """(:new_key || CASE
        WHEN :has_path = 1 AND ({rest} = '/' OR substr({rest}, 1, 2) = '/?') THEN substr({rest}, 2)
        ELSE {rest} END)""",
    "rest": "substr(k.key, length(:old_key) + 1)",
    "is_old": "substr(k.key, 1, length(:old_key) + 1) = :old_key || '/'",
    # Another page has one of its new addresses.
    "met": """
FROM page_key AS k JOIN page_key AS n ON n.site_id = k.site_id AND n.key = {new_key}
    AND n.page_id <> k.page_id
WHERE k.site_id = :site_id AND {is_old}""",
    "at_old": """p.site_id = :site_id AND p.merged_into IS NULL
    AND substr(p.url, 1, length(:old) + 1) = :old || '/' AND length({new_url}) <= {longest}
    AND NOT EXISTS (SELECT 1 {met} AND k.page_id = p.id)""",
    "new_url": "(:new || substr(p.url, length(:old) + 1))",
    "longest": str(MAX_LENGTH),
    "noted": "SELECT m.page_id FROM moved_page AS m WHERE {in_part}",
    "in_part": "m.audit_id = :audit_id AND m.page_id > :after AND m.page_id <= :until",
    # What nobody has moved or renamed since.
    "as_left": """
    SELECT m.page_id FROM moved_page AS m JOIN page AS p ON p.id = m.page_id
    WHERE {in_part} AND p.url = m.after AND p.merged_into IS NULL""",
}


def _filled(mould: str) -> str:
    while "{" in mould:
        for name, part in _PARTS.items():
            mould = mould.replace(f"{{{name}}}", part)
    return mould


CONFLICTS = _filled("SELECT k.page_id, min(n.page_id) {met} GROUP BY k.page_id ORDER BY 1")
SHOW = _filled("SELECT p.url, {new_url} FROM page AS p WHERE {at_old} ORDER BY p.id LIMIT :limit")
COUNT = _filled("SELECT count(*) FROM page AS p WHERE {at_old}")
LAST = "SELECT max(id) FROM page WHERE site_id = :site_id"
# Noted before keys are added: those would be met.
NOTE_AT = _filled("""
INSERT INTO moved_page (audit_id, page_id, before, after)
SELECT :audit_id, p.id, p.url, {new_url} FROM page AS p
WHERE p.id > :after AND p.id <= :until AND {at_old}
""")
# Pages that have an address of the old host but are shown under another.
NOTE_OTHERS = _filled("""
INSERT INTO moved_page (audit_id, page_id, before, after)
SELECT :audit_id, p.id, p.url, p.url FROM page AS p
WHERE p.id > :after AND p.id <= :until AND p.site_id = :site_id AND p.merged_into IS NULL
    AND EXISTS (SELECT 1 FROM page_key AS k WHERE k.page_id = p.id AND {is_old})
    AND NOT EXISTS (SELECT 1 {met} AND k.page_id = p.id)
ON CONFLICT (audit_id, page_id) DO NOTHING
""")
ADD_KEYS = _filled("""
INSERT INTO page_key (site_id, key, page_id, how, at, audit_id)
SELECT k.site_id, {new_key}, k.page_id, 'given', :now, :audit_id FROM page_key AS k
WHERE k.page_id IN ({noted}) AND {is_old} AND length({new_key}) <= {longest}
ON CONFLICT (site_id, key) DO NOTHING
""")
RENAME = _filled("""
UPDATE page SET url = (
    SELECT m.after FROM moved_page AS m WHERE m.audit_id = :audit_id AND m.page_id = page.id
)
WHERE id IN ({noted} AND m.after <> m.before)
""")
DROP_KEYS = _filled("DELETE FROM page_key WHERE audit_id = :audit_id AND page_id IN ({as_left})")
RENAME_BACK = _filled("""
UPDATE page SET url = (
    SELECT m.before FROM moved_page AS m WHERE m.audit_id = :audit_id AND m.page_id = page.id
)
WHERE id IN ({as_left})
""")
DROP_NOTES = """
DELETE FROM moved_page WHERE audit_id = :audit_id AND page_id > :after AND page_id <= :until
"""
FIRST = "SELECT min(page_id) FROM moved_page WHERE audit_id = :audit_id"
IS_LEFT = """
SELECT EXISTS (
    SELECT 1 FROM moved_page AS m JOIN page AS p ON p.id = m.page_id
    WHERE m.audit_id = :audit_id AND p.url = m.after AND p.merged_into IS NULL
)
"""
HALF_UNDONE = """
SELECT a.id FROM audit AS a WHERE a.act = :act AND a.undone_at IS NOT NULL
    AND EXISTS (SELECT 1 FROM moved_page AS m WHERE m.audit_id = a.id)
"""
IS_USED = """
SELECT EXISTS (
    SELECT 1 FROM page WHERE site_id = :site_id AND substr(url, 1, length(:origin) + 1) = :origin || '/'
)
"""
FORGET = "DELETE FROM moved_page WHERE audit_id IN (SELECT id FROM audit WHERE at < :before)"


@dataclass(frozen=True, slots=True)
class Readdressed:
    """A page's address, before and after."""

    before: str
    after: str


async def conflicts(db: Db, site_id: int, move: HostMove) -> list[tuple[int, int]]:
    """Pages one of whose new addresses another page has, each with that other one."""
    if not move.changes_keys:
        return []
    rows = await db.fetch_all(CONFLICTS, {"site_id": site_id, **_keys(move)})
    return [(page_id, onto) for page_id, onto in rows]


async def counted(db: Db, site_id: int, move: HostMove) -> int:
    """How many pages get another address; those that meet another page do not."""
    found = 0
    for old in move.old_origins:
        row = await db.fetch_one(COUNT, _values(site_id, move, old))
        found += int(row[0]) if row else 0
    return found


async def some(db: Db, site_id: int, move: HostMove, limit: int) -> list[Readdressed]:
    """Some of these, as they are and as they will be."""
    found: list[Readdressed] = []
    for old in move.old_origins:
        values = {**_values(site_id, move, old), "limit": limit - len(found)}
        found += [Readdressed(*row) for row in await db.fetch_all(SHOW, values)]
    return found


async def parts(db: Db, site_id: int) -> range:
    """Where each part of the site's pages begins."""
    row = await db.fetch_one(LAST, {"site_id": site_id})
    return range(0, int(row[0] or 0) if row else 0, PART)


async def carry_out(
    db: WriteDb, site_id: int, move: HostMove, audit_id: int, after: int, now: int
) -> None:
    """Give the pages of a part their addresses, with the keys of these beside the old ones."""
    part = {"after": after, "until": after + PART, "audit_id": audit_id}
    for old in move.old_origins:
        await db.execute(NOTE_AT, {**_values(site_id, move, old), **part})
    if move.changes_keys:
        await db.execute(NOTE_OTHERS, {"site_id": site_id, **_keys(move), **part})
        await db.execute(ADD_KEYS, {**_keys(move), **part, "now": now})
    await db.execute(RENAME, part)


async def is_to_take_back(db: Db, audit_id: int) -> bool:
    """Whether there is anything left of the act that nobody has changed since."""
    row = await db.fetch_one(IS_LEFT, {"audit_id": audit_id})
    return bool(row and row[0])


async def take_back(db: WriteDb, audit_id: int) -> bool:
    """Put back a part of what the act has changed and nobody has since; whether there is more."""
    row = await db.fetch_one(FIRST, {"audit_id": audit_id})
    if row is None or row[0] is None:
        return False
    part = {"after": row[0] - 1, "until": row[0] - 1 + PART, "audit_id": audit_id}
    for sql in (DROP_KEYS, RENAME_BACK, DROP_NOTES):
        await db.execute(sql, part)
    return True


async def half_undone(db: Db, act: str) -> list[int]:
    """Acts whose undo was interrupted."""
    return [row[0] for row in await db.fetch_all(HALF_UNDONE, {"act": act})]


async def is_used(db: Db, site_id: int, origin: str) -> bool:
    """Whether a page of the site is shown at this origin."""
    row = await db.fetch_one(IS_USED, {"site_id": site_id, "origin": origin})
    return bool(row and row[0])


async def forget(db: WriteDb, before: int) -> None:
    """Keep nothing for the undo of acts before then."""
    await db.execute(FORGET, {"before": before})


def _keys(move: HostMove) -> dict[str, object]:
    has_path = int(move.new != move.origin)
    return {"old_key": move.old_key, "new_key": move.new_key, "has_path": has_path}


def _values(site_id: int, move: HostMove, old: str) -> dict[str, object]:
    return {"site_id": site_id, "old": old, "new": move.new, **_keys(move)}
