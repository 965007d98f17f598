"""Short ways to put comments into a store."""

from __future__ import annotations

from itertools import count

from afterword.core.model import Author, Comment, Page, Site, Status
from afterword.storage import comments, pages
from afterword.storage.store import Store

_serial = count(1)


async def write_comment(
    store: Store,
    page: Page,
    text: str = "Hello",
    *,
    parent: Comment | None = None,
    status: Status = Status.APPROVED,
    author: Author | None = None,
    now: int = 10,
    origin_key: str | None = None,
) -> Comment:
    """A comment through the one door."""
    async with store.write() as db, pages.changing(db, page.id, now) as locked:
        return await comments.insert(
            db,
            locked,
            parent=parent,
            status=status,
            author=author or Author("Mira Osei"),
            source=text,
            tree=[["p", text]],
            origin_key=origin_key or f"client:{next(_serial)}",
            now=now,
        )


async def set_status(store: Store, comment: Comment, status: Status, *, now: int = 50) -> None:
    """Another status, through the one door."""
    async with store.write() as db, pages.changing(db, comment.page_id, now):
        await comments.set_status(db, [comment.id], status, now=now)


async def open_page(store: Store, site: Site, *keys: str, now: int = 1) -> Page:
    """A page to which these keys lead."""
    async with store.write() as db:
        return await pages.open_page(db, site.id, keys, "https://blog.example.org/a", "A", now)
