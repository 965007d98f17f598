"""What is looked up before a comment is stored: its page, its author, the same text."""

from __future__ import annotations

from afterword.core.model import Author, Page, Policy, Site, Status
from afterword.storage import facts, senders, trusted_authors
from afterword.storage.senders import Sender
from afterword.storage.store import Store
from tests.storage.builders import open_page, write_comment

POLICY = Policy()
KEY = "url:blog.example.org/post"


async def look_up(
    store: Store,
    site_id: int,
    *keys: str,
    author: str | None = None,
    text: str = "",
    since: int = 0,
    addresses: tuple[str, ...] = (),
    lately: int = 0,
    writer: tuple[str, ...] = (),
    now: int = 0,
    policy: Policy = POLICY,
) -> facts.Found:
    asked = facts.Question(
        site_id=site_id,
        keys=keys or (KEY,),
        source=text,
        author_key=author,
        addresses=addresses,
        writer=writer,
        duplicate_since=since,
        hour_ago=lately,
        minute_ago=lately,
        now=now,
        policy=policy,
    )
    return await facts.look_up(store, asked)


async def test_pages_are_found_by_the_keys_that_lead_to_them(
    store: Store, site: Site, page: Page
) -> None:
    other = await open_page(store, site, "url:blog.example.org/other")
    found = await look_up(store, site.id, KEY, "url:blog.example.org/other", "id:none")
    assert {key: each.id for key, each in found.pages.items()} == {
        KEY: page.id,
        "url:blog.example.org/other": other.id,
    }
    assert (await look_up(store, site.id + 1)).pages == {}


async def test_an_author_is_known_by_an_approved_comment_on_the_site(
    store: Store, page: Page
) -> None:
    known, held = Author("A", key="known"), Author("A", key="held")
    await write_comment(store, page, author=known)
    await write_comment(store, page, author=held, status=Status.PENDING)
    assert (await look_up(store, page.site_id, author="known")).known_author
    assert (await look_up(store, page.site_id, "id:none", author="known")).known_author
    assert not (await look_up(store, page.site_id, author="held")).known_author
    assert not (await look_up(store, page.site_id + 1, author="known")).known_author
    assert not (await look_up(store, page.site_id, author=None)).known_author


async def test_a_duplicate_is_the_same_text_on_the_page_lately(store: Store, page: Page) -> None:
    await write_comment(store, page, "again", now=100, status=Status.PENDING)
    await write_comment(store, page, "gone", now=100, status=Status.REMOVED)

    async def is_on(text: str, since: int) -> bool:
        return page.id in (await look_up(store, page.site_id, text=text, since=since)).duplicated_on

    assert await is_on("again", 100)
    assert not await is_on("again", 101)
    assert not await is_on("gone", 0)
    assert not await is_on("new", 0)


async def test_only_the_newest_are_compared(store: Store, page: Page) -> None:
    await write_comment(store, page, "first", now=1)
    for now in range(facts.NEWEST):
        await write_comment(store, page, f"later {now}", now=2 + now)
    found = await look_up(store, page.site_id, text="first")
    assert found.duplicated_on == frozenset()


async def test_an_author_is_known_where_a_moderator_trusts_them(store: Store, page: Page) -> None:
    async with store.write() as db:
        assert await trusted_authors.add(db, page.site_id, "trusted", now=1)
        assert not await trusted_authors.add(db, page.site_id, "trusted", now=2)
    assert (await look_up(store, page.site_id, author="trusted")).known_author
    assert not (await look_up(store, page.site_id + 1, author="trusted")).known_author
    assert await trusted_authors.among(store, page.site_id, ["trusted", "x"]) == {"trusted"}


async def test_comments_are_counted_as_far_as_a_rate_of_the_site_asks(
    store: Store, page: Page
) -> None:
    for now in range(1, 6):
        comment = await write_comment(store, page, now=now, status=list(Status)[now % 3])
        async with store.write() as db:
            address = "here" if now % 2 else "there"
            senders.add(db, comment.id, page.site_id, Sender(address, "network", now))

    async def counts(addresses: tuple[str, ...], lately: int, most: int) -> tuple[int, int, int]:
        policy = Policy(address_rate=most, page_rate=most, site_rate=most)
        found = await look_up(
            store, page.site_id, addresses=addresses, lately=lately, policy=policy
        )
        return found.from_address, found.on_page[page.id], found.on_site

    assert await counts(("here",), 0, 9) == (3, 5, 5)
    assert await counts(("here", "there"), 0, 9) == (5, 5, 5)
    assert await counts(("here",), 2, 9) == (2, 3, 3)
    assert await counts((), 5, 9) == (0, 0, 0)
    assert await counts(("here",), 0, 0) == (0, 0, 0)
    found = await counts(("here",), 0, 2)
    assert (found[0], found[2]) == (2, 2)
    assert found[1] >= 2
