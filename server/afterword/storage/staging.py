"""A whole import in a file of its own, before anything of it is written to the database.

A temporary SQLite file beside the data holds what was read, so that memory stays bounded, that a broken
file changes nothing, and that parents may come later than who answers them. On POSIX nothing of it is left
when the process is killed.
"""

from __future__ import annotations

import os
import sqlite3
import sys
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

TABLES = """
CREATE TABLE page (
    n INTEGER PRIMARY KEY, ref TEXT NOT NULL UNIQUE, key TEXT, url TEXT NOT NULL, data BLOB
);
CREATE TABLE comment (
    n INTEGER PRIMARY KEY, ref TEXT NOT NULL UNIQUE, page_ref TEXT NOT NULL, page_n INTEGER,
    parent_ref TEXT, parent_n INTEGER, depth INTEGER, place INTEGER, status TEXT NOT NULL,
    origin_key TEXT NOT NULL, author TEXT NOT NULL, data BLOB
);
CREATE TABLE opened (key TEXT PRIMARY KEY) WITHOUT ROWID;
"""
ADD_PAGE = """
INSERT OR IGNORE INTO page (ref, key, url, data) VALUES (?, ?, ?, ?)
"""
ADD_COMMENT = """
INSERT OR IGNORE INTO comment (ref, page_ref, parent_ref, status, origin_key, author, data)
VALUES (?, ?, ?, ?, ?, ?, ?)
"""
FIND_PAGES = (
    "UPDATE comment SET page_n = (SELECT n FROM page WHERE ref = page_ref AND data IS NOT NULL)"
)
LOST = """
SELECT ref, (SELECT url FROM page WHERE ref = page_ref) FROM comment WHERE page_n IS NULL ORDER BY n
"""
DROP_LOST = "DELETE FROM comment WHERE page_n IS NULL"
FIND_PARENTS = """
UPDATE comment SET parent_n = (
    SELECT p.n FROM comment AS p WHERE p.ref = comment.parent_ref AND p.page_n = comment.page_n
)
WHERE parent_ref IS NOT NULL
"""
INDEXES = """
CREATE INDEX by_parent ON comment (parent_n) WHERE parent_n IS NOT NULL;
"""
ORPHANS = "SELECT ref FROM comment WHERE parent_ref IS NOT NULL AND parent_n IS NULL ORDER BY n"
# A comment comes at its own place, or right behind its parent where that stands later in the file.
WALK = """
WITH RECURSIVE walk (n, depth, place) AS (
    SELECT n, 0, n FROM comment WHERE {from}
    UNION ALL
    SELECT c.n, walk.depth + 1, max(c.n, walk.place)
    FROM walk JOIN comment AS c ON c.parent_n = walk.n
)
UPDATE comment SET depth = walk.depth, place = walk.place FROM walk WHERE walk.n = comment.n
"""
WALK_ALL = WALK.replace("{from}", "parent_n IS NULL")
WALK_ONE = WALK.replace("{from}", "n = ?")
UNREACHED = "SELECT n FROM comment WHERE depth IS NULL AND n > ? ORDER BY n LIMIT 1"
PARENT = "SELECT parent_n, ref FROM comment WHERE n = ?"
CUT = "UPDATE comment SET parent_n = NULL WHERE n = ?"
# Removed ones stay where anything hangs on them that was not; in one pass, however long the chains are.
DROP_LEAVES = """
DELETE FROM comment WHERE status = 'removed' AND n NOT IN (
    WITH RECURSIVE kept (n) AS (
        SELECT p.n FROM comment AS c JOIN comment AS p ON p.n = c.parent_n
        WHERE c.status <> 'removed' AND p.status = 'removed'
        UNION
        SELECT p.n FROM kept JOIN comment AS c ON c.n = kept.n JOIN comment AS p ON p.n = c.parent_n
        WHERE p.status = 'removed'
    )
    SELECT n FROM kept
)
"""
ORDER = "CREATE INDEX by_place ON comment (page_n, place, depth, n)"
PAGES = """
SELECT n, data, EXISTS (SELECT 1 FROM comment WHERE page_n = page.n),
    EXISTS (SELECT 1 FROM comment WHERE page_n = page.n AND data IS NOT NULL)
FROM page WHERE data IS NOT NULL ORDER BY n
"""
OF_PAGE = """
SELECT c.n, c.origin_key, p.origin_key, c.data
FROM comment AS c LEFT JOIN comment AS p ON p.n = c.parent_n
WHERE c.page_n = ? AND c.data IS NOT NULL ORDER BY c.place, c.depth, c.n
"""
BY_STATUS = "SELECT status, count(*) FROM comment GROUP BY status ORDER BY status"
AUTHORS = "SELECT count(DISTINCT author) FROM comment WHERE status <> 'removed'"
SHARED = """
SELECT url FROM page WHERE key IN (SELECT key FROM page GROUP BY key HAVING count(*) > 1) ORDER BY n
"""
THERE_ALREADY = "SELECT count(*) FROM comment WHERE data IS NULL"
IS_OPENED = "SELECT 1 FROM opened WHERE key = ?"
OPEN = "INSERT INTO opened (key) VALUES (?)"
KEY_OF = "SELECT 1 FROM comment WHERE origin_key = ?"
REKEY = "UPDATE comment SET origin_key = ? WHERE n = ?"
KEYS = "CREATE INDEX by_key ON comment (origin_key)"
ADDRESSES = "CREATE TABLE IF NOT EXISTS address (key TEXT PRIMARY KEY) WITHOUT ROWID"
ADD_ADDRESS = "INSERT OR IGNORE INTO address (key) VALUES (?)"
KNOWS = "SELECT 1 FROM address WHERE key = ?"


