"""Changes in the order in which they were committed, whatever the clocks say."""

from __future__ import annotations

from afterword.storage.migrations import run

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

# On PostgreSQL the number of the transaction, on SQLite a counter: one row, raised by every change.
COLUMNS = """
ALTER TABLE page ADD COLUMN changed_in BIGINT NOT NULL DEFAULT 0;
CREATE TABLE change_count (number BIGINT NOT NULL);
INSERT INTO change_count (number) VALUES (0);
"""
INDEXES = """
CREATE INDEX page_in_order ON page (changed_in, id);
"""


def upgrade() -> None:
    """Make all of it; what was there counts as changed long ago."""
    run(COLUMNS, INDEXES)
