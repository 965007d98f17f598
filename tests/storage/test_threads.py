"""Threads in slices: which comments come, which do not, and where the next slice begins."""

from __future__ import annotations

import msgspec
import pytest

from afterword.core.model import Order, Page, Status
from afterword.core.shown import Shown
from afterword.storage import threads
from afterword.storage.store import Store
from afterword.storage.threads import Around
from tests.storage.builders import set_status, write_comment

VOTED = "UPDATE comment SET up = :up, down = :down, points = :points WHERE id = :id"


def text(comment: Shown) -> str:
    """What `write_comment` was given."""
    [[_, said]] = msgspec.json.decode(comment.tree)
    return str(said)


def texts(comments: list[Shown]) -> list[str]:
    return sorted(text(comment) for comment in comments)


async def test_a_slice_has_approved_and_removed_comments_and_no_other(
    store: Store, page: Page
) -> None:
    root = await write_comment(store, page, "root", now=1)
    for number, status in enumerate(Status):
        await write_comment(store, page, f"reply {status}", parent=root, status=status, now=number)
        await write_comment(store, page, f"root {status}", status=status, now=number + 10)
    found = await threads.thread_slice(store, page.id, limit=10, replies_per_root=10)
    assert texts(found.comments) == ["reply approved", "reply removed", "root", "root approved"]
    assert found.reply_totals == {root.id: 1}
    assert found.next is None


@pytest.mark.parametrize("status", [Status.REMOVED, Status.PENDING, Status.SPAM])
async def test_a_root_that_is_not_public_comes_only_with_something_visible_under_it(
    store: Store, page: Page, status: Status
) -> None:
    bare, held, kept = [
        await write_comment(store, page, name, now=1) for name in ("bare", "held", "kept")
    ]
    await write_comment(store, page, "held reply", parent=held, status=Status.PENDING)
    child = await write_comment(store, page, "removed reply", parent=kept, status=Status.REMOVED)
    await write_comment(store, page, "deep reply", parent=child)
    for root in (bare, held, kept):
        await set_status(store, root, status)
    found = await threads.thread_slice(store, page.id, limit=10, replies_per_root=10)
    assert texts(found.comments) == ["deep reply", "kept", "removed reply"]


