"""Whence comments came: network addresses as hashes of their day, for a while, and in no answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from afterword.core.anonymity import DAY
from afterword.storage.store import Db, WriteDb

ADD = """
INSERT INTO sender (comment_id, site_id, address, network, at)
VALUES (:comment_id, :site_id, :address, :network, :now)
"""
OF = "SELECT address, network, at FROM sender WHERE comment_id = :comment_id"
FORGET_OF_SITE = "DELETE FROM sender WHERE site_id = :site_id AND at < :before"
FORGET = "DELETE FROM sender WHERE at < :before"
# In slow mode alone. The comment itself does not count where it is sent again.
LATEST = """
SELECT max(at) FROM (
    SELECT max(c.created_at) AS at FROM comment AS c
    WHERE c.site_id = :site_id AND c.author_key = :author_key AND c.page_id = :page_id
        AND c.created_at > :since AND c.origin_key <> :origin_key
    UNION ALL
    SELECT max(s.at) FROM sender AS s JOIN comment AS c ON c.id = s.comment_id
    WHERE s.site_id = :site_id AND s.address IN (:addresses) AND s.at > :since
        AND c.page_id = :page_id AND c.origin_key <> :origin_key
) AS latest
"""
# Within a day: each has a salt of its own.
ASKED_SINCE = """
SELECT count(*) FROM (
    SELECT 1 AS asked FROM sender AS own
    JOIN sender AS s ON s.site_id = own.site_id AND s.address = own.address AND s.at > :earliest
    JOIN outbox AS o ON o.comment_id = s.comment_id
    WHERE own.comment_id = :comment_id AND o.purpose = :purpose AND o.created_at > :since
    LIMIT :limit
) AS found
"""


@dataclass(frozen=True, slots=True)
class Sender:
    """Whence a comment came."""

    address: str
    network: str
    at: int
    """When: the salt of that day is in both."""


def add(db: WriteDb, comment_id: int, site_id: int, sender: Sender) -> None:
    """Keep whence a new comment came."""
    values = {"address": sender.address, "network": sender.network, "now": sender.at}
    db.later(ADD, {"comment_id": comment_id, "site_id": site_id, **values})


async def of(db: Db, comment_id: int) -> Sender | None:
    """Whence the comment came; None where nobody knows, or any more."""
    row = await db.fetch_one(OF, {"comment_id": comment_id})
    return Sender(*row) if row else None


async def latest(
    db: Db,
    site_id: int,
    page_id: int,
    *,
    author_key: str | None,
    addresses: Sequence[str],
    since: int,
    origin_key: str,
) -> int | None:
    """When this author, or somebody at one of the addresses, wrote on the page after `since`."""
    values = {"site_id": site_id, "page_id": page_id, "since": since, "origin_key": origin_key}
    who = {"author_key": author_key or "", "addresses": list(addresses)}
    row = await db.fetch_one(LATEST, {**values, **who})
    return row[0] if row else None


async def forget(db: WriteDb, before: int) -> None:
    """Keep nothing of whoever wrote before then."""
    await db.execute(FORGET, {"before": before})


async def asked_since(db: Db, comment_id: int, purpose: str, since: int, *, limit: int) -> int:
    """How many mails of this purpose went out since then because of comments from the same address."""
    values = {"comment_id": comment_id, "purpose": purpose, "since": since, "limit": limit}
    row = await db.fetch_one(ASKED_SINCE, {**values, "earliest": since - DAY})
    return row[0] if row else 0


async def forget_of_site(db: WriteDb, site_id: int, before: int) -> None:
    """The same on one site."""
    await db.execute(FORGET_OF_SITE, {"site_id": site_id, "before": before})
