"""Two pages with some comments, and short ways to move them."""

from __future__ import annotations

from dataclasses import dataclass

from afterword.core import wire
from afterword.core.model import Comment, Member, Page
from afterword.services.context import Context
from afterword.services.pages.move_pages import Moved, merge_pages
from afterword.storage import pages
from tests.services.builders import NOW, ORIGIN, approved, read, write

OLD, NEW, THIRD = (f"{ORIGIN}/{name}" for name in ("old", "new", "third"))


async def page_at(ctx: Context, url: str) -> Page | None:
    key = "url:" + url.removeprefix("https://")
    return await pages.find(ctx.store, next(iter(ctx.sites)).id, [key])


async def page_id(ctx: Context, url: str) -> int:
    page = await page_at(ctx, url)
    assert page is not None
    return page.id


async def merge(ctx: Context, owner: Member, url: str = OLD, into: str = NEW) -> int:
    moved = await merge_pages(
        ctx, owner, await page_id(ctx, url), await page_id(ctx, into), now=NOW
    )
    return undoable(moved)


def undoable(moved: Moved) -> int:
    assert moved.audit_id is not None
    return moved.audit_id


def as_read(thread: wire.Thread) -> list[tuple[int, int | None, int | None, int]]:
    return [(each.id, each.parent_id, each.root_id, each.depth) for each in thread.comments]


async def seen(ctx: Context, *urls: str) -> list[tuple[object, ...]]:
    """What readers of these addresses see, but for versions."""
    found: list[tuple[object, ...]] = []
    for url in urls:
        thread = await read(ctx, url)
        found.append((thread.page, thread.count, thread.comments))
    return found


@dataclass(frozen=True)
class Two:
    """Two pages: the old one with two roots, two replies and a held comment, the new one with a root."""

    first: Comment
    reply: Comment
    deeper: Comment
    second: Comment
    held: Comment
    other: Comment

    @property
    def public(self) -> tuple[Comment, ...]:
        return (self.first, self.reply, self.deeper, self.second)


async def two_pages(ctx: Context, owner: Member) -> Two:
    """What the fixture `two` brings."""
    first = await approved(ctx, owner, "First", url=OLD)
    reply = await approved(ctx, owner, "Reply", url=OLD, parent_id=first.id, now=NOW + 1)
    deeper = await approved(ctx, owner, "Deeper", url=OLD, parent_id=reply.id, now=NOW + 2)
    second = await approved(ctx, owner, "Second", url=OLD, now=NOW + 3)
    held = await write(ctx, "Held", url=OLD, now=NOW + 4)
    other = await approved(ctx, owner, "Other", url=NEW, now=NOW + 5)
    return Two(first, reply, deeper, second, held, other)