@pytest.mark.parametrize("order", ["oldest", "newest"])
async def test_slices_one_after_the_other_are_the_whole_thread_once(
    store: Store, page: Page, order: Order
) -> None:
    names = [f"{number:02}" for number in range(11)]
    for number, name in enumerate(names):
        # Three at a time were written in the same millisecond.
        root = await write_comment(store, page, name, now=number // 3)
        await write_comment(store, page, f"{name} reply", parent=root, now=100 - number)
    seen: list[str] = []
    after = None
    for _ in range(4):
        found = await threads.thread_slice(
            store, page.id, order=order, after=after, limit=3, replies_per_root=5
        )
        roots = sorted(
            (each.created_at, each.id, text(each)) for each in found.comments if not each.root_id
        )
        roots = roots[::-1] if order == "newest" else roots
        seen += [root[-1] for root in roots]
        assert texts(found.comments) == sorted(
            [root[-1] for root in roots] + [f"{root[-1]} reply" for root in roots]
        )
        after = found.next
    assert after is None
    assert seen == (names if order == "oldest" else names[::-1])


async def test_slices_by_points_are_the_whole_thread_once(store: Store, page: Page) -> None:
    roots = [await write_comment(store, page, now=number // 2) for number in range(9)]
    places = {root.id: place for place, root in enumerate(roots)}
    points = (0, -2, 3, 0, 3, 0, 1, 3, -2)
    async with store.write() as db:
        for root, number in zip(roots, points, strict=True):
            values = {"id": root.id, "up": max(number, 0), "down": max(-number, 0)}
            await db.execute(VOTED, {**values, "points": number})
    seen: list[int] = []
    after = None
    for _ in range(3):
        found = await threads.thread_slice(
            store, page.id, order="top", after=after, limit=3, replies_per_root=5
        )
        best = sorted(found.comments, key=lambda each: (-each.points, -each.created_at, -each.id))
        seen += [places[each.id] for each in best]
        after = found.next
    assert after is None
    assert seen == [7, 4, 2, 6, 5, 3, 0, 8, 1]
    for place, wanted in enumerate(seen):
        id = roots[wanted].id
        around = await threads.around(store, page.id, id, order="top", limit=4)
        assert around is not None
        found = await threads.thread_slice(
            store, page.id, order="top", limit=4, replies_per_root=2, around=around
        )
        first = max(0, place - 2)
        assert {each.id for each in found.comments} == {
            roots[each].id for each in seen[first : first + 4]
        }


async def test_replies_are_cut_per_root_oldest_first_and_counted_whole(
    store: Store, page: Page
) -> None:
    long, short = [await write_comment(store, page, name, now=1) for name in ("long", "short")]
    for number in range(7):
        await write_comment(store, page, f"long {number}", parent=long, now=10 + number // 2)
    await write_comment(store, page, "long gone", parent=long, status=Status.REMOVED, now=99)
    await write_comment(store, page, "short 0", parent=short)
    found = await threads.thread_slice(store, page.id, limit=5, replies_per_root=3)
    assert texts(found.comments) == ["long", "long 0", "long 1", "long 2", "short", "short 0"]
    assert found.reply_totals == {long.id: 7, short.id: 1}


async def test_more_replies_follow_where_the_slice_ended(store: Store, page: Page) -> None:
    root = await write_comment(store, page, now=1)
    replies = [await write_comment(store, page, str(n), parent=root, now=n // 2) for n in range(7)]
    after = (replies[1].created_at, replies[1].id)
    found = await threads.replies_slice(store, root.id, after=after, limit=3)
    end = (replies[4].created_at, replies[4].id)
    assert texts(found.comments) == ["2", "3", "4"]
    assert (found.left, found.next, found.page_id) == (2, end, page.id)
    last = await threads.replies_slice(store, root.id, after=end, limit=3)
    assert texts(last.comments) == ["5", "6"]
    assert (last.left, last.next) == (0, None)
    first = await threads.replies_slice(store, root.id, limit=9)
    assert [each.id for each in first.comments] == [each.id for each in replies]


@pytest.mark.parametrize("order", ["oldest", "newest", "top"])
@pytest.mark.parametrize("place", [0, 1, 5, 10])
async def test_the_slice_around_a_comment_has_it(
    store: Store, page: Page, order: Order, place: int
) -> None:
    roots = [await write_comment(store, page, f"root {n}", now=n) for n in range(11)]
    replies = [
        await write_comment(store, page, f"reply {n}", parent=roots[place], now=50)
        for n in range(6)
    ]
    for wanted in (roots[place], replies[0], replies[5]):
        around = await threads.around(store, page.id, wanted.id, order=order, limit=4)
        assert around is not None
        found = await threads.thread_slice(
            store, page.id, order=order, limit=4, replies_per_root=2, around=around
        )
        assert wanted.id in {each.id for each in found.comments}
        assert len([each for each in found.comments if each.root_id is None]) == 4 or around.after
        assert len({each.id for each in found.comments}) == len(found.comments)


async def test_the_slice_around_reaches_a_reply_beyond_the_cut_and_cuts_the_other_roots(
    store: Store, page: Page
) -> None:
    one, two = [await write_comment(store, page, name, now=1) for name in ("one", "two")]
    for number in range(5):
        last = await write_comment(store, page, f"one {number}", parent=one, now=number)
        await write_comment(store, page, f"two {number}", parent=two, now=number)
    around = await threads.around(store, page.id, last.id, limit=4)
    assert around == Around(None, one.id, (4, last.id))
    found = await threads.thread_slice(store, page.id, limit=4, replies_per_root=2, around=around)
    assert texts(found.comments) == sorted(
        ["one", *(f"one {n}" for n in range(5)), "two", "two 0", "two 1"]
    )


@pytest.mark.parametrize("status", [Status.PENDING, Status.SPAM, Status.REMOVED])
async def test_nothing_is_around_a_comment_that_is_not_public(
    store: Store, page: Page, status: Status
) -> None:
    comment = await write_comment(store, page, status=status)
    assert await threads.around(store, page.id, comment.id, limit=4) is None


async def test_nothing_is_around_a_comment_of_another_page(store: Store, page: Page) -> None:
    comment = await write_comment(store, page)
    assert await threads.around(store, page.id + 1, comment.id, limit=4) is None


async def test_an_empty_page_is_an_empty_slice(store: Store, page: Page) -> None:
    found = await threads.thread_slice(store, page.id, limit=4, replies_per_root=2)
    assert (found.comments, found.reply_totals, found.next) == ([], {}, None)
