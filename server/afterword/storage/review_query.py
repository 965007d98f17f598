"""The questions of the queue as text: which tab, what else a comment has to be, in which order.

What an index answers costs as much as it finds. What has to be looked for in texts (`is_scanned`) is
looked for in a stretch of the tab whose end is asked for first.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from afterword.core.model import QueueOrder, Tab

Spot = tuple[float, int, int]
"""A place in the queue: rank (0 in the order of time), created_at, id."""
Since = tuple[int, int]
"""The last comment and the last report that somebody has seen: what is newer came after."""

# In the words of the partial indexes, or SQLite does not see that one of them answers.
CONDITIONS = {
    Tab.PENDING: "c.status IN ('pending', 'spam') AND c.status = 'pending'",
    Tab.REPORTED: "c.reports > 0 AND c.status = 'approved'",
    Tab.SPAM: "c.status IN ('pending', 'spam') AND c.status = 'spam'",
    Tab.APPROVED: "c.status = 'approved'",
    Tab.REMOVED: "c.status = 'removed'",
}
# The plus and the empty text keep SQLite from another index than the one that is meant.
SITES = "+c.site_id IN (:site_ids)"
PAGE = "c.page_id = :page_id"
PAGE_OF_FEW = "+c.page_id = :page_id"
AUTHOR = "c.site_id = :author_site AND c.author_key = :author_key"
SINCE = "c.created_at >= :since"
NEW = "+c.id > :seen_comment"
NEWLY_REPORTED = """EXISTS (
    SELECT 1 FROM report AS r
    WHERE r.comment_id = c.id AND r.closed_at IS NULL AND r.id > :seen_report
)"""
UP_TO = "+c.id <= :up_to"
# A lookup of one value, not EXISTS: PostgreSQL would read the whole other table instead.
RULE = r"(SELECT v.reasons FROM verdict AS v WHERE v.comment_id = c.id) LIKE :rule ESCAPE '\'"
LINKS = """c.tree LIKE '%["a",%'"""
# lower() and LIKE know the case of ASCII letters alone on SQLite: `spellings` has the other ways.
WORDS = r"""(
    lower(c.source) LIKE :{n} ESCAPE '\' OR lower(c.author_name) LIKE :{n} ESCAPE '\'
    OR (SELECT lower(q.title) FROM page AS q WHERE q.id = c.page_id) LIKE :{n} ESCAPE '\'
)"""
EMAIL = "(SELECT lower(k.email) FROM contact AS k WHERE k.comment_id = c.id) = :email"
EMAIL_ON_SITES = "(c.site_id IN (:email_sites) AND {email})".replace("{email}", EMAIL)

_RANK: dict[QueueOrder, str] = {
    "oldest": "0",
    "newest": "0",
    "reports": "c.reports",
    "score": "c.score",
}
_BY: dict[QueueOrder, str] = {
    "oldest": "c.created_at, c.id",
    "newest": "c.created_at DESC, c.id DESC",
    "reports": "c.reports DESC, c.created_at DESC, c.id DESC",
    "score": "c.score DESC, c.created_at DESC, c.id DESC",
}
_AFTER: dict[QueueOrder, str] = {
    "oldest": "(c.created_at, c.id) > (:after_at, :after_id)",
    "newest": "(c.created_at, c.id) < (:after_at, :after_id)",
    "reports": "(c.reports, c.created_at, c.id) < (:after_rank, :after_at, :after_id)",
    "score": "(c.score, c.created_at, c.id) < (:after_rank, :after_at, :after_id)",
}
_UNTIL = {
    order: text.replace(":after_", ":until_").replace(") <", ") >=").replace(") > ", ") <= ")
    for order, text in _AFTER.items()
}
FIND = """
SELECT {rank}, c.created_at, c.id FROM comment AS c
WHERE {conditions} ORDER BY {by} LIMIT :limit
"""
REACH = FIND.replace("LIMIT :limit", "LIMIT 1 OFFSET :depth")
COUNT_NEW = """
WITH fresh AS (SELECT id FROM comment WHERE id > :seen_comment ORDER BY id LIMIT :limit)
SELECT count(*) FROM fresh CROSS JOIN comment AS c WHERE c.id = fresh.id AND {conditions}
"""
COUNT_NEWLY_REPORTED = """
WITH fresh AS (
    SELECT DISTINCT comment_id AS id FROM (
        SELECT comment_id FROM report WHERE id > :seen_report AND closed_at IS NULL
        ORDER BY id LIMIT :limit
    ) AS latest
)
SELECT count(*) FROM fresh CROSS JOIN comment AS c WHERE c.id = fresh.id AND {conditions}
"""

_RANKS: dict[QueueOrder, type[int] | type[float]] = {"reports": int, "score": float}
_END = 2**62
_FIRST: dict[QueueOrder, Spot] = {
    "oldest": (0, -_END, 0),
    "newest": (0, _END, 0),
    "reports": (_END, _END, 0),
    "score": (_END, _END, 0),
}


@dataclass(frozen=True, slots=True)
class Wanted:
    """A tab, and what else its comments have to be; what is None or False asks for nothing."""

    tab: Tab
    site_ids: Sequence[int] | None = None
    """None for every site."""
    page_id: int | None = None
    author: tuple[int, str] | None = None
    """Site and author key."""
    since: int | None = None
    newer: Since | None = None
    up_to: int | None = None
    """The highest id."""
    rule: str | None = None
    """One that is among the reasons."""
    links: bool = False
    """Has at least one."""
    text: str | None = None
    """Stands in the text, the author's name or the page's title, literally, whatever its case."""
    email: str | None = None
    """Also found by this whole address, whatever its case."""
    email_sites: Sequence[int] | None = None
    """Only there; None for every site."""

    @property
    def is_scanned(self) -> bool:
        """Whether texts have to be looked through, which no index does."""
        return bool(self.text or self.rule or self.links)


def find_text(wanted: Wanted, order: QueueOrder, *, until: bool) -> str:
    """The query for the places of what is wanted, `until` a place where there is one."""
    ends = [_UNTIL[order]] if until else []
    return _text(FIND, order, [*_indexed(wanted), _AFTER[order], *ends, *_scanned(wanted)])


def reach_text(wanted: Wanted, order: QueueOrder) -> str:
    """The query for the place at which a stretch of so many comments ends."""
    return _text(REACH, order, [*_indexed(wanted), _AFTER[order]])


def new_text(wanted: Wanted) -> str:
    """The query for the number of those that came after what was seen."""
    counted = COUNT_NEWLY_REPORTED if wanted.tab is Tab.REPORTED else COUNT_NEW
    # What came after is found by its id; no other index has a say.
    conditions = [CONDITIONS[wanted.tab], *_of_place(wanted, PAGE), *_scanned(wanted)]
    return counted.replace("{conditions}", " AND ".join(conditions))


def values(wanted: Wanted) -> dict[str, object]:
    """The values of the conditions in these queries."""
    seen_comment, seen_report = wanted.newer or (None, None)
    author_site, author_key = wanted.author or (None, None)
    found: dict[str, object] = {
        "site_ids": wanted.site_ids,
        "page_id": wanted.page_id,
        "author_site": author_site,
        "author_key": author_key,
        "since": wanted.since,
        "seen_comment": None if wanted.tab is Tab.REPORTED else seen_comment,
        "seen_report": seen_report if wanted.tab is Tab.REPORTED else None,
        "up_to": wanted.up_to,
        "rule": f'%"rule":"{literal(wanted.rule)}"%' if wanted.rule else None,
        "email": wanted.email.lower() if wanted.email else None,
        "email_sites": wanted.email_sites if wanted.email else None,
    }
    for number, spelling in enumerate(spellings(wanted.text or "")):
        found[f"text_{number}"] = f"%{literal(spelling)}%"
    return {name: value for name, value in found.items() if value is not None}


def spot_values(order: QueueOrder, after: Spot | None, until: Spot | None) -> dict[str, object]:
    """The values of where to begin, the first place by default, and of where to end."""
    ends = {"after": after or _FIRST[order], "until": until}
    found: dict[str, object] = {}
    for name, spot in ends.items():
        if spot is not None:
            found |= {f"{name}_at": spot[1], f"{name}_id": spot[2]}
            if order in _RANKS:
                found[f"{name}_rank"] = _RANKS[order](spot[0])
    return found


def literal(text: str) -> str:
    r"""For LIKE with ESCAPE '\': what would be a wildcard stands for itself."""
    return text.replace("\\", r"\\").replace("%", r"\%").replace("_", r"\_")


