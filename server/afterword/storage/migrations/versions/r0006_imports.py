"""Which import brought what, for its undo; and imports by the dashboard, with the file that each is of."""

from __future__ import annotations

from afterword.storage.migrations import run

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

# The entry of the audit log, as long as nobody has changed the row since: every statement that does so
# makes it null, so that an undo finds what is as it came.
COLUMNS = """
ALTER TABLE comment ADD COLUMN import_id BIGINT;
ALTER TABLE page ADD COLUMN import_id BIGINT;
"""
# `file` is the random name that an upload has beside the data: who finds it there goes on with it.
TABLES = """
CREATE TABLE site_import (
    id {id},
    site_id BIGINT NOT NULL REFERENCES site (id) ON DELETE CASCADE,
    member_id BIGINT REFERENCES member (id) ON DELETE SET NULL,
    state TEXT NOT NULL CHECK (
        state IN ('reading', 'read', 'writing', 'done', 'refused', 'discarded', 'over')
    ),
    name TEXT NOT NULL,
    file TEXT NOT NULL,
    options TEXT NOT NULL,
    progress BIGINT NOT NULL DEFAULT 0,
    total BIGINT NOT NULL DEFAULT 0,
    report TEXT,
    problem TEXT,
    audit_id BIGINT,
    created_at BIGINT NOT NULL,
    seen_at BIGINT NOT NULL
);
"""
INDEXES = """
CREATE INDEX comment_by_import ON comment (import_id, id) WHERE import_id IS NOT NULL;
CREATE INDEX page_by_import ON page (import_id, id) WHERE import_id IS NOT NULL;
CREATE UNIQUE INDEX site_import_open ON site_import (site_id)
    WHERE state IN ('reading', 'read', 'writing');
CREATE INDEX site_import_by_site ON site_import (site_id, id);
CREATE INDEX site_import_to_forget ON site_import (created_at);
"""


def upgrade() -> None:
    """Make all of it; what is there keeps its meaning."""
    run(COLUMNS, TABLES, INDEXES)
