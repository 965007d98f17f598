"""What is pinned stands at the beginning of a thread, once, and nowhere else."""

from __future__ import annotations

import pytest

from afterword.core.model import Comment, Order, Page, Status
from afterword.core.thread import in_order
from afterword.storage import threads
from afterword.storage.store import Store
from tests.storage.builders import set_status, write_comment
from tests.storage.test_threads import text


async def pin(store: Store, comment: Comment) -> None:
    async with store.write() as db:
        await db.execute("UPDATE comment SET pinned = 1 WHERE id = :id", {"id": comment.id})


async def slices(store: Store, page: Page, order: Order) -> list[list[str]]:
    """The top-level comments of each slice of three."""
    found, after = [], None
    while True:
        part = await threads.thread_slice(
            store, page.id, order=order, after=after, limit=3, replies_per_root=5
        )
        roots = in_order((each for each in part.comments if each.root_id is None), order)
        found.append([text(root) for root in roots])
        after = part.next
        if after is None:
            return found


@pytest.mark.parametrize(
    ("order", "expected"),
    [
        ("oldest", [["4", "6", "0", "1", "2"], ["3", "5", "7"]]),
        ("newest", [["4", "6", "7", "5", "3"], ["2", "1", "0"]]),
        ("top", [["4", "6", "7", "5", "3"], ["2", "1", "0"]]),
    ],
)
async def test_a_thread_begins_with_what_is_pinned_in_every_order(
    store: Store, page: Page, order: Order, expected: list[list[str]]
) -> None:
    roots = [await write_comment(store, page, str(n), now=n) for n in range(8)]
    await write_comment(store, page, "answer", parent=roots[6], now=20)
    for place in (6, 4):
        await pin(store, roots[place])
    seen = await slices(store, page, order)
    if order != "oldest":
        expected = [["6", "4", *expected[0][2:]], expected[1]]
    assert seen == expected


async def test_a_pinned_comment_that_is_hidden_leaves_its_place_to_its_replies(
    store: Store, page: Page
) -> None:
    first, pinned = [await write_comment(store, page, text, now=1) for text in ("a", "b")]
    await write_comment(store, page, "answer", parent=pinned, now=2)
    await pin(store, pinned)
    await set_status(store, pinned, Status.REMOVED)
    found = await threads.thread_slice(store, page.id, limit=3, replies_per_root=5)
    assert [root.id for root in in_order(found.comments, "oldest")][:2] == [first.id, pinned.id]
    assert found.reply_totals == {pinned.id: 1}


@pytest.mark.parametrize("order", ["oldest", "newest", "top"])
async def test_what_is_around_a_pinned_comment_is_the_beginning(
    store: Store, page: Page, order: Order
) -> None:
    roots = [await write_comment(store, page, str(n), now=n) for n in range(9)]
    reply = await write_comment(store, page, "answer", parent=roots[5], now=20)
    await pin(store, roots[5])
    for wanted in (roots[5], reply):
        around = await threads.around(store, page.id, wanted.id, order=order, limit=4)
        assert around is not None
        assert around.after is None
        found = await threads.thread_slice(
            store, page.id, order=order, limit=4, replies_per_root=1, around=around
        )
        assert wanted.id in {each.id for each in found.comments}
        assert len([each for each in found.comments if each.root_id is None]) == 5
