"""Comments: what is asked of the database to show a thread, and what is written into one.

Whatever changes a thread is called inside `pages.changing`; what changes comments, inside `changing`.
What happens to a comment is noted as an event by the same function, for those who want to hear of it.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace

import msgspec

from afterword.core.markdown import TREE_VERSION
from afterword.core.model import Author, Comment, Page, Status, Tree
from afterword.core.telling import EventKind
from afterword.storage import events, pages
from afterword.storage.store import Db, Row, Values, WriteDb

COLUMNS = """c.id, c.page_id, c.parent_id, c.root_id, c.status, c.author_name, c.website,
    c.author_key, c.member_id, c.source, c.tree, c.created_at, c.edited_at, c.origin_key,
    c.up, c.down, c.reports, c.pinned, c.verified, c.author_role, c.author_avatar"""
WIDTH = COLUMNS.count(",") + 1
"""So many of a row's values are the comment; what else was asked for stands behind them."""
IN_INDEX = {
    Status.APPROVED: "status = 'approved'",
    Status.PENDING: "status IN ('pending', 'spam') AND status = 'pending'",
    Status.SPAM: "status IN ('pending', 'spam') AND status = 'spam'",
    Status.REMOVED: "status = 'removed'",
}
"""Each status in the words of its partial index, or SQLite does not see that this one answers."""
BY_IDS = "SELECT {columns} FROM comment AS c WHERE c.id IN (:ids)".replace("{columns}", COLUMNS)
MEMBERS_OF = "SELECT id, member_id FROM comment WHERE id IN (:ids)"
BY_ORIGIN_KEY = BY_IDS.replace(
    "c.id IN (:ids)", "c.site_id = :site_id AND c.origin_key = :origin_key"
)
ADD = """
INSERT INTO comment (
    site_id, page_id, parent_id, root_id, status, author_name, website, author_key, member_id,
    verified, author_role, author_avatar, source, tree, tree_version, origin_key, score, created_at,
    version, shown_version
) VALUES (
    :site_id, :page_id, :parent_id, :root_id, :status, :author_name, :website, :author_key,
    :member_id, :verified, :author_role, :author_avatar, :source, :tree, :tree_version, :origin_key,
    :score, :created_at, :version, :shown_version
) RETURNING id
"""
# The page is locked, and shows its new version already.
_VERSION = "(SELECT p.version FROM page AS p WHERE p.id = comment.page_id)"
_VERSIONS = """version = {version}, shown_version =
    CASE WHEN :status = 'approved' AND status <> 'approved' THEN {version} ELSE shown_version END
""".replace("{version}", _VERSION)
SET_STATUS = """
UPDATE comment SET status = :status, removed_at = :removed_at, import_id = NULL, {versions}
WHERE id IN (:ids)
""".replace("{versions}", _VERSIONS)
REMOVED_BEFORE = """
SELECT id FROM comment WHERE removed_at < :at ORDER BY removed_at, id LIMIT :limit
"""
NEWEST_OF = """
SELECT id FROM comment
WHERE site_id = :site_id AND author_key = :author_key AND status IN ('approved', 'pending')
ORDER BY id DESC LIMIT :limit
"""
REVISE = """
UPDATE comment SET source = :source, tree = :tree, tree_version = :tree_version, status = :status,
    edited_at = :now, import_id = NULL, {versions}
WHERE id = :id
""".replace("{versions}", _VERSIONS)
SCRUB = """
UPDATE comment SET status = 'removed', author_name = '', website = NULL, author_key = NULL,
    verified = 0, author_role = NULL, author_avatar = NULL, source = '', tree = '[]',
    removed_at = NULL, import_id = NULL, up = 0, down = 0, points = 0, reports = 0, version = {version}
WHERE id = :id
""".replace("{version}", _VERSION)
SCRUB_CONTACT = "DELETE FROM contact WHERE comment_id = :id"
SCRUB_VERDICT = "DELETE FROM verdict WHERE comment_id = :id"
SCRUB_EDITS = "DELETE FROM edit WHERE comment_id = :id"
SCRUB_VOTES = "DELETE FROM vote WHERE comment_id = :id"
SCRUB_REPORTS = "DELETE FROM report WHERE comment_id = :id"
SCRUB_SENDER = "DELETE FROM sender WHERE comment_id = :id"
SCRUB_SUBSCRIPTIONS = "DELETE FROM subscription WHERE comment_id = :id"
SCRUBBING = (
    SCRUB, SCRUB_CONTACT, SCRUB_VERDICT, SCRUB_EDITS, SCRUB_VOTES, SCRUB_REPORTS, SCRUB_SENDER,
    SCRUB_SUBSCRIPTIONS,
)  # fmt: skip

_decode = msgspec.json.Decoder().decode


async def get(db: Db, comment_id: int) -> Comment | None:
    """The comment with this id, whatever its status."""
    return (await get_many(db, [comment_id])).get(comment_id)


async def get_many(db: Db, ids: Sequence[int]) -> dict[int, Comment]:
    """Comments by id, whatever their status; an id that names none is left out."""
    rows = await db.fetch_all(BY_IDS, {"ids": list(ids)})
    return {row[0]: comment_of(row) for row in rows}


async def members_of(db: Db, ids: Sequence[int]) -> dict[int, int | None]:
    """Which member wrote each, None for a guest; an id that names none is left out."""
    return dict(await db.fetch_all(MEMBERS_OF, {"ids": list(ids)}))


