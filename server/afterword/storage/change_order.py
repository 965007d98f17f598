"""In which order changes are numbered, so that whoever asks what is new since then misses none.

No clock decides it: machines differ, and a write that began first may be committed last.

- SQLite lets one write in at a time, so a counter that each change raises inside its write is in the order
  of the commits.
- PostgreSQL numbers its transactions, and says by a **snapshot** which of them are over. What is not
  visible in an earlier snapshot is new, however long its transaction took. Numbers that the snapshot of
  now does not reach are of another server, from which these rows were copied.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Order:
    """How one engine does it, in SQL."""

    before: str | None
    """What runs before a change takes its number."""
    number: str
    """The number of this change."""
    mark: str
    """All that has been committed, as text, and which run of which server says so."""
    is_new: str
    """Whether what has the number `changed_in` was not yet there at `:mark`."""

    def fill(self, sql: str) -> str:
        """The statement with this in the place of `{number}` and `{is_new}`."""
        return sql.replace("{number}", self.number).replace("{is_new}", self.is_new)


SQLITE = Order(
    before="UPDATE change_count SET number = number + 1",
    number="(SELECT number FROM change_count)",
    mark="SELECT CAST(number AS TEXT), '' FROM change_count",
    is_new="""
        changed_in > CAST(:mark AS BIGINT) AND changed_in <= (SELECT number FROM change_count)
    """,
)
# The first two lines find the rows by an index, the third is exact.
POSTGRES = Order(
    before=None,
    number="pg_current_xact_id()::text::bigint",
    mark="SELECT pg_current_snapshot()::text, pg_postmaster_start_time()::text",
    is_new="""
        changed_in >= pg_snapshot_xmin(:mark::text::pg_snapshot)::text::bigint
        AND changed_in < pg_snapshot_xmax(pg_current_snapshot())::text::bigint
        AND NOT pg_visible_in_snapshot(changed_in::text::xid8, :mark::text::pg_snapshot)
    """,
)
