"""Comments: stored whole, found again, revised, scrubbed."""

from __future__ import annotations

from dataclasses import replace

import pytest

from afterword.core.model import Author, Comment, Outcome, Page, Policy, Reason, Status, Verdict
from afterword.storage import comments, contacts, edits, pages, sites, verdicts
from afterword.storage.contacts import Contact
from afterword.storage.edits import Edit
from afterword.storage.store import AlreadyThere, Store
from tests.storage.builders import open_page, set_status, write_comment

AUTHOR = Author("Noa ❤ عمر", "https://noa.example", "key-of-noa")
VERDICT = Verdict(Outcome.HOLD, (Reason("links", 1.5, "Four links"), Reason("new", 1, "New here")))


async def test_what_was_stored_is_what_is_found(store: Store, page: Page) -> None:
    stored = await write_comment(store, page, "Ein *Wort*", author=AUTHOR, now=7)
    assert await comments.get(store, stored.id) == stored
    assert stored.author == AUTHOR
    assert (stored.parent_id, stored.root_id, stored.edited_at) == (None, None, None)


async def test_a_reply_knows_its_parent_and_its_root(store: Store, page: Page) -> None:
    root = await write_comment(store, page)
    child = await write_comment(store, page, parent=root)
    grandchild = await write_comment(store, page, parent=child)
    assert (child.parent_id, child.root_id) == (root.id, root.id)
    assert (grandchild.parent_id, grandchild.root_id) == (child.id, root.id)
    assert await comments.get_many(store, [child.id, grandchild.id, 999]) == {
        child.id: child,
        grandchild.id: grandchild,
    }


async def test_the_same_thing_never_enters_a_site_twice(store: Store, page: Page) -> None:
    stored = await write_comment(store, page, origin_key="client:1")
    with pytest.raises(AlreadyThere):
        await write_comment(store, page, origin_key="client:1")
    assert await comments.by_origin_key(store, page.site_id, "client:1") == stored
    assert await comments.by_origin_key(store, page.site_id, "client:2") is None
    async with store.write() as db:
        other = await sites.add(db, "other", [], Policy(), now=1)
    theirs = await write_comment(store, await open_page(store, other, "k"), origin_key="client:1")
    assert await comments.by_origin_key(store, other.id, "client:1") == theirs


async def test_an_id_is_never_used_twice(store: Store, page: Page) -> None:
    stored = await write_comment(store, page)
    async with store.write() as db:
        await db.execute("DELETE FROM comment")
    assert (await write_comment(store, page)).id > stored.id


async def test_a_revised_comment_keeps_its_earlier_text(store: Store, page: Page) -> None:
    stored = await write_comment(store, page, "first")
    async with store.write() as db, pages.changing(db, page.id, now=20):
        edits.add(db, stored.id, stored.source, now=20)
        await comments.revise(
            db, stored.id, source="second", tree=["second"], status=Status.PENDING, now=20
        )
    assert await comments.get(store, stored.id) == replace(
        stored, source="second", tree=["second"], status=Status.PENDING, edited_at=20
    )
    assert await edits.of(store, stored.id) == [Edit("first", 20, None)]


async def _versions(store: Store, comment: Comment) -> tuple[int, int | None]:
    """At which version of the page it last changed, and last became approved."""
    sql = "SELECT version, shown_version FROM comment WHERE id = :id"
    row = await store.fetch_one(sql, {"id": comment.id})
    assert row is not None
    return row[0], row[1]


async def test_a_comment_knows_the_version_at_which_readers_saw_it_change(
    store: Store, page: Page
) -> None:
    first = await write_comment(store, page)
    held = await write_comment(store, page, status=Status.PENDING)
    assert [await _versions(store, each) for each in (first, held)] == [(1, 1), (2, None)]
    await set_status(store, held, Status.SPAM)
    assert await _versions(store, held) == (3, None)
    await set_status(store, held, Status.APPROVED)
    assert await _versions(store, held) == (4, 4)
    await set_status(store, held, Status.REMOVED)
    assert await _versions(store, held) == (5, 4)
    await set_status(store, held, Status.APPROVED)
    assert await _versions(store, held) == (6, 6)
    for status, expected in ((Status.APPROVED, (7, 6)), (Status.PENDING, (8, 6))):
        async with store.write() as db, pages.changing(db, page.id, now=20):
            await comments.revise(db, held.id, source="x", tree=["x"], status=status, now=20)
        assert await _versions(store, held) == expected
    async with store.write() as db, pages.changing(db, page.id, now=30):
        await comments.scrub(db, held.id, now=30)
    assert await _versions(store, held) == (9, 6)
    assert await _versions(store, first) == (1, 1)


