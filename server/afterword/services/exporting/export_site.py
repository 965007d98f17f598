"""Everything that a site has, as records in an order that depends on nothing but them."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING

from afterword.core.model import Role, Status
from afterword.formats.record import CommentRecord, EditRecord, Own, PageRecord
from afterword.services.permission import require
from afterword.storage import edits, exports

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, AsyncIterator, Sequence

    from afterword.core.model import Member, Page, Site
    from afterword.services.context import Context
    from afterword.storage.exports import Leaving
    from afterword.storage.store import Db

BATCH = 500


async def export_site(
    ctx: Context, member: Member, site: Site, *, page_id: int | None = None, private: bool
) -> AsyncGenerator[PageRecord | CommentRecord, None]:
    """Each page followed by its comments, as of one moment; of one page alone, where it is given.

    With `private`, email addresses, earlier texts and the names of browsers' own (`client:…`) come along.
    Raises `NotFound` and `Forbidden` for who is no owner of the site.
    """
    require(member, [site.id], Role.OWNER, subject="site")
    async with ctx.store.reading() as db:
        after_id = 0 if page_id is None else page_id - 1
        while found := await exports.some_pages(
            db, site.id, after_id=after_id, limit=BATCH if page_id is None else 1
        ):
            keys = await exports.keys_of(db, [page.id for page in found])
            for page in found:
                record = _page(page, keys[page.id])
                yield record
                async for comment in _comments(db, page, record.ref, private):
                    yield comment
            after_id = found[-1].id
            if page_id is not None:
                return


async def _comments(db: Db, page: Page, ref: str, private: bool) -> AsyncIterator[CommentRecord]:
    ids = await exports.ids_on(db, page.id)
    for start in range(0, len(ids), BATCH):
        some = ids[start : start + BATCH]
        earlier = await edits.of_each(db, some) if private else {}
        for each in await exports.leaving(db, some):
            yield _comment(each, ref, earlier.get(each.comment.id, ()), private)


def _page(page: Page, keys: Sequence[str]) -> PageRecord:
    return PageRecord(
        ref=keys[0] if keys else page.url,
        url=page.url,
        title=page.title,
        closed=page.closed,
        note=page.note,
        created_at=page.created_at,
        keys=tuple(keys),
        slow=page.slow,
        opened_at=page.opened_at,
        reactions=page.reactions,
    )


def _comment(
    each: Leaving, page: str, earlier: Sequence[edits.Edit], private: bool
) -> CommentRecord:
    comment = each.comment
    place = CommentRecord(
        ref=_ref(comment.origin_key, private),
        page=page,
        parent=None if each.parent_key is None else _ref(each.parent_key, private),
        status=comment.status,
        name="",
        body=Own("", []),
        created_at=comment.created_at,
    )
    if comment.status is Status.REMOVED:
        # What somebody removed goes nowhere; its place keeps the answers, and keeps it from coming back.
        return place
    by_member = comment.author.member_id is not None
    return CommentRecord(
        ref=place.ref,
        page=page,
        parent=place.parent,
        status=comment.status,
        name=comment.author.name,
        body=Own(comment.source, comment.tree),
        created_at=comment.created_at,
        email=each.email if private else None,
        website=comment.author.website,
        edited_at=comment.edited_at,
        up=comment.up,
        down=comment.down,
        pinned=comment.pinned,
        edits=tuple(EditRecord(edit.source, edit.edited_at) for edit in earlier),
        staff=(each.member_email or "") if by_member and private else "" if by_member else None,
        verified=comment.author.verified,
        role=comment.author.role,
        avatar=comment.author.avatar,
    )


def _ref(origin_key: str, private: bool) -> str:
    """The key; whoever knew that of a browser could pass for it, so that it is private."""
    if private or not origin_key.startswith("client:"):
        return origin_key
    return f"hidden:{sha256(origin_key.encode()).hexdigest()[:32]}"