def spellings(text: str) -> list[str]:
    """How lower() may leave what was typed: beyond ASCII, SQLite's knows no case."""
    ways = (
        text.lower(),
        _ascii_lower(text),
        _ascii_lower(text.title()),
        _ascii_lower(text.upper()),
    )
    return list(dict.fromkeys(way for way in ways if way))


def _ascii_lower(text: str) -> str:
    return "".join(each.lower() if each.isascii() else each for each in text)


def _text(mould: str, order: QueueOrder, conditions: Sequence[str]) -> str:
    return (
        mould.replace("{rank}", _RANK[order])
        .replace("{conditions}", " AND ".join(conditions))
        .replace("{by}", _BY[order])
    )


def _indexed(wanted: Wanted) -> list[str]:
    condition = CONDITIONS[wanted.tab]
    if wanted.author is not None:
        condition = condition.replace("c.status", "(c.status || '')")
    few = wanted.tab is Tab.REPORTED
    found = [condition, *_of_place(wanted, PAGE_OF_FEW if few else PAGE)]
    if wanted.newer is not None:
        found.append(NEWLY_REPORTED if few else NEW)
    return found


def _of_place(wanted: Wanted, page: str) -> list[str]:
    asked = (
        (wanted.site_ids, SITES),
        (wanted.page_id, page),
        (wanted.author, AUTHOR),
        (wanted.since, SINCE),
        (wanted.up_to, UP_TO),
    )
    return [text for value, text in asked if value is not None]


def _scanned(wanted: Wanted) -> list[str]:
    found = [text for value, text in ((wanted.rule, RULE), (wanted.links, LINKS)) if value]
    if wanted.text:
        ways = [WORDS.replace("{n}", f"text_{n}") for n, _ in enumerate(spellings(wanted.text))]
        if wanted.email:
            ways.append(EMAIL if wanted.email_sites is None else EMAIL_ON_SITES)
        found.append(f"({' OR '.join(ways)})")
    return found
