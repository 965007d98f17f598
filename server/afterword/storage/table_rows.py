"""Tables as such, whatever is in them: what copies between the engines and backups go by."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any, Literal, TypeAlias

import msgspec

Row: TypeAlias = tuple[Any, ...]
Kind: TypeAlias = Literal["number", "fraction", "text"]

REVISION = "alembic_version"
"""The one table that is not copied: a migrated database has its row."""
BY_MIGRATIONS = frozenset({"change_count"})
"""Tables in which a new database has rows already: they give way to those that are copied."""
NOTHING_YET = BY_MIGRATIONS | {"setup_link", "lease", "sign_in_failure", "rate_bucket"}
"""What a server writes by itself before anybody has an account: an installation that holds nothing."""
START_LOCK = 0x61667477
"""The number of the lock of PostgreSQL that a start holds while it migrates."""
CLEAR = "DELETE FROM {table}"
BATCH = 1000
"""Rows that are in memory at once; the longest has some 64 KB."""
KINDS: Mapping[str, Kind] = {
    "integer": "number",
    "bigint": "number",
    "smallint": "number",
    "double precision": "fraction",
    "text": "text",
}
"""How both engines call the kinds of value that the schema has."""

_WIDTH = 16
_encode = msgspec.json.Encoder().encode


@dataclass(frozen=True, slots=True)
class Table:
    """A table of the schema; a parent of it comes before it in every list of tables."""

    name: str
    columns: tuple[str, ...]
    kinds: tuple[Kind, ...]

    @property
    def is_numbered(self) -> bool:
        """Whether rows are numbered by the database, never twice the same."""
        return self.columns[0] == "id"


@dataclass(slots=True)
class Digest:
    """What rows add up to, in whatever order and from whichever engine they come."""

    rows: int = 0
    sum: int = 0

    def add(self, rows: Iterable[Row]) -> None:
        """Count these in."""
        for row in rows:
            hashed = blake2b(_encode(row), digest_size=_WIDTH).digest()
            # A sum, not an exclusive or: two equal rows must not cancel each other out.
            self.sum = (self.sum + int.from_bytes(hashed, "big")) % (1 << 8 * _WIDTH)
            self.rows += 1


def spelt(sql: str, table: Table) -> str:
    """The statement for this table: `{table}`, `{columns}` and `{values}` as its names and as `?`."""
    columns = ", ".join(quoted(name) for name in table.columns)
    values = ", ".join("?" * len(table.columns))
    return (
        sql.replace("{table}", quoted(table.name))
        .replace("{columns}", columns)
        .replace("{values}", values)
    )


def quoted(name: str) -> str:
    """A name as both engines read it."""
    return '"' + name.replace('"', '""') + '"'


def parents_first(tables: Sequence[Table], parents: Mapping[str, set[str]]) -> list[Table]:
    """In an order in which whatever a table refers to comes before it; to itself it may."""
    left = {table.name: table for table in tables}
    ordered: list[Table] = []
    while left:
        ready = [name for name in left if not (parents[name] - {name}) & left.keys()]
        if not ready:
            raise RuntimeError(f"These tables refer to each other in a circle: {sorted(left)}")
        ordered += [left.pop(name) for name in sorted(ready)]
    return ordered
