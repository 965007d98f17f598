"""What has changed is found by whoever asks what is new, whichever clock and whichever order of commits."""

from __future__ import annotations

import asyncio

from afterword.core.model import Site
from afterword.storage import changes, pages
from afterword.storage.announcer import Change
from afterword.storage.changes import Mark
from afterword.storage.store import Store
from tests.storage.builders import open_page, write_comment


async def new_since(store: Store, mark: Mark, limit: int = 1000) -> list[list[Change]]:
    return [found async for found in changes.new_since(store, mark, limit)]


async def new_pages(store: Store, mark: Mark) -> set[int]:
    return {change.page_id for found in await new_since(store, mark) for change in found}


async def test_what_is_new_comes_with_every_key_in_lots(store: Store, site: Site) -> None:
    old = await open_page(store, site, "old")
    mark = await changes.mark(store)
    assert await new_since(store, mark) == []
    one = await open_page(store, site, "one", "uno")
    two = await open_page(store, site, "two")
    await write_comment(store, one)
    change_of_one = Change(one.id, site.id, 1, ("one", "uno"))
    change_of_two = Change(two.id, site.id, 0, ("two",))
    assert await new_since(store, mark) == [[change_of_two, change_of_one]]
    assert await new_since(store, mark, limit=1) == [[change_of_two], [change_of_one]]
    later = await changes.mark(store)
    assert await new_since(store, later) == []
    await write_comment(store, old)
    assert await new_pages(store, later) == {old.id}


async def test_pages_of_one_write_come_in_lots_too(store: Store, site: Site) -> None:
    mark = await changes.mark(store)
    async with store.write() as db:
        made = [
            (await pages.open_page(db, site.id, [f"k{n}"], "https://x", "", 1)).id for n in range(5)
        ]
    found = await new_since(store, mark, limit=2)
    assert [len(each) for each in found] == [2, 2, 1]
    assert [change.page_id for each in found for change in each] == made


async def test_a_clock_that_was_put_back_hides_no_change(store: Store, site: Site) -> None:
    one, two = await open_page(store, site, "one"), await open_page(store, site, "two")
    await write_comment(store, one, now=1_000_000)
    mark = await changes.mark(store)
    await write_comment(store, two, now=5)
    assert await new_pages(store, mark) == {two.id}


async def test_the_time_of_the_last_change_never_goes_back(store: Store, site: Site) -> None:
    one, two = await open_page(store, site, "one"), await open_page(store, site, "two")
    await write_comment(store, one, now=1_000_000)
    await write_comment(store, two, now=5)
    assert await store.fetch_all("SELECT changed_at FROM page") == [(1_000_000,), (1_000_000,)]
    assert await changes.latest(store) == 1_000_000


async def test_a_page_that_is_gone_takes_no_number_with_it(store: Store, site: Site) -> None:
    page = await open_page(store, site, "one")
    for _ in range(3):
        gone = await open_page(store, site, "gone")
        async with store.write() as db:
            await db.execute("DELETE FROM page WHERE id = :page_id", {"page_id": gone.id})
    mark = await changes.mark(store)
    await write_comment(store, page)
    assert await new_pages(store, mark) == {page.id}


async def test_numbers_of_another_server_hide_nothing_and_are_not_news(
    store: Store, site: Site
) -> None:
    one, two = await open_page(store, site, "one"), await open_page(store, site, "two")
    async with store.write() as db:
        await db.execute("UPDATE page SET changed_in = :number", {"number": 2**40})
    mark = await changes.mark(store)
    assert await new_since(store, mark) == []
    await write_comment(store, two)
    assert await new_pages(store, mark) == {two.id}
    await write_comment(store, one)
    assert await new_pages(store, mark) == {one.id, two.id}


async def test_what_was_written_first_and_committed_last_is_found(
    ready_postgres_url: str,
) -> None:
    store = await Store.open(ready_postgres_url)
    try:
        await _commit_in_the_other_order(store)
    finally:
        await store.close()


async def _commit_in_the_other_order(store: Store) -> None:
    async with store.write() as db:
        await db.execute("INSERT INTO site (id, name, policy, changed_at) VALUES (1, 'a', '{}', 1)")
        slow = await pages.open_page(db, 1, ["slow"], "https://x", "", 1)
        quick = await pages.open_page(db, 1, ["quick"], "https://x", "", 1)
    before = await changes.mark(store)
    has_written, may_commit = asyncio.Event(), asyncio.Event()

    async def write_slowly() -> None:
        async with store.write() as db, pages.changing(db, slow.id, 1):
            has_written.set()
            await may_commit.wait()

    writing = asyncio.create_task(write_slowly())
    await has_written.wait()
    await write_comment(store, quick, now=10**12)
    between = await changes.mark(store)
    assert await new_pages(store, before) == {quick.id}
    may_commit.set()
    await writing
    # Its number is lower than that of the other, and it is all that is new.
    assert await new_pages(store, between) == {slow.id}
    assert await new_pages(store, before) == {slow.id, quick.id}
    assert await new_pages(store, await changes.mark(store)) == set()
