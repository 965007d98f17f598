"""Pages: keys lead to them, and every change of a thread goes through one door."""

from __future__ import annotations

import asyncio

import pytest

from afterword.core.errors import NotFound
from afterword.core.model import Page, Policy, Site, Status
from afterword.storage import pages, sites
from afterword.storage.announcer import Change
from afterword.storage.store import Store
from tests.storage.builders import open_page, set_status, write_comment


async def test_the_first_key_that_leads_somewhere_wins(store: Store, site: Site) -> None:
    one, two = await open_page(store, site, "one"), await open_page(store, site, "two")
    assert await pages.find(store, site.id, ["nothing", "two", "one"]) == two
    assert await pages.find(store, site.id, ["one", "two"]) == one
    assert await pages.find(store, site.id, ["nothing"]) is None
    assert await pages.find(store, site.id, []) is None
    assert await pages.find_each(store, site.id, ["two", "x", "one"]) == {"one": one, "two": two}


async def test_keys_are_a_sites_own(store: Store, site: Site) -> None:
    async with store.write() as db:
        other = await sites.add(db, "other", [], Policy(), now=1)
    page = await open_page(store, site, "key")
    assert await pages.find(store, other.id, ["key"]) is None
    theirs = await open_page(store, other, "key")
    assert theirs.id != page.id
    assert await pages.find(store, site.id, ["key"]) == page


async def test_pages_opened_at_the_same_time_are_one(store: Store, site: Site) -> None:
    opened = await asyncio.gather(*(open_page(store, site, "key", f"k{n}") for n in range(8)))
    assert len({page.id for page in opened}) == 1
    assert await store.fetch_all("SELECT count(*) FROM page") == [(1,)]
    every = [f"k{n}" for n in range(8)]
    found = await pages.find_each(store, site.id, every)
    assert sorted(found) == every


async def test_a_key_is_learnt_only_where_it_led_nowhere(store: Store, site: Site) -> None:
    one, two = await open_page(store, site, "one"), await open_page(store, site, "two")
    async with store.write() as db:
        assert await pages.learn_keys(db, one, ["two", "new"], now=5) == ["new"]
        assert await pages.learn_keys(db, one, ["two", "new"], now=6) == []
    found = await pages.find_each(store, site.id, ["one", "two", "new"])
    assert {key: page.id for key, page in found.items()} == {
        "one": one.id,
        "two": two.id,
        "new": one.id,
    }


async def test_the_door_raises_the_version_and_recounts(store: Store, page: Page) -> None:
    comment = await write_comment(store, page)
    await write_comment(store, page, status=Status.PENDING)
    await write_comment(store, page, parent=comment)
    found = await pages.get(store, page.id)
    assert found is not None
    assert (found.version, found.comment_count) == (page.version + 3, 2)
    await set_status(store, comment, Status.SPAM)
    found = await pages.get(store, page.id)
    assert found is not None
    assert (found.version, found.comment_count) == (page.version + 4, 1)


async def test_the_count_is_right_after_many_at_the_same_time(store: Store, page: Page) -> None:
    await asyncio.gather(*(write_comment(store, page, str(n)) for n in range(40)))
    found = await pages.get(store, page.id)
    assert found is not None
    assert (found.version, found.comment_count) == (page.version + 40, 40)


async def test_a_change_that_fails_changes_and_announces_nothing(store: Store, page: Page) -> None:
    heard: list[Change] = []
    store.changes.subscribe(heard.append)

    async def change() -> None:
        async with store.write() as db, pages.changing(db, page.id, now=9):
            raise LookupError

    with pytest.raises(LookupError):
        await change()
    assert await pages.get(store, page.id) == page
    assert heard == []


async def test_a_page_that_is_not_there_cannot_be_changed(store: Store) -> None:
    async def change() -> None:
        async with store.write() as db, pages.changing(db, 99, now=9):
            pass

    with pytest.raises(NotFound):
        await change()


async def test_changes_are_announced_with_the_keys_that_are_new(store: Store, site: Site) -> None:
    heard: list[Change] = []
    stop = store.changes.subscribe(heard.append)
    page = await open_page(store, site, "one", "two", now=5)
    await write_comment(store, page, now=6)
    async with store.write() as db:
        await pages.learn_keys(db, page, ["three"], now=7)
    stop()
    await write_comment(store, page, now=8)
    told = [(change.page_id, change.version, change.keys) for change in heard]
    assert told == [
        (page.id, 0, ("one", "two")),
        (page.id, 1, ()),
        (page.id, 2, ("three",)),
        (page.id, 2, ()),
    ]


async def test_a_page_is_described_and_closed(store: Store, page: Page) -> None:
    async with store.write() as db, pages.changing(db, page.id, now=9):
        await pages.describe(db, page.id, "https://blog.example.org/new", "New")
        await pages.close(db, page.id, closed=True)
    found = await pages.get(store, page.id)
    assert found is not None
    assert (found.url, found.title, found.closed) == ("https://blog.example.org/new", "New", True)
    assert found.version == page.version + 1


async def test_pages_are_found_by_id(store: Store, page: Page) -> None:
    assert await pages.get_many(store, [page.id, 99]) == {page.id: page}
    assert await pages.get(store, 99) is None
