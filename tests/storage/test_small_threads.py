"""A small thread comes with its page in one query, and is what the slices of a large one would be."""

from __future__ import annotations

import random

import pytest

from afterword.core.model import Author, Comment, Order, Page, Policy, Site, Status
from afterword.core.shown import Placed
from afterword.core.thread import arrange
from afterword.storage import comments, migrate, pages, sites, small_threads, threads
from afterword.storage.store import Store
from tests.storage import reading_questions
from tests.storage.builders import open_page, set_status, write_comment

KEYS = ["url:blog.example.org/post"]


async def write_thread(store: Store, page: Page, number: int = 60) -> None:
    """Comments of every status, some pinned and some with points, three in each millisecond."""
    chance = random.Random(7)
    written: list[Comment] = []
    async with store.write() as db, pages.changing(db, page.id, 1) as locked:
        for n in range(number):
            parent = chance.choice(written) if written and chance.random() < 0.6 else None
            status = chance.choices(list(Status), (6, 1, 1, 2))[0]
            comment = await comments.insert(
                db, locked, parent=parent, status=status, author=Author("Mira Osei"),
                source="", tree=[["p", str(n)]], origin_key=f"client:{n}", now=n // 3,
            )  # fmt: skip
            written.append(comment)
            values = {"id": comment.id, "up": n % 3, "pinned": int(parent is None and n % 11 == 0)}
            sql = "UPDATE comment SET up = :up, points = :up, pinned = :pinned WHERE id = :id"
            await db.execute(sql, values)


def drawn(places: list[Placed]) -> list[tuple[int, int, int, int]]:
    return [(each.comment.id, each.depth, each.reply_count, each.more) for each in places]


@pytest.mark.parametrize(("limit", "replies"), [(50, 50), (4, 50), (50, 1), (4, 2)])
async def test_what_is_cut_from_it_is_what_the_database_would_cut(
    store: Store, page: Page, limit: int, replies: int
) -> None:
    await write_thread(store, page)
    found = await small_threads.find(store, page.site_id, KEYS)
    assert found.thread
    orders: list[Order] = ["oldest", "newest", "top"]
    for order in orders:
        wanted = await threads.thread_slice(
            store, page.id, order=order, limit=limit, replies_per_root=replies
        )
        cut = small_threads.cut(found.thread, order, limit=limit, replies_per_root=replies)
        assert cut.next == wanted.next
        assert drawn(arrange(cut.comments, order, cut.reply_totals)) == drawn(
            arrange(wanted.comments, order, wanted.reply_totals)
        )


async def test_the_page_is_the_same_as_by_itself(store: Store, page: Page) -> None:
    async with store.write() as db, pages.changing(db, page.id, 5):
        await pages.close(db, page.id, closed=True, opened_at=4)
        await pages.slow_down(db, page.id, 30)
        await pages.take_note(db, page.id, "Be kind.")
        await pages.count_reactions(db, page.id, {"👍": 2})
    found = await small_threads.find(store, page.site_id, KEYS)
    assert found.page == await pages.get(store, page.id)
    assert (found.key, found.thread) == (KEYS[0], [])


async def test_the_strongest_key_that_leads_somewhere_decides(store: Store, site: Site) -> None:
    weak = await open_page(store, site, "url:weak")
    strong = await open_page(store, site, "url:strong")
    for keys, page, key in (
        (["id:x", "url:strong", "url:weak"], strong, "url:strong"),
        (["url:weak", "url:strong"], weak, "url:weak"),
        (["id:x", "url:y", "url:weak"], weak, "url:weak"),
    ):
        found = await small_threads.find(store, site.id, keys)
        assert found.page
        assert (found.page.id, found.key) == (page.id, key)
    assert await small_threads.find(store, site.id, ["id:x", "url:y"]) == small_threads.Found()
    assert await small_threads.find(store, site.id + 1, ["url:weak"]) == small_threads.Found()


async def test_a_large_thread_is_left_to_be_read_in_slices(
    store: Store, page: Page, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(small_threads, "MOST", 3)
    for number in range(3):
        await write_comment(store, page, now=number)
    found = await small_threads.find(store, page.site_id, KEYS)
    assert found.thread is not None
    removed = await write_comment(store, page, now=9)
    await set_status(store, removed, Status.REMOVED)
    found = await small_threads.find(store, page.site_id, KEYS)
    assert found.page
    assert (found.page.comment_count, found.thread) == (3, None), "places count too"
    await set_status(store, removed, Status.APPROVED)
    found = await small_threads.find(store, page.site_id, KEYS)
    assert found.page
    assert (found.page.comment_count, found.thread) == (4, None)


async def test_postgres_reads_it_by_its_index_beside_a_thread_that_is_nearly_all_there_is(
    postgres_url: str,
) -> None:
    await migrate.upgrade(postgres_url)
    store = await Store.open(postgres_url)
    async with store.write() as db:
        site = await sites.add(db, "blog", ["https://blog.example.org"], Policy(), now=1)
    page, large = [await open_page(store, site, f"url:{name}") for name in ("small", "large")]
    await write_comment(store, page)
    async with store.write() as db:
        await db.execute(
            "INSERT INTO comment (site_id, page_id, status, author_name, source, tree, tree_version,"
            " origin_key, created_at) SELECT :site_id, :page_id, 'approved', 'A', '', '[]', 1,"
            " 'c:' || n, n FROM generate_series(1, 10000) AS n",
            {"site_id": site.id, "page_id": large.id},
        )
        await db.execute("ANALYZE")
    sql, values = reading_questions.QUESTIONS["page with a small thread"]
    plan = "\n".join(row[0] for row in await store.fetch_all(f"EXPLAIN {sql}", values))
    await store.close()
    assert "Index Scan using comment_by_page" in plan, plan
    assert "Seq Scan on comment" not in plan, plan
