"""What moderating stands on: senders, bans, trust, learning, proof of work, surges, invitations, keys."""

from __future__ import annotations

from afterword.storage.migrations import run

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

# `opened_at` is when a page was last opened by hand: from then its days count until it closes by
# itself. `slow` is seconds between two comments of one author. `totp_step` is the last 30 seconds
# whose code was used, so that none is used twice. A page that was merged into another stays as an
# empty row that names it. Who knows a page as it was before `reload_version` has to read it anew:
# comments have come to it or left it together.
COLUMNS = """
ALTER TABLE page ADD COLUMN slow BIGINT NOT NULL DEFAULT 0;
ALTER TABLE page ADD COLUMN opened_at BIGINT;
ALTER TABLE page ADD COLUMN merged_into BIGINT REFERENCES page (id) ON DELETE CASCADE;
ALTER TABLE page ADD COLUMN reload_version BIGINT NOT NULL DEFAULT 0;
ALTER TABLE member ADD COLUMN totp_key TEXT;
ALTER TABLE member ADD COLUMN totp_step BIGINT NOT NULL DEFAULT 0;
ALTER TABLE session ADD COLUMN confirmed_at BIGINT;
"""
# `sender` holds the network address of whoever wrote a comment, hashed with the day's salt, apart
# from the comment and only for a while. A ban keeps the hash and its day. `moved_comment` is what undo
# needs of an act that led top-level comments from that page to another. Of what the
# learning filter was taught, `lessons` are the decisions about a comment, so that an undone one gives
# way to the one before; `spam` is null where nothing is taught.
TABLES = """
CREATE TABLE sender (
    comment_id BIGINT NOT NULL PRIMARY KEY REFERENCES comment (id) ON DELETE CASCADE,
    site_id BIGINT NOT NULL REFERENCES site (id) ON DELETE CASCADE,
    address TEXT NOT NULL,
    network TEXT NOT NULL,
    at BIGINT NOT NULL
);
CREATE TABLE ban (
    id {id},
    site_id BIGINT NOT NULL REFERENCES site (id) ON DELETE CASCADE,
    kind TEXT NOT NULL CHECK (kind IN ('author', 'email', 'address', 'network', 'name')),
    value TEXT NOT NULL,
    label TEXT NOT NULL,
    reason TEXT NOT NULL DEFAULT '',
    shadow SMALLINT NOT NULL DEFAULT 0,
    salted_at BIGINT,
    created_at BIGINT NOT NULL,
    ends_at BIGINT,
    member_id BIGINT REFERENCES member (id) ON DELETE SET NULL
);
CREATE TABLE trusted_author (
    site_id BIGINT NOT NULL REFERENCES site (id) ON DELETE CASCADE,
    author_key TEXT NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (site_id, author_key)
);
CREATE TABLE moved_comment (
    audit_id BIGINT NOT NULL REFERENCES audit (id) ON DELETE CASCADE,
    page_id BIGINT NOT NULL REFERENCES page (id) ON DELETE CASCADE,
    comment_id BIGINT NOT NULL REFERENCES comment (id) ON DELETE CASCADE,
    PRIMARY KEY (audit_id, page_id, comment_id)
);
CREATE TABLE learnt_comment (
    comment_id BIGINT NOT NULL PRIMARY KEY REFERENCES comment (id) ON DELETE CASCADE,
    site_id BIGINT NOT NULL REFERENCES site (id) ON DELETE CASCADE,
    spam SMALLINT,
    lessons TEXT NOT NULL,
    tokens TEXT NOT NULL,
    author_key TEXT,
    at BIGINT NOT NULL
);
CREATE TABLE learnt_token (
    site_id BIGINT NOT NULL REFERENCES site (id) ON DELETE CASCADE,
    token TEXT NOT NULL,
    good BIGINT NOT NULL DEFAULT 0,
    spam BIGINT NOT NULL DEFAULT 0,
    PRIMARY KEY (site_id, token)
);
CREATE TABLE spent_token (
    token TEXT NOT NULL PRIMARY KEY,
    ends_at BIGINT NOT NULL
);
CREATE TABLE surge (
    site_id BIGINT NOT NULL PRIMARY KEY REFERENCES site (id) ON DELETE CASCADE,
    at BIGINT NOT NULL,
    recent DOUBLE PRECISION NOT NULL DEFAULT 0,
    usual DOUBLE PRECISION NOT NULL DEFAULT 0,
    began_at BIGINT,
    by_hand SMALLINT NOT NULL DEFAULT 0,
    swept SMALLINT NOT NULL DEFAULT 0,
    told_at BIGINT,
    rest_until BIGINT NOT NULL DEFAULT 0
);
CREATE TABLE invitation (
    id {id},
    token_hash TEXT NOT NULL UNIQUE,
    kind TEXT NOT NULL CHECK (kind IN ('member', 'password')),
    member_id BIGINT REFERENCES member (id) ON DELETE CASCADE,
    site_id BIGINT REFERENCES site (id) ON DELETE CASCADE,
    role TEXT,
    label TEXT NOT NULL DEFAULT '',
    invited_by BIGINT REFERENCES member (id) ON DELETE SET NULL,
    created_at BIGINT NOT NULL,
    ends_at BIGINT NOT NULL,
    used_at BIGINT
);
CREATE TABLE recovery_code (
    member_id BIGINT NOT NULL REFERENCES member (id) ON DELETE CASCADE,
    code_hash TEXT NOT NULL,
    used_at BIGINT,
    PRIMARY KEY (member_id, code_hash)
);
CREATE TABLE api_token (
    id {id},
    member_id BIGINT NOT NULL REFERENCES member (id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    token_hash TEXT NOT NULL UNIQUE,
    role TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    seen_at BIGINT,
    ends_at BIGINT NOT NULL,
    ended_at BIGINT
);
"""
# What is pinned stands before all others and not in its own place: the indexes know it.
INDEXES = """
DROP INDEX comment_roots;
DROP INDEX comment_top;
CREATE INDEX comment_roots ON comment (page_id, created_at, id, status, pinned)
    WHERE parent_id IS NULL;
CREATE INDEX comment_top ON comment (page_id, points, created_at, id, status, pinned)
    WHERE parent_id IS NULL;
CREATE INDEX comment_pinned ON comment (page_id, created_at) WHERE pinned = 1;
CREATE INDEX comment_by_score ON comment (status, score, created_at, id, site_id)
    WHERE status IN ('pending', 'spam');
CREATE INDEX comment_most_reported ON comment (status, reports, created_at, id, site_id)
    WHERE reports > 0;
CREATE INDEX comment_of_author ON comment (site_id, author_key, created_at, id, status)
    WHERE author_key IS NOT NULL;
CREATE INDEX page_recent ON page (site_id, changed_at, id) WHERE merged_into IS NULL;
CREATE INDEX page_closed ON page (changed_at, id, site_id) WHERE closed > 0;
CREATE INDEX page_merged ON page (merged_into) WHERE merged_into IS NOT NULL;
CREATE INDEX contact_by_email ON contact (lower(email));
CREATE INDEX moved_comment_by_comment ON moved_comment (comment_id);
CREATE INDEX moved_comment_by_page ON moved_comment (page_id);
CREATE INDEX sender_by_address ON sender (site_id, address, at);
CREATE INDEX sender_by_site ON sender (site_id, at);
CREATE INDEX sender_by_network ON sender (site_id, network, comment_id);
CREATE INDEX sender_to_forget ON sender (at);
CREATE INDEX ban_by_value ON ban (site_id, kind, value);
CREATE INDEX ban_by_site ON ban (site_id, id);
CREATE INDEX ban_to_forget ON ban (ends_at) WHERE ends_at IS NOT NULL;
CREATE INDEX page_to_close ON page (site_id, coalesce(opened_at, created_at)) WHERE closed = 0;
CREATE INDEX learnt_by_author ON learnt_comment (site_id, author_key, spam) WHERE author_key IS NOT NULL;
CREATE INDEX learnt_by_age ON learnt_comment (site_id, spam, at, comment_id);
CREATE INDEX learnt_token_by_lean ON learnt_token (site_id, (spam - good)) WHERE good + spam > 2;
CREATE INDEX spent_token_to_forget ON spent_token (ends_at);
CREATE INDEX audit_by_site ON audit (site_id, id);
CREATE INDEX comment_by_day ON comment (site_id, status, created_at, page_id);
CREATE INDEX audit_by_act ON audit (act, id);
CREATE INDEX audit_by_time ON audit (at, id);
CREATE INDEX api_token_by_member ON api_token (member_id);
"""


def upgrade() -> None:
    """Make all of it; what is there keeps its meaning."""
    run(COLUMNS, TABLES, INDEXES)