@dataclass(frozen=True, slots=True)
class Staged:
    """A comment at its turn: parents come first."""

    n: int
    origin_key: str
    parent_key: str | None
    data: bytes


class Staging:
    """What was read, until it is imported or given up."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db
        for pragma in (
            "journal_mode = OFF",
            "synchronous = OFF",
            "locking_mode = EXCLUSIVE",
            "cache_size = -32000",
        ):
            db.execute(f"PRAGMA {pragma}")
        db.executescript(TABLES)
        self.knows_addresses = False
        """Whether it was told which pages the site has."""

    def add_page(self, ref: str, key: str | None, url: str, data: bytes | None) -> bool:
        """Keep a page, or without `data` one that is not taken; False for a second of its ref."""
        return self._db.execute(ADD_PAGE, (ref, key, url, data)).rowcount > 0

    def add_comment(
        self,
        ref: str,
        page: str,
        parent: str | None,
        *,
        status: str,
        origin_key: str,
        author: str,
        data: bytes | None,
    ) -> bool:
        """Keep a comment, or without `data` one that is here already; False for a second of its ref."""
        row = (ref, page, parent, status, origin_key, author, data)
        return self._db.execute(ADD_COMMENT, row).rowcount > 0

    @contextmanager
    def together(self) -> Iterator[None]:
        """What is added inside is written at once."""
        self._db.execute("BEGIN")
        yield
        self._db.execute("COMMIT")

    def find_pages(self) -> Iterator[tuple[str, str | None]]:
        """Lead each comment to its page; those that have none are given up: ref, and the page's address."""
        self._db.execute(FIND_PAGES)
        yield from self._db.execute(LOST)
        self._db.execute(DROP_LOST)

    def find_parents(self) -> Iterator[str]:
        """Lead each comment to its parent; refs of those whose parent is not on their page, now top-level."""
        self._db.execute(FIND_PARENTS)
        self._db.executescript(INDEXES)
        yield from (row[0] for row in self._db.execute(ORPHANS))

    def put_in_order(self) -> Iterator[str]:
        """Give each its turn behind its parent; refs of those that were cut off a circle of replies."""
        self._db.execute(WALK_ALL)
        reached = 0
        while row := self._first(UNREACHED, (reached,)):
            reached, ref = self._cut_circle(row[0])
            yield ref
            self._db.execute(WALK_ONE, (reached,))
            reached = row[0] - 1
        self._db.execute(ORDER)
        self._db.execute(KEYS)

    def drop_leaves(self) -> int:
        """Give up removed comments that nothing answers but such; how many."""
        return self._db.execute(DROP_LEAVES).rowcount

    def pages(self) -> Iterator[tuple[int, bytes, bool, bool]]:
        """Each page with its number, whether anything is on it, and whether any of that is not here yet."""
        for n, data, full, fresh in self._db.execute(PAGES):
            yield n, data, bool(full), bool(fresh)

    def comments(self, page: int, size: int) -> Iterator[list[Staged]]:
        """Its comments that are not here yet by turns, so many at once."""
        rows = self._db.execute(OF_PAGE, (page,))
        while found := rows.fetchmany(size):
            yield [Staged(*row) for row in found]

    def there_already(self) -> int:
        """How many comments were here when the file was read."""
        row = self._first(THERE_ALREADY, ())
        return int(row[0]) if row else 0

    def opens(self, keys: Sequence[str]) -> bool:
        """Whether no page before had one of these."""
        if any(self._first(IS_OPENED, (key,)) for key in keys):
            return False
        self._db.execute(OPEN, (keys[0],))
        return True

    def by_status(self) -> dict[str, int]:
        """How many comments there are of each."""
        return dict(self._db.execute(BY_STATUS).fetchall())

    def authors(self) -> int:
        """How many people wrote them, as far as names and addresses tell."""
        row = self._first(AUTHORS, ())
        return int(row[0]) if row else 0

    def shared_addresses(self) -> Iterator[str]:
        """Addresses of pages that have the same key as another."""
        yield from (row[0] for row in self._db.execute(SHARED))

    def is_from_here(self, origin_key: str) -> bool:
        """Whether a comment of the file has this key."""
        return self._first(KEY_OF, (origin_key,)) is not None

    def take_for(self, same: Iterable[tuple[str, int]]) -> None:
        """Take each of these, by number, for the one in the database that has this key."""
        self._db.executemany(REKEY, same)

    def know_addresses(self, keys: Iterable[str]) -> None:
        """Keep the keys of pages that the site has."""
        self._db.execute(ADDRESSES)
        self._db.executemany(ADD_ADDRESS, ((key,) for key in keys))
        self.knows_addresses = True

    def knows_any(self, keys: Iterable[str]) -> bool:
        """Whether the site has a page with one of these."""
        return any(self._first(KNOWS, (key,)) for key in keys)

    def _cut_circle(self, start: int) -> tuple[int, str]:
        """The first comment of the circle that `start` hangs on, cut off what it answers."""
        path: list[int] = []
        seen: set[int] = set()
        at = start
        while at not in seen:
            seen.add(at)
            path.append(at)
            at = self._parent(at)[0]
        first = min(path[path.index(at) :])
        self._db.execute(CUT, (first,))
        return first, self._parent(first)[1]

    def _parent(self, n: int) -> tuple[int, str]:
        row = self._first(PARENT, (n,))
        assert row is not None, "it is staged"
        return row

    def _first(self, sql: str, values: Sequence[object]) -> tuple[Any, ...] | None:
        rows = self._db.execute(sql, values).fetchall()
        return rows[0] if rows else None


@contextmanager
def staging(folder: Path) -> Iterator[Staging]:
    """An empty staging in a file of this folder, which is gone at the end of the block."""
    handle, name = tempfile.mkstemp(prefix="import-", suffix=".sqlite", dir=folder)
    os.close(handle)
    db = sqlite3.connect(name, isolation_level=None, check_same_thread=False)
    try:
        staged = Staging(db)
        if sys.platform != "win32":
            Path(name).unlink()
        yield staged
    finally:
        db.close()
        with suppress(FileNotFoundError):
            Path(name).unlink()
