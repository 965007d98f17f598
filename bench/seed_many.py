"""A database with many comments, as life spreads them: by SQL, for posting them would take an hour."""

from __future__ import annotations

import json
import random
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from bench.seed import body

_DAY = 86_400_000
_END = 1_795_000_000_000
"""In November 2026."""
_STATUSES = (("approved", 70), ("spam", 20), ("pending", 8), ("removed", 2))
PAGES, AUTHORS = 2_000, 8_000


def fill(database: Path, count: int) -> None:
    """Put comments on two thousand pages of one site; the first page and the first author have most."""
    chance = random.Random(1)
    with closing(sqlite3.connect(database, timeout=60)) as db, db:
        db.executemany(
            "INSERT INTO page (id, site_id, url, title, changed_at, created_at) VALUES (?, 1, ?, ?, ?, 1)",
            [(n, f"http://127.0.0.1:9/p/{n}", f"Notes, part {n}", n) for n in range(1, PAGES + 1)],
        )
        db.executemany(
            "INSERT INTO comment (id, site_id, page_id, parent_id, root_id, status, author_name,"
            " author_key, source, tree, tree_version, origin_key, score, created_at, reports)"
            " VALUES (?, 1, ?, ?, ?, ?, ?, ?, ?, ?, 1, ?, ?, ?, ?)",
            _comments(chance, count),
        )
        db.execute(
            "INSERT INTO verdict SELECT id, 'hold', CASE WHEN id % 2 THEN"
            """ '[{"rule":"new_author","weight":1,"text":"First comment of this author"}]' ELSE"""
            """ '[{"rule":"duplicate","weight":2,"text":"The same text was sent shortly before"}]'"""
            " END, created_at FROM comment WHERE status IN ('pending', 'spam')"
        )
        db.execute(
            "INSERT INTO contact (comment_id, email)"
            " SELECT id, 'reader' || id || '@readers.example' FROM comment WHERE id % 2 = 1"
        )
        db.execute(
            "INSERT INTO report (comment_id, reporter, reason, text, at)"
            " SELECT id, 'r' || id, 'spam', '', created_at FROM comment WHERE reports > 0"
        )


def _comments(chance: random.Random, count: int) -> Iterator[tuple[object, ...]]:
    statuses, weights = zip(*_STATUSES, strict=True)
    tops: dict[int, list[int]] = {}
    for n in range(1, count + 1):
        page = 1 if chance.random() < 0.05 else chance.randint(1, PAGES)
        top = chance.choice(tops[page]) if page in tops and chance.random() < 0.5 else None
        if top is None:
            tops.setdefault(page, []).append(n)
        author = 1 if n == 1 or chance.random() < 0.02 else chance.randint(1, AUTHORS)
        status = "approved" if n in (1, 50_000) else chance.choices(statuses, weights)[0]
        text = body(n)
        tree = json.dumps(
            [["p", text]] + ([["p", ["a", {"href": "https://x.example"}, "x"]]] * (n % 3 == 0))
        )
        reports = int(status == "approved" and n % 200 == 0) * (1 + n % 7)
        yield (
            *(n, page, top, top, status, f"Reader {author}", f"key {author}"),
            *(text, tree, f"client:{n}", round(chance.uniform(-2, 12), 1)),
            *(_END - (count - n) * (_DAY // 400), reports),
        )
