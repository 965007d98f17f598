"""Sites, pages, comments, and the people of the dashboard."""

from __future__ import annotations

from afterword.storage.migrations import run

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

TABLES = """
CREATE TABLE site (
    id {id},
    name TEXT NOT NULL UNIQUE,
    policy TEXT NOT NULL,
    version BIGINT NOT NULL DEFAULT 1,
    changed_at BIGINT NOT NULL
);
CREATE TABLE site_origin (
    origin TEXT NOT NULL PRIMARY KEY,
    site_id BIGINT NOT NULL REFERENCES site (id) ON DELETE CASCADE
);
CREATE TABLE page (
    id {id},
    site_id BIGINT NOT NULL REFERENCES site (id) ON DELETE CASCADE,
    url TEXT NOT NULL,
    title TEXT NOT NULL,
    closed SMALLINT NOT NULL DEFAULT 0,
    note TEXT NOT NULL DEFAULT '',
    version BIGINT NOT NULL DEFAULT 0,
    changed_at BIGINT NOT NULL,
    comment_count BIGINT NOT NULL DEFAULT 0,
    created_at BIGINT NOT NULL
);
CREATE TABLE page_key (
    site_id BIGINT NOT NULL REFERENCES site (id) ON DELETE CASCADE,
    key TEXT NOT NULL,
    page_id BIGINT NOT NULL REFERENCES page (id) ON DELETE CASCADE,
    PRIMARY KEY (site_id, key)
);
CREATE TABLE member (
    id {id},
    name TEXT NOT NULL,
    name_skeleton TEXT NOT NULL,
    email TEXT NOT NULL,
    password_hash TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    disabled_at BIGINT
);
CREATE TABLE membership (
    member_id BIGINT NOT NULL REFERENCES member (id) ON DELETE CASCADE,
    site_id BIGINT REFERENCES site (id) ON DELETE CASCADE,
    role TEXT NOT NULL CHECK (role IN ('viewer', 'moderator', 'owner'))
);
CREATE TABLE comment (
    id {id},
    site_id BIGINT NOT NULL REFERENCES site (id) ON DELETE CASCADE,
    page_id BIGINT NOT NULL REFERENCES page (id) ON DELETE CASCADE,
    parent_id BIGINT REFERENCES comment (id) ON DELETE CASCADE,
    root_id BIGINT REFERENCES comment (id) ON DELETE CASCADE,
    status TEXT NOT NULL CHECK (status IN ('approved', 'pending', 'spam', 'removed')),
    author_name TEXT NOT NULL,
    website TEXT,
    author_key TEXT,
    member_id BIGINT REFERENCES member (id) ON DELETE SET NULL,
    source TEXT NOT NULL,
    tree TEXT NOT NULL,
    tree_version BIGINT NOT NULL,
    origin_key TEXT NOT NULL,
    score DOUBLE PRECISION NOT NULL DEFAULT 0,
    pinned SMALLINT NOT NULL DEFAULT 0,
    created_at BIGINT NOT NULL,
    edited_at BIGINT,
    removed_at BIGINT,
    CHECK ((parent_id IS NULL) = (root_id IS NULL))
);
CREATE TABLE contact (
    comment_id BIGINT NOT NULL PRIMARY KEY REFERENCES comment (id) ON DELETE CASCADE,
    email TEXT NOT NULL,
    wants_replies SMALLINT NOT NULL DEFAULT 0,
    confirmed_at BIGINT
);
CREATE TABLE verdict (
    comment_id BIGINT NOT NULL PRIMARY KEY REFERENCES comment (id) ON DELETE CASCADE,
    outcome TEXT NOT NULL,
    reasons TEXT NOT NULL,
    at BIGINT NOT NULL
);
CREATE TABLE edit (
    id {id},
    comment_id BIGINT NOT NULL REFERENCES comment (id) ON DELETE CASCADE,
    source TEXT NOT NULL,
    edited_at BIGINT NOT NULL,
    by_member BIGINT REFERENCES member (id) ON DELETE SET NULL
);
CREATE TABLE session (
    id {id},
    member_id BIGINT NOT NULL REFERENCES member (id) ON DELETE CASCADE,
    token_hash TEXT NOT NULL UNIQUE,
    csrf TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    seen_at BIGINT NOT NULL,
    ended_at BIGINT,
    agent TEXT NOT NULL
);
CREATE TABLE setup_link (
    token_hash TEXT NOT NULL PRIMARY KEY,
    created_at BIGINT NOT NULL
);
CREATE TABLE sign_in_failure (
    subject TEXT NOT NULL,
    at BIGINT NOT NULL
);
CREATE TABLE audit (
    id {id},
    at BIGINT NOT NULL,
    member_id BIGINT REFERENCES member (id) ON DELETE SET NULL,
    act TEXT NOT NULL,
    site_id BIGINT REFERENCES site (id) ON DELETE SET NULL,
    subject TEXT NOT NULL,
    before TEXT NOT NULL,
    after TEXT NOT NULL,
    undone_at BIGINT
);
"""

# Those that reading a thread and the queue use are partial, so that each is too narrow to be chosen
# for another question: an index over the status of all comments makes SQLite read a page of 200
# thousand comments in 133 ms, not 0.7. The last columns save looking up the rows that are only
# counted or passed over.
INDEXES = """
CREATE INDEX site_origin_by_site ON site_origin (site_id, origin);
CREATE INDEX page_by_site ON page (site_id);
CREATE INDEX page_by_change ON page (changed_at);
CREATE INDEX page_key_by_page ON page_key (page_id);
CREATE UNIQUE INDEX member_by_email ON member (lower(email));
CREATE UNIQUE INDEX membership_once ON membership (member_id, coalesce(site_id, 0));
CREATE INDEX membership_by_site ON membership (site_id);
CREATE INDEX comment_roots ON comment (page_id, created_at, id, status) WHERE parent_id IS NULL;
CREATE INDEX comment_replies ON comment (root_id, created_at, id, status)
    WHERE root_id IS NOT NULL;
CREATE INDEX comment_children ON comment (parent_id) WHERE parent_id IS NOT NULL;
CREATE INDEX comment_queue ON comment (status, created_at, id, site_id)
    WHERE status IN ('pending', 'spam');
CREATE INDEX comment_approved ON comment (created_at, id, site_id) WHERE status = 'approved';
CREATE INDEX comment_removed ON comment (created_at, id, site_id) WHERE status = 'removed';
CREATE INDEX comment_by_page ON comment (page_id, status, created_at);
CREATE INDEX comment_by_author ON comment (site_id, author_key, status)
    WHERE author_key IS NOT NULL;
CREATE INDEX comment_to_scrub ON comment (removed_at) WHERE removed_at IS NOT NULL;
CREATE UNIQUE INDEX comment_by_origin ON comment (site_id, origin_key);
CREATE INDEX edit_by_comment ON edit (comment_id);
CREATE INDEX session_by_member ON session (member_id);
CREATE INDEX sign_in_failure_by_subject ON sign_in_failure (subject, at);
CREATE INDEX audit_by_member ON audit (member_id, id);
"""


def upgrade() -> None:
    """Make every table and index of the first release."""
    run(TABLES, INDEXES)
