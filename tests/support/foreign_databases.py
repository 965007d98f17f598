"""Databases as Isso and Cusdis make them: their very schema, with rows for a test."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TypeAlias

Values: TypeAlias = "Sequence[Mapping[str, object]]"

# As version 0.14 leaves it, down to the spaces.
ISSO = """
CREATE TABLE preferences (     key VARCHAR PRIMARY KEY, value VARCHAR );
CREATE TABLE threads (     id INTEGER PRIMARY KEY, uri VARCHAR(256) UNIQUE, title VARCHAR(256));
CREATE TABLE comments (
                tid REFERENCES threads(id),
                id INTEGER PRIMARY KEY,
                parent INTEGER,
                created FLOAT NOT NULL,
                modified FLOAT,
                mode INTEGER,
                remote_addr VARCHAR,
                text VARCHAR NOT NULL,
                author VARCHAR,
                email VARCHAR,
                website VARCHAR,
                likes INTEGER DEFAULT 0,
                dislikes INTEGER DEFAULT 0,
                voters BLOB NOT NULL,
                notification INTEGER DEFAULT 0
            );
CREATE TRIGGER remove_stale_threads AFTER DELETE ON comments BEGIN
    DELETE FROM threads WHERE id NOT IN (SELECT tid FROM comments); END;
PRAGMA user_version = 5;
"""

# What Prisma makes of Cusdis' schema, without the tables of payments.
CUSDIS = """
CREATE TABLE "_prisma_migrations" ("id" TEXT PRIMARY KEY NOT NULL, "checksum" TEXT NOT NULL,
    "finished_at" DATETIME, "migration_name" TEXT NOT NULL, "logs" TEXT, "rolled_back_at" DATETIME,
    "started_at" DATETIME NOT NULL DEFAULT current_timestamp,
    "applied_steps_count" INTEGER UNSIGNED NOT NULL DEFAULT 0);
CREATE TABLE "users" ("id" TEXT NOT NULL PRIMARY KEY, "name" TEXT, "email" TEXT,
    "email_verified" DATETIME, "image" TEXT, "created_at" DATETIME NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" DATETIME NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "enable_new_comment_notification" BOOLEAN DEFAULT true, "notification_email" TEXT);
CREATE TABLE "projects" ("id" TEXT NOT NULL PRIMARY KEY, "title" TEXT NOT NULL,
    "created_at" DATETIME NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" DATETIME NOT NULL DEFAULT CURRENT_TIMESTAMP, "ownerId" TEXT NOT NULL, "token" TEXT,
    "fetch_latest_comments_at" DATETIME, "enable_notification" BOOLEAN DEFAULT true,
    "deleted_at" DATETIME, "webhook" TEXT, "enableWebhook" BOOLEAN,
    FOREIGN KEY ("ownerId") REFERENCES "users" ("id") ON DELETE CASCADE ON UPDATE CASCADE);
CREATE TABLE "pages" ("id" TEXT NOT NULL PRIMARY KEY, "slug" TEXT NOT NULL, "url" TEXT, "title" TEXT,
    "created_at" DATETIME NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" DATETIME NOT NULL DEFAULT CURRENT_TIMESTAMP, "projectId" TEXT NOT NULL,
    FOREIGN KEY ("projectId") REFERENCES "projects" ("id") ON DELETE CASCADE ON UPDATE CASCADE);
CREATE TABLE "comments" ("id" TEXT NOT NULL PRIMARY KEY, "pageId" TEXT NOT NULL,
    "created_at" DATETIME NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" DATETIME NOT NULL DEFAULT CURRENT_TIMESTAMP, "deletedAt" DATETIME, "moderatorId" TEXT,
    "by_email" TEXT, "by_nickname" TEXT NOT NULL, "content" TEXT NOT NULL,
    "approved" BOOLEAN NOT NULL DEFAULT false, "parentId" TEXT,
    FOREIGN KEY ("pageId") REFERENCES "pages" ("id") ON DELETE CASCADE ON UPDATE CASCADE,
    FOREIGN KEY ("moderatorId") REFERENCES "users" ("id") ON DELETE SET NULL ON UPDATE CASCADE,
    FOREIGN KEY ("parentId") REFERENCES "comments" ("id") ON DELETE SET NULL ON UPDATE CASCADE);
CREATE INDEX "projectId" ON "pages"("projectId");
"""

AT = 1_600_000_000
"""Seconds: when comments of these files were written, unless they say it themselves."""


def isso_file(threads: Values, comments: Values) -> bytes:
    """The database of an Isso with these rows; each comment has a number and a time of its own."""
    rows = [
        {
            "id": n, "tid": 1, "parent": None, "created": AT + n + 0.25, "mode": 1, "text": f"Number {n}",
            "author": "Mira", "remote_addr": "192.0.2.0", "voters": bytes(256), **each,
        }
        for n, each in enumerate(comments, start=1)
    ]  # fmt: skip
    pages = [{"id": n, "title": f"Page {n}", **each} for n, each in enumerate(threads, start=1)]
    return database(ISSO, {"threads": pages, "comments": rows})


def cusdis_file(projects: Values, pages: Values, comments: Values) -> bytes:
    """The database of a Cusdis with these rows."""
    rows = [
        {
            "id": f"c{n}", "pageId": "p1", "created_at": (AT + n) * 1000, "by_nickname": "Mira",
            "content": f"Number {n}", "approved": 1, **each,
        }
        for n, each in enumerate(comments, start=1)
    ]  # fmt: skip
    shops = [
        {"id": f"j{n}", "title": "Blog", "ownerId": "u", **each}
        for n, each in enumerate(projects, start=1)
    ]
    named = [{"id": f"p{n}", "projectId": "j1", **each} for n, each in enumerate(pages, start=1)]
    return database(CUSDIS, {"projects": shops, "pages": named, "comments": rows})


def database(schema: str, rows: Mapping[str, Values]) -> bytes:
    """A file with this schema and these rows by table."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "made.db"
        with closing(sqlite3.connect(path)) as db:
            db.executescript(schema)
            for table, found in rows.items():
                for row in found:
                    insert(db, table, row)
            db.commit()
        return path.read_bytes()


def insert(db: sqlite3.Connection, table: str, row: Mapping[str, object]) -> None:
    """One row, with these columns."""
    places = ", ".join("?" * len(row))
    sql = f'INSERT INTO "{table}" ({", ".join(row)}) VALUES ({places})'
    db.execute(sql, tuple(row.values()))