@asynccontextmanager
async def changing(
    db: WriteDb, found: Iterable[Comment], now: int
) -> AsyncIterator[dict[int, Comment]]:
    """`pages.changing` of all pages that these comments are on; by id, as they are behind the doors.

    One that has moved since it was found is followed; one that is gone is left out.
    """
    here = {each.id: each for each in found}
    opened: set[int] = set()
    async with AsyncExitStack() as doors:
        while away := {each.page_id for each in here.values()} - opened:
            for page_id in sorted(away):
                page = await doors.enter_async_context(pages.changing(db, page_id, now))
                opened.add(page.id)
            here = await get_many(db, list(here))
        yield here


async def by_origin_key(db: Db, site_id: int, origin_key: str) -> Comment | None:
    """The comment of the site that came from there, be it removed or not."""
    row = await db.fetch_one(BY_ORIGIN_KEY, {"site_id": site_id, "origin_key": origin_key})
    return comment_of(row) if row else None


async def insert(
    db: WriteDb,
    page: Page,
    *,
    parent: Comment | None,
    status: Status,
    author: Author,
    source: str,
    tree: Tree,
    origin_key: str,
    now: int,
    score: float = 0.0,
    tell: bool = True,
) -> Comment:
    """Store a new comment; AlreadyThere when its site has one of the same origin key.

    Without `tell` nobody hears of it: it is from long ago.
    """
    comment = Comment(
        id=0,
        page_id=page.id,
        parent_id=parent.id if parent else None,
        root_id=(parent.root_id or parent.id) if parent else None,
        status=status,
        author=author,
        source=source,
        tree=tree,
        created_at=now,
        edited_at=None,
        origin_key=origin_key,
    )
    shown_version = page.version if status == Status.APPROVED else None
    versions = {"version": page.version, "shown_version": shown_version}
    values = {"site_id": page.site_id, "score": score, **versions, **_values(comment)}
    row = await db.fetch_one(ADD, values)
    assert row is not None
    if tell:
        events.happened(db, row[0], EventKind.CREATED, now=now)
    return replace(comment, id=row[0])


async def set_status(
    db: WriteDb, ids: Sequence[int], status: Status, *, by_member: int | None = None, now: int
) -> None:
    """Give these comments this status; when they were removed is kept until they are scrubbed."""
    removed_at = now if status == Status.REMOVED else None
    values = {"ids": list(ids), "status": status.value, "removed_at": removed_at}
    events.becoming(db, ids, status, by_member=by_member, now=now)
    await db.execute(SET_STATUS, values)


async def removed_before(db: Db, at: int, limit: int) -> list[int]:
    """Ids of comments that were removed before `at` and are not scrubbed yet."""
    rows = await db.fetch_all(REMOVED_BEFORE, {"at": at, "limit": limit})
    return [row[0] for row in rows]


async def newest_of(db: Db, site_id: int, author_key: str, *, limit: int) -> list[int]:
    """Ids of an author's comments that are public or wait, the newest first."""
    values = {"site_id": site_id, "author_key": author_key, "limit": limit}
    return [row[0] for row in await db.fetch_all(NEWEST_OF, values)]


async def revise(
    db: WriteDb, comment_id: int, *, source: str, tree: Tree, status: Status, now: int
) -> None:
    """Give a comment another text; `edits.add` keeps the earlier one."""
    values = {"id": comment_id, "source": source, "status": status.value, "now": now}
    events.becoming(db, [comment_id], status, now=now)
    await db.execute(REVISE, {**values, "tree": encoded(tree), "tree_version": TREE_VERSION})
    events.happened(db, comment_id, EventKind.EDITED, now=now)


async def scrub(db: WriteDb, comment_id: int, *, now: int) -> None:
    """Remove a comment and everything that people wrote or gave with it, in every table.

    Its place in the thread stays, and its origin key, so that an import does not bring it back.
    """
    events.becoming(db, [comment_id], Status.REMOVED, now=now)
    for statement in SCRUBBING:
        await db.execute(statement, {"id": comment_id})


def encoded(tree: Tree) -> str:
    """A body as it is stored."""
    return msgspec.json.encode(tree).decode()


def comment_of(row: Row) -> Comment:
    """A comment out of a row of `COLUMNS`."""
    return Comment(
        id=row[0],
        page_id=row[1],
        parent_id=row[2],
        root_id=row[3],
        status=Status(row[4]),
        author=Author(row[5], row[6], row[7], row[8], bool(row[18]), row[19], row[20]),
        source=row[9],
        tree=_decode(row[10]),
        created_at=row[11],
        edited_at=row[12],
        origin_key=row[13],
        up=row[14],
        down=row[15],
        reports=row[16],
        pinned=bool(row[17]),
    )


def _values(comment: Comment) -> Values:
    author = comment.author
    return {
        "page_id": comment.page_id,
        "parent_id": comment.parent_id,
        "root_id": comment.root_id,
        "status": comment.status.value,
        "author_name": author.name,
        "website": author.website,
        "author_key": author.key,
        "member_id": author.member_id,
        "verified": int(author.verified),
        "author_role": author.role,
        "author_avatar": author.avatar,
        "source": comment.source,
        "tree": encoded(comment.tree),
        "tree_version": TREE_VERSION,
        "origin_key": comment.origin_key,
        "created_at": comment.created_at,
    }
