"""How often somebody did something, where several processes count together."""

from __future__ import annotations

from afterword.storage.migrations import run

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

TABLES = """
CREATE TABLE rate_bucket (
    key TEXT PRIMARY KEY,
    level BIGINT NOT NULL,
    at BIGINT NOT NULL
);
"""


def upgrade() -> None:
    """Make it."""
    run(TABLES)
