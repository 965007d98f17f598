"""Rows in every table of a schema, made from the schema itself: a new table is filled, too."""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

from afterword.storage import sqlite_rows
from afterword.storage.table_rows import BY_MIGRATIONS, Table

ROWS = 3
TEXTS = ("", 'Zoë\t🦊 \\N \\. "o\'clock"\r\n', "x" * 70_000)
"""What escaping, encoding and lengths may go wrong with, one a row."""
NUMBERS = (0, -(2**53) - 1, 2**61)
FRACTIONS = (0.1, -2.5, 1e300)
ONLY: dict[tuple[str, str], Any] = {("own_session", "mailbox_id"): None}
"""What the schema wants of several columns together."""
UNIQUE = {
    "name",
    "origin",
    "key",
    "email",
    "token_hash",
    "ticket_hash",
    "code_hash",
    "seed",
    "once",
}
UNIQUE |= {
    "message_id",
    "origin_key",
    "token",
    "voter",
    "address",
    "author_key",
    "reporter",
    "value",
}
ALLOWED = re.compile(r"CHECK \(\s*(\w+) IN \(\s*'?([^',)]*)")
"""A column that takes only some values, and the first of them."""
TEXT_OF = "SELECT sql FROM sqlite_schema WHERE name = ?"
PARENTS = 'SELECT "from", "table" FROM pragma_foreign_key_list(?)'
SMALL = "SELECT name FROM pragma_table_info(?) WHERE lower(type) = 'smallint'"
LAST_ID = 1_000
"""The highest number ever given, of rows that are gone."""


def fill_every_table(file: Path) -> None:
    """Write some rows into each, of the oddest values; numbers go on behind LAST_ID."""
    with closing(sqlite3.connect(file, isolation_level=None)) as raw:
        raw.execute("PRAGMA foreign_keys=ON")
        raw.execute("BEGIN")
        for table in sqlite_rows.tables(raw):
            parents = dict(raw.execute(PARENTS, (table.name,)).fetchall())
            small = {name for (name,) in raw.execute(SMALL, (table.name,))}
            (text,) = raw.execute(TEXT_OF, (table.name,)).fetchone()
            allowed = dict(ALLOWED.findall(text))
            rows = [_row(table, parents, small, allowed, number) for number in range(ROWS)]
            if table.name in BY_MIGRATIONS:
                raw.execute(f"DELETE FROM {table.name}")
            sqlite_rows.fill(raw, table, rows)
        numbered = [table for table in sqlite_rows.tables(raw) if table.is_numbered]
        sqlite_rows.set_last_ids(raw, {table.name: LAST_ID for table in numbered})
        raw.execute("COMMIT")
        counts = sqlite_rows.counts(raw)
    assert set(counts.values()) == {ROWS}, counts


def _row(
    table: Table, parents: dict[str, str], small: set[str], allowed: dict[str, str], number: int
) -> tuple[Any, ...]:
    row = []
    for name, kind in zip(table.columns, table.kinds, strict=True):
        if (table.name, name) in ONLY:
            row.append(ONLY[table.name, name])
        elif name in allowed:
            row.append(allowed[name] if kind == "text" else int(allowed[name]))
        elif name == "id":
            row.append(number + 1)
        elif name in parents:
            # A reply to the row before it, in both columns.
            row.append((number or None) if parents[name] == table.name else number + 1)
        elif kind == "text":
            row.append(f"{number} {TEXTS[1]}" if name in UNIQUE else TEXTS[number])
        elif kind == "fraction":
            row.append(FRACTIONS[number])
        else:
            row.append(number if name in small else NUMBERS[number])
    return tuple(row)
