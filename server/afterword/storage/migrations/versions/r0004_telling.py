"""What telling people stands on: events, the outbox, addresses that consented, webhooks, known readers."""

from __future__ import annotations

from afterword.storage.migrations import run

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

# What a comment shows of a reader whom the site knows: an address that was confirmed, and what the
# site's own sign-in says. `notices` is how much a member wants to hear of a site; `via` says of an act
# that a link in a mail led to it; an invitation may go to an address by mail; to a
# member whose mails come back none go but those that they ask for.
COLUMNS = """
ALTER TABLE comment ADD COLUMN verified SMALLINT NOT NULL DEFAULT 0;
ALTER TABLE comment ADD COLUMN author_role TEXT;
ALTER TABLE comment ADD COLUMN author_avatar TEXT;
ALTER TABLE membership ADD COLUMN notices TEXT NOT NULL DEFAULT 'waiting'
    CHECK (notices IN ('none', 'waiting', 'all', 'hourly', 'daily'));
ALTER TABLE api_token ADD COLUMN feed SMALLINT NOT NULL DEFAULT 0;
ALTER TABLE audit ADD COLUMN via TEXT;
ALTER TABLE invitation ADD COLUMN email TEXT;
ALTER TABLE member ADD COLUMN bounced_at BIGINT;
"""
# An event is written with what it tells of, by the statement that changes the comment: no way around
# it. It is spread once, into one row of the outbox for each who is to hear of it; `once` keeps anybody
# from being told the same thing twice. An address is a row of its own, found by a keyed hash, so that
# it can be forgotten while the wish to be left alone is kept. `telling` holds of which comments readers
# were told, once and for all, and while it goes on up to which mailbox.
TABLES = """
CREATE TABLE event (
    id {id},
    site_id BIGINT NOT NULL REFERENCES site (id) ON DELETE CASCADE,
    comment_id BIGINT REFERENCES comment (id) ON DELETE CASCADE,
    kind TEXT NOT NULL,
    status TEXT,
    data TEXT NOT NULL DEFAULT '{}',
    by_member BIGINT REFERENCES member (id) ON DELETE SET NULL,
    at BIGINT NOT NULL,
    spread_at BIGINT
);
CREATE TABLE mailbox (
    id {id},
    email TEXT,
    key TEXT NOT NULL UNIQUE,
    lang TEXT,
    created_at BIGINT NOT NULL,
    asked_at BIGINT,
    confirmed_at BIGINT,
    refused_at BIGINT,
    bounced_at BIGINT
);
CREATE TABLE mailbox_device (
    mailbox_id BIGINT NOT NULL REFERENCES mailbox (id) ON DELETE CASCADE,
    site_id BIGINT NOT NULL REFERENCES site (id) ON DELETE CASCADE,
    author_key TEXT NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (mailbox_id, site_id, author_key)
);
CREATE TABLE mailbox_silence (
    mailbox_id BIGINT NOT NULL REFERENCES mailbox (id) ON DELETE CASCADE,
    site_id BIGINT NOT NULL REFERENCES site (id) ON DELETE CASCADE,
    at BIGINT NOT NULL,
    PRIMARY KEY (mailbox_id, site_id)
);
CREATE TABLE subscription (
    id {id},
    mailbox_id BIGINT NOT NULL REFERENCES mailbox (id) ON DELETE CASCADE,
    site_id BIGINT NOT NULL REFERENCES site (id) ON DELETE CASCADE,
    page_id BIGINT NOT NULL REFERENCES page (id) ON DELETE CASCADE,
    comment_id BIGINT REFERENCES comment (id) ON DELETE CASCADE,
    author_key TEXT,
    lang TEXT,
    created_at BIGINT NOT NULL,
    confirmed_at BIGINT,
    ended_at BIGINT
);
CREATE TABLE telling (
    comment_id BIGINT NOT NULL PRIMARY KEY REFERENCES comment (id) ON DELETE CASCADE,
    begun_at BIGINT NOT NULL,
    after_id BIGINT
);
CREATE TABLE webhook (
    id {id},
    site_id BIGINT REFERENCES site (id) ON DELETE CASCADE,
    url TEXT NOT NULL,
    template TEXT NOT NULL,
    events TEXT NOT NULL,
    seed TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    paused_at BIGINT,
    paused_why TEXT CHECK (paused_why IN ('hand', 'gone', 'failing')),
    failures BIGINT NOT NULL DEFAULT 0,
    failing_since BIGINT,
    rests_until BIGINT NOT NULL DEFAULT 0
);
CREATE TABLE outbox (
    id {id},
    channel TEXT NOT NULL CHECK (channel IN ('mail', 'webhook')),
    purpose TEXT NOT NULL,
    once TEXT UNIQUE,
    site_id BIGINT REFERENCES site (id) ON DELETE CASCADE,
    comment_id BIGINT REFERENCES comment (id) ON DELETE CASCADE,
    mailbox_id BIGINT REFERENCES mailbox (id) ON DELETE CASCADE,
    member_id BIGINT REFERENCES member (id) ON DELETE CASCADE,
    webhook_id BIGINT REFERENCES webhook (id) ON DELETE CASCADE,
    event_id BIGINT REFERENCES event (id) ON DELETE SET NULL,
    data TEXT NOT NULL DEFAULT '{}',
    message_id TEXT NOT NULL UNIQUE,
    created_at BIGINT NOT NULL,
    due_at BIGINT NOT NULL,
    tries BIGINT NOT NULL DEFAULT 0,
    state TEXT NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'sent', 'dropped', 'failed')),
    settled_at BIGINT
);
CREATE TABLE delivery_try (
    id {id},
    outbox_id BIGINT NOT NULL REFERENCES outbox (id) ON DELETE CASCADE,
    at BIGINT NOT NULL,
    sent SMALLINT NOT NULL,
    answer TEXT NOT NULL
);
CREATE TABLE lease (
    name TEXT NOT NULL PRIMARY KEY,
    holder TEXT NOT NULL,
    ends_at BIGINT NOT NULL
);
CREATE TABLE sign_in_provider (
    id {id},
    site_id BIGINT NOT NULL REFERENCES site (id) ON DELETE CASCADE,
    kind TEXT NOT NULL CHECK (kind IN ('token', 'oidc')),
    name TEXT NOT NULL,
    issuer TEXT NOT NULL,
    audience TEXT NOT NULL,
    algorithm TEXT NOT NULL DEFAULT '',
    key TEXT NOT NULL DEFAULT '',
    created_at BIGINT NOT NULL
);
CREATE TABLE reader (
    id {id},
    site_id BIGINT NOT NULL REFERENCES site (id) ON DELETE CASCADE,
    author_key TEXT NOT NULL,
    mailbox_id BIGINT REFERENCES mailbox (id) ON DELETE SET NULL,
    provider_id BIGINT REFERENCES sign_in_provider (id) ON DELETE CASCADE,
    name TEXT NOT NULL DEFAULT '',
    website TEXT,
    avatar TEXT,
    role TEXT,
    created_at BIGINT NOT NULL,
    seen_at BIGINT NOT NULL,
    UNIQUE (site_id, author_key)
);
CREATE TABLE reader_code (
    ticket_hash TEXT NOT NULL PRIMARY KEY,
    site_id BIGINT REFERENCES site (id) ON DELETE CASCADE,
    mailbox_id BIGINT NOT NULL REFERENCES mailbox (id) ON DELETE CASCADE,
    author_key TEXT,
    seed TEXT NOT NULL UNIQUE,
    mailed SMALLINT NOT NULL,
    tries BIGINT NOT NULL DEFAULT 0,
    created_at BIGINT NOT NULL,
    ends_at BIGINT NOT NULL
);
CREATE TABLE own_session (
    token_hash TEXT NOT NULL PRIMARY KEY,
    mailbox_id BIGINT REFERENCES mailbox (id) ON DELETE CASCADE,
    site_id BIGINT REFERENCES site (id) ON DELETE CASCADE,
    author_key TEXT,
    csrf TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    ends_at BIGINT NOT NULL,
    CHECK ((mailbox_id IS NULL) = (author_key IS NOT NULL)),
    CHECK ((site_id IS NULL) = (author_key IS NULL))
);
CREATE TABLE reader_session (
    token_hash TEXT NOT NULL PRIMARY KEY,
    reader_id BIGINT NOT NULL REFERENCES reader (id) ON DELETE CASCADE,
    agent TEXT NOT NULL DEFAULT '',
    created_at BIGINT NOT NULL,
    seen_at BIGINT NOT NULL,
    ends_at BIGINT NOT NULL
);
"""
INDEXES = """
DROP INDEX comment_children;
CREATE INDEX comment_children ON comment (parent_id, created_at) WHERE parent_id IS NOT NULL;
CREATE INDEX event_to_spread ON event (id) WHERE spread_at IS NULL;
CREATE INDEX event_by_site ON event (site_id, id);
CREATE INDEX event_by_comment ON event (comment_id) WHERE comment_id IS NOT NULL;
CREATE INDEX event_by_time ON event (at);
CREATE UNIQUE INDEX subscription_once ON subscription (mailbox_id, page_id, coalesce(comment_id, 0));
CREATE INDEX subscription_by_page ON subscription (page_id, comment_id, mailbox_id);
CREATE INDEX subscription_by_comment ON subscription (comment_id, mailbox_id)
    WHERE comment_id IS NOT NULL;
CREATE INDEX subscription_to_forget ON subscription (created_at) WHERE confirmed_at IS NULL;
CREATE INDEX telling_on ON telling (comment_id) WHERE after_id IS NOT NULL;
CREATE INDEX subscription_by_site ON subscription (site_id);
CREATE INDEX mailbox_device_by_site ON mailbox_device (site_id);
CREATE INDEX mailbox_silence_by_site ON mailbox_silence (site_id);
CREATE INDEX mailbox_to_forget ON mailbox (created_at) WHERE confirmed_at IS NULL;
CREATE INDEX outbox_due ON outbox (channel, due_at, id) WHERE state = 'waiting';
CREATE INDEX outbox_by_state ON outbox (state, id);
CREATE INDEX outbox_by_site ON outbox (site_id, id);
CREATE INDEX outbox_by_comment ON outbox (comment_id) WHERE comment_id IS NOT NULL;
CREATE INDEX outbox_by_mailbox ON outbox (mailbox_id) WHERE mailbox_id IS NOT NULL;
CREATE INDEX outbox_by_member ON outbox (member_id, id) WHERE member_id IS NOT NULL;
CREATE INDEX outbox_due_webhook ON outbox (webhook_id, due_at, id)
    WHERE state = 'waiting' AND webhook_id IS NOT NULL;
CREATE INDEX outbox_by_webhook ON outbox (webhook_id, id) WHERE webhook_id IS NOT NULL;
CREATE INDEX outbox_by_event ON outbox (event_id) WHERE event_id IS NOT NULL;
CREATE INDEX outbox_settled ON outbox (settled_at) WHERE settled_at IS NOT NULL;
CREATE INDEX delivery_try_by_outbox ON delivery_try (outbox_id, id);
CREATE INDEX webhook_by_site ON webhook (site_id);
CREATE INDEX sign_in_provider_by_site ON sign_in_provider (site_id);
CREATE INDEX reader_by_mailbox ON reader (mailbox_id) WHERE mailbox_id IS NOT NULL;
CREATE INDEX reader_by_provider ON reader (provider_id) WHERE provider_id IS NOT NULL;
CREATE INDEX reader_code_by_mailbox ON reader_code (mailbox_id, created_at);
CREATE INDEX reader_code_by_site ON reader_code (site_id) WHERE site_id IS NOT NULL;
CREATE INDEX reader_code_to_forget ON reader_code (created_at);
CREATE INDEX own_session_by_mailbox ON own_session (mailbox_id) WHERE mailbox_id IS NOT NULL;
CREATE INDEX own_session_by_reader ON own_session (site_id, author_key) WHERE site_id IS NOT NULL;
CREATE INDEX own_session_to_forget ON own_session (ends_at);
CREATE INDEX reader_session_by_reader ON reader_session (reader_id);
CREATE INDEX reader_session_to_forget ON reader_session (ends_at);
"""


def upgrade() -> None:
    """Make all of it; what is there keeps its meaning."""
    run(COLUMNS, TABLES, INDEXES)
