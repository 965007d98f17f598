"""The undo of an import: what it brought is gone again, as far as nobody has done anything with it since.

A comment goes that nobody edited, moderated, claimed or answered here (what the same import brought as its
answers goes with it); it goes whole, so that importing again brings it again. A page goes that the import
opened, that is empty again, and that nobody changed, reacted to or subscribed to.
"""

from __future__ import annotations

from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING

from afterword.core.errors import Conflict, NotFound
from afterword.core.model import Role
from afterword.services.importing.import_comments import IMPORT
from afterword.services.permission import require
from afterword.storage import import_marks, pages

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from afterword.core.model import Member
    from afterword.services.context import Context
    from afterword.storage.audit import Entry
    from afterword.storage.store import WriteDb

BATCH = 500
"""Comments that go in one transaction at most, so that nobody waits long to write."""


async def restore(db: WriteDb, member: Member, entry: Entry, now: int) -> Mapping[int, object]:
    """What `undo_act` does with it in its own transaction: looks whether it may; the rest follows."""
    if entry.site_id is None:
        raise NotFound("There is no such site any more.")
    require(member, [entry.site_id], Role.OWNER, subject="site")
    if not await import_marks.left(db, entry.id, 1):
        raise Conflict("Nothing of this import is left as it came.")
    return {}


async def finish_undo(ctx: Context, audit_id: int, *, now: int) -> None:
    """What follows an undo, part by part: the last comments first, then the pages."""
    while some := await import_marks.some_comments(ctx.store, audit_id, BATCH):
        by_page = sorted(some, key=itemgetter(1))
        for page_id, of_page in groupby(by_page, key=itemgetter(1)):
            await _take_some(ctx, audit_id, page_id, [each for each, _ in of_page], now)
    is_more = True
    while is_more:
        async with ctx.store.write() as db:
            looked_at = await import_marks.take_pages_away(db, audit_id, BATCH, now=now)
        is_more = looked_at == BATCH


async def finish_undone(ctx: Context, *, now: int) -> None:
    """Goes on where an undo was interrupted."""
    for audit_id in await import_marks.half_undone(ctx.store, IMPORT):
        await finish_undo(ctx, audit_id, now=now)


async def _take_some(
    ctx: Context, audit_id: int, page_id: int, ids: Sequence[int], now: int
) -> None:
    async with ctx.store.write() as db, pages.changing(db, page_id, now) as page:
        here = await import_marks.still(db, audit_id, page.id, ids)
        answered: dict[int, list[int]] = {}
        for parent, answer in await import_marks.answers(db, here):
            answered.setdefault(parent, []).append(answer)
        deleted: set[int] = set()
        # The last first: what answers a comment has a higher number.
        for each in here:
            if deleted.issuperset(answered.get(each, ())):
                deleted.add(each)
        kept = [each for each in here if each not in deleted]
        await import_marks.take_away(db, page.id, sorted(deleted), kept)
