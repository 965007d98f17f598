"""Older comments become those of a reader who is known now.

An address can be typed by anybody. So a comment is the reader's without a question only where both agree:
it was written with the address that is confirmed, from the browser that confirms it. What else bears the
address its owner is asked about, comment by comment.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from afterword.storage import comments, own_comments, pages, spent_tokens

if TYPE_CHECKING:
    from collections.abc import Sequence

    from afterword.core.known_reader import KnownReader
    from afterword.core.model import Comment
    from afterword.services.context import Context
    from afterword.storage.store import Db, WriteDb

LONGEST_WINDOW = 24 * 60 * 60_000
"""Milliseconds for which a site may let authors change what they wrote, at most."""
AT_ONCE = 100
"""So many of one browser at most; the person's own page asks about the rest."""


async def claim_of_device(db: WriteDb, reader: KnownReader, device_key: str, now: int) -> int:
    """Claims what this browser wrote with the reader's address; how many comments."""
    assert reader.email is not None
    ids = await own_comments.of_device(db, reader.site_id, device_key, reader.email, limit=AT_ONCE)
    found = list((await comments.get_many(db, ids)).values())
    await _claim(db, found, reader.site_id, reader.author_key, now)
    return len(found)


async def claim_typed(
    ctx: Context, email: str, ids: Sequence[int], own_keys: Sequence[str], *, now: int
) -> int:
    """Claims those of these comments that were written with the address, for whoever has confirmed it.

    How many there were; of what the address was not given with, none is. The browser that wrote one
    changes it no more: it may be a stranger's, who would put words of theirs under the badge.
    """
    async with ctx.store.write() as db:
        typed = await own_comments.typed_with(db, email, own_keys, limit=AT_ONCE)
        found = (await comments.get_many(db, [each for each in typed if each in ids])).values()
        on = await pages.get_many(db, sorted({each.page_id for each in found}))
        by_site: dict[int, list[Comment]] = {}
        for each in found:
            by_site.setdefault(on[each.page_id].site_id, []).append(each)
        for site_id, of_site in sorted(by_site.items()):
            await _claim(db, of_site, site_id, ctx.hashes.author_by_email(site_id, email), now)
        for each in found:
            await spent_tokens.spend(db, _mark(each.id), ends_at=each.created_at + LONGEST_WINDOW)
    return len(found)


async def is_taken_over(db: Db, comment_id: int) -> bool:
    """Whether somebody has claimed the comment on their own page, so that its first browser has no say."""
    return await spent_tokens.is_spent(db, _mark(comment_id))


def _mark(comment_id: int) -> str:
    return f"claimed:{comment_id}"


async def _claim(
    db: WriteDb, found: Sequence[Comment], site_id: int, author_key: str, now: int
) -> None:
    async with comments.changing(db, found, now) as here:
        await own_comments.claim(db, list(here), site_id, author_key)
