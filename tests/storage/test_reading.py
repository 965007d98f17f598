"""What is asked within `reading()` is of one moment, and nobody waits for it."""

from __future__ import annotations

from afterword.core.model import Page
from afterword.storage.store import Store
from tests.storage.builders import write_comment

COUNT = "SELECT count(*) FROM comment"


async def test_one_moment_is_held(store: Store, page: Page) -> None:
    await write_comment(store, page)
    async with store.reading() as db:
        assert await db.fetch_one(COUNT) == (1,)
        await write_comment(store, page)
        assert await db.fetch_all(COUNT) == [(1,)]
        assert await store.fetch_one(COUNT) == (2,)
    async with store.reading() as db:
        assert await db.fetch_one(COUNT) == (2,)


async def test_a_failure_inside_lets_go_of_it(store: Store, page: Page) -> None:
    for _ in range(20):
        try:
            async with store.reading() as db:
                await db.fetch_one(COUNT)
                raise LookupError
        except LookupError:
            await write_comment(store, page)