async def test_scrubbing_leaves_a_place_and_the_origin_key(store: Store, page: Page) -> None:
    stored = await write_comment(store, page, "canary", author=AUTHOR, origin_key="client:1")
    async with store.write() as db:
        contacts.add(db, stored.id, "canary@example.org")
        verdicts.put(db, stored.id, VERDICT, now=1)
        edits.add(db, stored.id, "canary", now=1)
        await db.execute(
            "INSERT INTO vote (comment_id, voter, value, at) VALUES (:id, 'v', 1, 1)",
            {"id": stored.id},
        )
        await db.execute(
            "INSERT INTO report (comment_id, reporter, reason, text, at)"
            " VALUES (:id, 'r', 'spam', 'canary', 1)",
            {"id": stored.id},
        )
        await db.execute("UPDATE comment SET up = 1, points = 1, reports = 1")
    async with store.write() as db, pages.changing(db, page.id, now=20):
        await comments.scrub(db, stored.id, now=20)
    assert await comments.get(store, stored.id) == replace(
        stored, status=Status.REMOVED, author=Author(""), source="", tree=[]
    )
    for table in ("contact", "verdict", "edit", "vote", "report"):
        assert await store.fetch_all(f"SELECT count(*) FROM {table}") == [(0,)]
    numbers = "SELECT up, down, points, reports FROM comment"
    assert await store.fetch_all(numbers) == [(0, 0, 0, 0)]


async def test_contacts_and_verdicts_are_kept_beside_the_comment(store: Store, page: Page) -> None:
    stored = await write_comment(store, page)
    assert await contacts.of(store, stored.id) is None
    assert await verdicts.of(store, [stored.id]) == {}
    async with store.write() as db:
        contacts.add(db, stored.id, "a@example.org", wants_replies=True)
        verdicts.put(db, stored.id, Verdict(Outcome.PUBLISH), now=1)
        verdicts.put(db, stored.id, VERDICT, now=2)
    assert await contacts.of(store, stored.id) == Contact("a@example.org", True, None)
    assert await verdicts.of(store, [stored.id, 999]) == {stored.id: VERDICT}
    async with store.write() as db:
        contacts.forget(db, stored.id)
    assert await contacts.of(store, stored.id) is None


async def test_what_was_removed_is_found_until_it_is_scrubbed_or_back(
    store: Store, page: Page
) -> None:
    early, later, back = [await write_comment(store, page) for _ in range(3)]
    await set_status(store, early, Status.REMOVED, now=100)
    await set_status(store, back, Status.REMOVED, now=101)
    await set_status(store, later, Status.REMOVED, now=102)
    await set_status(store, back, Status.APPROVED, now=103)
    assert await comments.removed_before(store, 102, limit=9) == [early.id]
    assert await comments.removed_before(store, 103, limit=9) == [early.id, later.id]
    assert await comments.removed_before(store, 103, limit=1) == [early.id]
    async with store.write() as db, pages.changing(db, page.id, 104):
        await comments.scrub(db, early.id, now=104)
    assert await comments.removed_before(store, 103, limit=9) == [later.id]


async def test_replies_hang_together(store: Store, page: Page) -> None:
    """The database itself refuses a reply without a root, and a status without a name."""
    stored = await write_comment(store, page)

    async def set_column(sql: str) -> None:
        async with store.write() as db:
            await db.execute(sql)

    for sql in (
        f"UPDATE comment SET parent_id = {stored.id}",
        "UPDATE comment SET status = 'approval'",
    ):
        with pytest.raises(Exception, match=r"(?i)check"):
            await set_column(sql)
