"""What the learning filter of a site was taught, comment by comment, and what it counts by token.

The counts are always the sum of the comments whose `spam` is not null. Whoever teaches holds the
lock of the site (`lock`): two at once wait for each other, and nobody counts twice.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import msgspec

from afterword.core.classifier import Seen
from afterword.core.features import EVERY
from afterword.storage.store import Db, Row, WriteDb

LOCK = """
INSERT INTO learnt_token (site_id, token) VALUES (:site_id, :token)
ON CONFLICT (site_id, token) DO UPDATE SET good = learnt_token.good
"""
OF = """
SELECT comment_id, site_id, spam, lessons, tokens, author_key, at
FROM learnt_comment WHERE comment_id IN (:ids)
"""
PUT = """
INSERT INTO learnt_comment (comment_id, site_id, spam, lessons, tokens, author_key, at)
VALUES (:comment_id, :site_id, :spam, :lessons, :tokens, :author_key, :at)
ON CONFLICT (comment_id) DO UPDATE SET spam = excluded.spam, lessons = excluded.lessons,
    tokens = excluded.tokens, author_key = excluded.author_key, at = excluded.at
"""
DROP = "DELETE FROM learnt_comment WHERE comment_id IN (:ids)"
# A comment is one token of each kind at most, so what comes and goes is added up before.
ADD = """
INSERT INTO learnt_token (site_id, token, good, spam) VALUES (:site_id, :token, :good, :spam)
ON CONFLICT (site_id, token) DO UPDATE
SET good = learnt_token.good + excluded.good, spam = learnt_token.spam + excluded.spam
"""
CLEAR = """
DELETE FROM learnt_token WHERE site_id = :site_id AND token IN (:tokens) AND good = 0 AND spam = 0
"""
SEEN = "SELECT token, good, spam FROM learnt_token WHERE site_id = :site_id AND token IN (:tokens)"
OLDEST = """
SELECT comment_id, site_id, spam, lessons, tokens, author_key, at
FROM learnt_comment WHERE site_id = :site_id AND spam = :spam ORDER BY at, comment_id LIMIT :limit
"""
BY_AUTHORS = """
SELECT author_key, spam, count(*) FROM learnt_comment
WHERE site_id = :site_id AND author_key IN (:sources) AND spam IS NOT NULL
GROUP BY author_key, spam
"""
# As long as it is known whence they came: a network is a hash of its day.
BY_NETWORKS = """
SELECT s.network, l.spam, count(*)
FROM sender AS s JOIN learnt_comment AS l ON l.comment_id = s.comment_id
WHERE s.site_id = :site_id AND s.network IN (:sources) AND l.spam IS NOT NULL
GROUP BY s.network, l.spam
"""
NETWORKS = "SELECT comment_id, network FROM sender WHERE comment_id IN (:ids)"
LEANING = """
SELECT token, good, spam FROM learnt_token
WHERE site_id = :site_id AND good + spam > 2 ORDER BY spam - good {direction} LIMIT :limit
"""
TO_SPAM = LEANING.replace("{direction}", "DESC")
TO_GOOD = LEANING.replace("{direction}", "ASC")
ALL = "SELECT token, good, spam FROM learnt_token WHERE site_id = :site_id ORDER BY token"
RESET = (
    "DELETE FROM learnt_comment WHERE site_id = :site_id",
    "DELETE FROM learnt_token WHERE site_id = :site_id",
)

_CHUNK = 512
"""Values in one `IN`."""


@dataclass(frozen=True, slots=True)
class Lesson:
    """What was decided about a comment: spam or not, or (None) nothing that teaches."""

    audit_id: int
    spam: bool | None


@dataclass(frozen=True, slots=True)
class Learnt:
    """A comment from which the filter learns, or did."""

    comment_id: int
    site_id: int
    lessons: tuple[Lesson, ...]
    """The newest last; it counts."""
    tokens: tuple[str, ...]
    author_key: str | None
    at: int

    @property
    def spam(self) -> bool | None:
        """What is taught now."""
        return self.lessons[-1].spam


async def lock(db: WriteDb, site_ids: Iterable[int]) -> None:
    """Nobody else teaches these sites until the write is over."""
    for site_id in sorted(site_ids):
        await db.execute(LOCK, {"site_id": site_id, "token": EVERY})


async def of(db: Db, ids: Sequence[int]) -> dict[int, Learnt]:
    """What is known of these comments."""
    return {row[0]: _learnt(row) for row in await db.fetch_all(OF, {"ids": list(ids)})}


async def oldest(db: Db, site_id: int, limit: int, *, spam: bool) -> list[Learnt]:
    """Those of one kind that were learnt first."""
    values = {"site_id": site_id, "spam": int(spam), "limit": limit}
    return [_learnt(row) for row in await db.fetch_all(OLDEST, values)]


async def change(
    db: WriteDb, before: Mapping[int, Learnt], after: Mapping[int, Learnt | None]
) -> None:
    """Puts `after` in the place of `before`, by id of the comment, and makes the counts true again.

    None forgets a comment; one that is in `before` alone stays as it is.
    """
    gone = [comment_id for comment_id, learnt in after.items() if learnt is None]
    kept = [learnt for learnt in after.values() if learnt is not None]
    if gone:
        await db.execute(DROP, {"ids": gone})
    if kept:
        await db.execute_many(PUT, [_values(learnt) for learnt in kept])
    replaced = [before[comment_id] for comment_id in after if comment_id in before]
    await _count(db, replaced, kept)


async def by_source(
    db: Db, site_id: int, authors: Sequence[str], networks: Sequence[str]
) -> Counter[tuple[str, bool]]:
    """How many comments of each kind are learnt from these authors and networks."""
    found: Counter[tuple[str, bool]] = Counter()
    for sql, sources in ((BY_AUTHORS, authors), (BY_NETWORKS, networks)):
        values = {"site_id": site_id, "sources": list(sources)}
        for source, spam, count in await db.fetch_all(sql, values) if sources else ():
            found[source, bool(spam)] = count
    return found


async def networks(db: Db, ids: Sequence[int]) -> dict[int, str]:
    """Whence comments came, as a hash; not of those of long ago."""
    rows = await db.fetch_all(NETWORKS, {"ids": list(ids)})
    return dict(rows)


async def seen(db: Db, site_id: int, tokens: Sequence[str]) -> dict[str, Seen]:
    """The counts of these tokens, of those that were ever learnt."""
    values = {"site_id": site_id, "tokens": list(tokens)}
    return {token: Seen(good, spam) for token, good, spam in await db.fetch_all(SEEN, values)}


async def leaning(db: Db, site_id: int, limit: int, *, spam: bool) -> dict[str, Seen]:
    """The tokens that were in more comments of one kind than of the other, by how many."""
    sql = TO_SPAM if spam else TO_GOOD
    rows = await db.fetch_all(sql, {"site_id": site_id, "limit": limit})
    return {token: Seen(good, spam) for token, good, spam in rows}


async def everything(db: Db, site_id: int) -> dict[str, Seen]:
    """All counts of a site."""
    rows = await db.fetch_all(ALL, {"site_id": site_id})
    return {token: Seen(good, spam) for token, good, spam in rows}


async def reset(db: WriteDb, site_id: int) -> None:
    """The filter of this site knows nothing any more."""
    for sql in RESET:
        await db.execute(sql, {"site_id": site_id})


async def _count(db: WriteDb, gone: Iterable[Learnt], come: Iterable[Learnt]) -> None:
    change: Counter[tuple[int, str, bool]] = Counter()
    for learnts, step in ((gone, -1), (come, 1)):
        for learnt in learnts:
            if learnt.spam is not None:
                for token in learnt.tokens:
                    change[learnt.site_id, token, learnt.spam] += step
    keys = sorted({key[:2] for key, number in change.items() if number})
    if keys:
        await db.execute_many(ADD, [_addition(key, change) for key in keys])
    fewer = {key[:2] for key, number in change.items() if number < 0}
    for site_id in sorted({site_id for site_id, _ in fewer}):
        tokens = sorted(token for of_site, token in fewer if of_site == site_id)
        for start in range(0, len(tokens), _CHUNK):
            values = {"site_id": site_id, "tokens": tokens[start : start + _CHUNK]}
            await db.execute(CLEAR, values)


def _addition(
    key: tuple[int, str], change: Mapping[tuple[int, str, bool], int]
) -> dict[str, object]:
    good, spam = (change.get((*key, kind), 0) for kind in (False, True))
    return {"site_id": key[0], "token": key[1], "good": good, "spam": spam}


def _values(learnt: Learnt) -> dict[str, object]:
    lessons = [(each.audit_id, each.spam) for each in learnt.lessons]
    return {
        "comment_id": learnt.comment_id,
        "site_id": learnt.site_id,
        "spam": None if learnt.spam is None else int(learnt.spam),
        "lessons": msgspec.json.encode(lessons).decode(),
        "tokens": msgspec.json.encode(learnt.tokens).decode(),
        "author_key": learnt.author_key,
        "at": learnt.at,
    }


def _learnt(row: Row) -> Learnt:
    comment_id, site_id, _, lessons, tokens, author_key, at = row
    decided = msgspec.json.decode(lessons, type=list[tuple[int, bool | None]])
    taught = tuple(Lesson(*each) for each in decided)
    words = msgspec.json.decode(tokens, type=tuple[str, ...])
    return Learnt(comment_id, site_id, taught, words, author_key, at)
