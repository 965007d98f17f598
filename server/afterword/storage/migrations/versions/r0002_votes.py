"""Votes, reactions and reports; and at which version of its page a comment last changed."""

from __future__ import annotations

from afterword.storage.migrations import run

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

# `points` is `up - down`, kept with them so that an index can put comments in that order; `reports`
# counts the open ones, for the same reason. `version` is that of the page when what readers may see
# of the comment last changed, `shown_version` that at which it last became approved: NULL while it
# never was, and kept when it is hidden later.
COLUMNS = """
ALTER TABLE page ADD COLUMN reactions TEXT NOT NULL DEFAULT '{}';
ALTER TABLE comment ADD COLUMN up BIGINT NOT NULL DEFAULT 0;
ALTER TABLE comment ADD COLUMN down BIGINT NOT NULL DEFAULT 0;
ALTER TABLE comment ADD COLUMN points BIGINT NOT NULL DEFAULT 0;
ALTER TABLE comment ADD COLUMN reports BIGINT NOT NULL DEFAULT 0;
ALTER TABLE comment ADD COLUMN version BIGINT NOT NULL DEFAULT 0;
ALTER TABLE comment ADD COLUMN shown_version BIGINT;
"""
# Whether what is removed now was ever public, nobody knows any more: it is taken for that.
FILL = """
UPDATE comment SET version = (SELECT p.version FROM page AS p WHERE p.id = comment.page_id);
UPDATE comment SET shown_version = version WHERE status IN ('approved', 'removed');
"""
TABLES = """
CREATE TABLE vote (
    comment_id BIGINT NOT NULL REFERENCES comment (id) ON DELETE CASCADE,
    voter TEXT NOT NULL,
    address TEXT,
    value SMALLINT NOT NULL CHECK (value IN (-1, 1)),
    at BIGINT NOT NULL,
    PRIMARY KEY (comment_id, voter)
);
CREATE TABLE reaction (
    page_id BIGINT NOT NULL REFERENCES page (id) ON DELETE CASCADE,
    voter TEXT NOT NULL,
    address TEXT,
    reaction TEXT NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (page_id, voter)
);
CREATE TABLE report (
    id {id},
    comment_id BIGINT NOT NULL REFERENCES comment (id) ON DELETE CASCADE,
    reporter TEXT NOT NULL,
    address TEXT,
    reason TEXT NOT NULL,
    text TEXT NOT NULL,
    at BIGINT NOT NULL,
    closed_at BIGINT
);
"""
INDEXES = """
CREATE INDEX comment_top ON comment (page_id, points, created_at, id, status)
    WHERE parent_id IS NULL;
CREATE INDEX comment_changed ON comment (page_id, version) WHERE shown_version IS NOT NULL;
CREATE INDEX comment_reported ON comment (status, created_at, id, site_id) WHERE reports > 0;
CREATE UNIQUE INDEX vote_by_address ON vote (comment_id, address);
CREATE INDEX vote_to_forget ON vote (at) WHERE address IS NOT NULL;
CREATE UNIQUE INDEX reaction_by_address ON reaction (page_id, address);
CREATE INDEX reaction_to_forget ON reaction (at) WHERE address IS NOT NULL;
CREATE UNIQUE INDEX report_once ON report (comment_id, reporter);
CREATE INDEX report_open ON report (comment_id, at) WHERE closed_at IS NULL;
CREATE INDEX report_to_forget ON report (at) WHERE address IS NOT NULL;
"""


def upgrade() -> None:
    """Make what these need, and say of what is there that it is as its page is now."""
    run(COLUMNS, FILL, TABLES, INDEXES)
