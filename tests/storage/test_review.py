"""The queue: what waits, where and why, in slices that lose nothing."""

from __future__ import annotations

import pytest

from afterword.core.model import Author, Outcome, Page, Policy, Reason, Status, Tab, Verdict
from afterword.storage import contacts, review, sites, verdicts
from afterword.storage.store import Store
from afterword.storage.threads import TimeOrder
from tests.storage.builders import open_page, write_comment


async def test_a_held_comment_comes_with_what_is_needed_to_decide(store: Store, page: Page) -> None:
    parent = await write_comment(store, page, "x" * 1000, author=Author("Parent"))
    reply = await write_comment(store, page, parent=parent, status=Status.PENDING)
    bare = await write_comment(store, page, status=Status.PENDING, now=20)
    reasons = (Reason("links", 1.5, "Four links"),)
    async with store.write() as db:
        verdicts.put(db, reply.id, Verdict(Outcome.HOLD, reasons), now=1)
        contacts.add(db, reply.id, "a@example.org")
    first, second = await review.queue(store, Tab.PENDING, limit=5)
    assert first == review.Held(
        reply, page.site_id, page.url, page.title, reasons, "a@example.org", "Parent", "x" * 280
    )
    assert second == review.Held(bare, page.site_id, page.url, page.title, (), None, None, None)


@pytest.mark.parametrize("order", ["oldest", "newest"])
@pytest.mark.parametrize("status", list(Status))
async def test_slices_one_after_the_other_are_the_whole_queue_once(
    store: Store, page: Page, status: Status, order: TimeOrder
) -> None:
    for number in range(10):
        for each in Status:
            await write_comment(store, page, f"{number}", status=each, now=number // 3)
    seen: list[str] = []
    after = None
    while found := await review.queue(store, Tab(status.value), after=after, limit=4, order=order):
        assert {held.comment.status for held in found} == {status}
        seen += [held.comment.source for held in found]
        after = found[-1].position
    whole = [str(number) for number in range(10)]
    assert seen == (whole if order == "oldest" else whole[::-1])


async def test_a_member_of_some_sites_sees_those(store: Store, page: Page) -> None:
    async with store.write() as db:
        other = await sites.add(db, "other", [], Policy(), now=1)
    elsewhere = await open_page(store, other, "k")
    mine = await write_comment(store, page, status=Status.PENDING)
    theirs = await write_comment(store, elsewhere, status=Status.PENDING)
    await write_comment(store, elsewhere, status=Status.SPAM)
    reported = await write_comment(store, elsewhere)
    await write_comment(store, elsewhere)
    async with store.write() as db:
        await db.execute("UPDATE comment SET reports = 2 WHERE id = :id", {"id": reported.id})

    async def shown(site_ids: list[int] | None) -> list[int]:
        found = await review.queue(store, Tab.PENDING, site_ids=site_ids, limit=9)
        return sorted(held.comment.id for held in found)

    assert await shown([page.site_id]) == [mine.id]
    assert await shown([page.site_id, other.id]) == await shown(None) == [mine.id, theirs.id]
    assert await shown([]) == []
    assert [held.comment.id for held in await review.queue(store, Tab.REPORTED, limit=9)] == [
        reported.id
    ]
    assert await review.counts(store) == {Tab.PENDING: 2, Tab.REPORTED: 1, Tab.SPAM: 1}
    assert await review.counts(store, [page.site_id]) == {
        Tab.PENDING: 1,
        Tab.REPORTED: 0,
        Tab.SPAM: 0,
    }
    assert await review.counts(store, []) == {Tab.PENDING: 0, Tab.REPORTED: 0, Tab.SPAM: 0}


async def test_the_history_of_authors_is_counted_by_status(store: Store, page: Page) -> None:
    one, two = Author("A", key="one"), Author("B", key="two")
    for status in (Status.APPROVED, Status.APPROVED, Status.SPAM):
        await write_comment(store, page, author=one, status=status)
    await write_comment(store, page, author=two, status=Status.PENDING)
    assert await review.history(store, page.site_id, ["one", "none"]) == {
        "one": {Status.APPROVED: 2, Status.SPAM: 1},
        "none": {},
    }
