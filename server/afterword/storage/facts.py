"""What has to be known before a new comment can be screened and stored, in one question."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from afterword.core.features import EVERY
from afterword.core.model import Page, Policy
from afterword.storage.pages import COLUMNS, page_of
from afterword.storage.store import Db

# Of the newest comments of each status only: on a page where everybody writes at once, a look at
# all of the last hour would cost more than the writing. What was removed is no duplicate.
NEWEST = 20
STATUSES = ("approved", "pending", "spam")
_SAME_TEXT = """
SELECT 1 FROM (
    SELECT source FROM comment
    WHERE page_id = p.id AND status = '{status}' AND created_at >= :since
    ORDER BY created_at DESC LIMIT {newest}
) AS {status} WHERE source = :source
"""
_DUPLICATE = "UNION ALL".join(
    _SAME_TEXT.replace("{status}", status).replace("{newest}", str(NEWEST)) for status in STATUSES
)
# Counted as far as a rule asks, so that a flood costs no more than its limit.
_ON_PAGE = """
(SELECT count(*) FROM (
    SELECT 1 FROM comment
    WHERE page_id = p.id AND status = '{status}' AND created_at > :minute_ago LIMIT :most_on_page
) AS recent_{status})
"""
_COUNT_ON_PAGE = " + ".join(_ON_PAGE.replace("{status}", status) for status in STATUSES)
LOOK_UP = (
    """
SELECT w.banned, w.lessons, w.surge, w.known, w.from_address, w.on_site,
    k.key, EXISTS ({duplicate}), {on_page}, {columns}
FROM (
    SELECT EXISTS (
        SELECT 1 FROM ban
        WHERE site_id = :site_id AND kind IN ('address', 'network')
            AND (ends_at IS NULL OR ends_at > :now)
        UNION ALL
        SELECT 1 FROM ban
        WHERE site_id = :site_id AND kind IN ('author', 'email', 'name') AND value IN (:writer)
            AND (ends_at IS NULL OR ends_at > :now)
    ) AS banned, (
        SELECT CASE WHEN good < spam THEN good ELSE spam END FROM learnt_token
        WHERE site_id = :site_id AND token = '{every}'
    ) AS lessons, EXISTS (
        SELECT 1 FROM surge WHERE site_id = :site_id AND began_at IS NOT NULL
    ) AS surge, EXISTS (
        SELECT 1 FROM comment
        WHERE site_id = :site_id AND author_key = :author_key AND status = 'approved'
        UNION ALL
        SELECT 1 FROM trusted_author WHERE site_id = :site_id AND author_key = :author_key
    ) AS known, (
        SELECT count(*) FROM (
            SELECT 1 FROM sender
            WHERE site_id = :site_id AND address IN (:addresses) AND at > :hour_ago
            LIMIT :most_from_address
        ) AS same
    ) AS from_address, (
        SELECT count(*) FROM (
            SELECT 1 FROM sender
            WHERE site_id = :site_id AND at > :minute_ago LIMIT :most_on_site
        ) AS others
    ) AS on_site
) AS w
LEFT JOIN page_key AS k ON k.site_id = :site_id AND k.key IN (:keys)
LEFT JOIN page AS p ON p.id = k.page_id
""".replace("{duplicate}", _DUPLICATE)
    .replace("{on_page}", _COUNT_ON_PAGE)
    .replace("{columns}", COLUMNS)
    .replace("{every}", EVERY)
)


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked of a draft."""

    site_id: int
    keys: Sequence[str]
    source: str
    author_key: str | None
    addresses: Sequence[str]
    """Hashes of the network address, one for each day of the last hour; none where nobody knows."""
    writer: Sequence[str]
    """What the writer may be banned by, as far as it is the same on each day."""
    duplicate_since: int
    hour_ago: int
    minute_ago: int
    now: int
    policy: Policy
    """Its rates say how far anything is counted."""


@dataclass(frozen=True, slots=True)
class Found:
    """The answer."""

    pages: Mapping[str, Page]
    """By key, of those keys that lead to one."""
    may_be_banned: bool
    """Whether any ban is to be looked at: by these values, or by a network address."""
    lessons: int
    """What the learning filter was taught of the kind that it was taught less of."""
    surge: bool
    """Whether a surge is on."""
    known_author: bool
    """Whether this author has an approved comment on the site, or is trusted there."""
    from_address: int
    on_site: int
    on_page: Mapping[int, int]
    """Comments of the last minute, by the id of each page."""
    duplicated_on: frozenset[int]
    """Ids of pages among whose newest comments is one with the same text."""


async def look_up(db: Db, asked: Question) -> Found:
    """What is known of a draft; of the last hour and minute, as many as the rates of the site."""
    policy = asked.policy
    values = {
        "site_id": asked.site_id,
        "keys": list(asked.keys),
        "author_key": asked.author_key or "",
        "addresses": list(asked.addresses),
        "source": asked.source,
        "since": asked.duplicate_since,
        "hour_ago": asked.hour_ago,
        "minute_ago": asked.minute_ago,
        "writer": list(asked.writer),
        "now": asked.now,
        "most_from_address": policy.address_rate,
        "most_on_page": policy.page_rate,
        "most_on_site": policy.site_rate,
    }
    rows = await db.fetch_all(LOOK_UP, values)
    banned, lessons, surge, known, from_address, on_site = rows[0][:6]
    leading = [(row[6], row[7], row[8], page_of(row[9:])) for row in rows if row[6] is not None]
    return Found(
        may_be_banned=bool(banned),
        lessons=lessons or 0,
        surge=bool(surge),
        pages={key: page for key, _, _, page in leading},
        known_author=bool(known),
        from_address=from_address,
        on_site=on_site,
        on_page={page.id: count for _, _, count, page in leading},
        duplicated_on=frozenset(page.id for _, is_there, _, page in leading if is_there),
    )
