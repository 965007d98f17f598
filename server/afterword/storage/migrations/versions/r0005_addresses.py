"""How addresses came to lead where they lead, what an act renamed, and what addresses answered when asked."""

from __future__ import annotations

from afterword.storage.migrations import run

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

# Of keys that are there already nobody knows how they came.
COLUMNS = """
ALTER TABLE page_key ADD COLUMN how TEXT CHECK (how IN ('opened', 'learnt', 'imported', 'given'));
ALTER TABLE page_key ADD COLUMN at BIGINT;
ALTER TABLE page_key ADD COLUMN audit_id BIGINT;
"""
# `moved_page` is for the undo of acts that change more pages than an entry of the audit log should hold.
TABLES = """
CREATE TABLE moved_page (
    audit_id BIGINT NOT NULL REFERENCES audit (id) ON DELETE CASCADE,
    page_id BIGINT NOT NULL REFERENCES page (id) ON DELETE CASCADE,
    before TEXT NOT NULL,
    after TEXT NOT NULL,
    PRIMARY KEY (audit_id, page_id)
);
CREATE TABLE address_check (
    page_id BIGINT PRIMARY KEY REFERENCES page (id) ON DELETE CASCADE,
    site_id BIGINT NOT NULL REFERENCES site (id) ON DELETE CASCADE,
    url TEXT NOT NULL,
    outcome TEXT NOT NULL,
    status BIGINT,
    leads_to TEXT,
    said TEXT,
    at BIGINT NOT NULL
);
CREATE TABLE address_run (
    site_id BIGINT PRIMARY KEY REFERENCES site (id) ON DELETE CASCADE,
    begun_at BIGINT NOT NULL,
    seen_at BIGINT NOT NULL,
    ended_at BIGINT
);
"""
INDEXES = """
CREATE INDEX page_key_by_act ON page_key (audit_id) WHERE audit_id IS NOT NULL;
CREATE INDEX moved_page_by_page ON moved_page (page_id);
CREATE INDEX address_check_by_outcome ON address_check (site_id, outcome, page_id);
"""


def upgrade() -> None:
    """Make all of it; what is there keeps its meaning."""
    run(COLUMNS, TABLES, INDEXES)
