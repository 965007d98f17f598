"""The queue: what waits, where and why, in slices that lose nothing."""

from __future__ import annotations

from typing import Any

import pytest

from afterword.core.model import (
    Author,
    Outcome,
    Page,
    Policy,
    QueueOrder,
    Reason,
    Site,
    Status,
    Tab,
    Verdict,
)
from afterword.storage import contacts, pages, reports, review, sites, verdicts
from afterword.storage.reports import Report
from afterword.storage.review_query import Wanted
from afterword.storage.store import Store
from tests.storage.builders import open_page, write_comment


async def test_a_held_comment_comes_with_what_is_needed_to_decide(store: Store, page: Page) -> None:
    parent = await write_comment(store, page, "x" * 1000, author=Author("Parent"))
    reply = await write_comment(store, page, parent=parent, status=Status.PENDING)
    bare = await write_comment(store, page, status=Status.PENDING, now=20)
    reasons = (Reason("links", 1.5, "Four links"),)
    async with store.write() as db:
        verdicts.put(db, reply.id, Verdict(Outcome.HOLD, reasons), now=1)
        contacts.add(db, reply.id, "a@example.org")
    found = await review.find(store, Wanted(Tab.PENDING), limit=5)
    first, second = await review.get_held(store, [spot[2] for spot in found])
    assert first == review.Held(
        reply,
        page.site_id,
        page.url,
        page.title,
        reasons,
        "a@example.org",
        "Parent",
        [["p", "x" * 1000]],
    )
    assert second == review.Held(bare, page.site_id, page.url, page.title, (), None, None, None)


@pytest.mark.parametrize("order", ["oldest", "newest"])
@pytest.mark.parametrize("tab", list(Tab))
async def test_slices_one_after_the_other_are_the_whole_tab_once(
    store: Store, page: Page, tab: Tab, order: QueueOrder
) -> None:
    made = []
    for number in range(10):
        for each in Status:
            comment = await write_comment(store, page, f"{number}", status=each, now=number // 3)
            made += [comment.id] if each == STATUS[tab] else []
    await report(store, *made, times=1)
    seen = await slices(store, Wanted(tab), order)
    assert seen == (made if order == "oldest" else made[::-1])


STATUS = {tab: Status.APPROVED if tab is Tab.REPORTED else Status(tab.value) for tab in Tab}


async def slices(store: Store, wanted: Wanted, order: QueueOrder) -> list[int]:
    """Ids, four at a time."""
    seen: list[int] = []
    after = None
    while found := await review.find(store, wanted, order=order, after=after, limit=4):
        seen += [comment_id for _, _, comment_id in found]
        after = found[-1]
    return seen


async def report(store: Store, *ids: int, times: int) -> None:
    async with store.write() as db:
        values = {"ids": list(ids), "times": times}
        await db.execute("UPDATE comment SET reports = :times WHERE id IN (:ids)", values)


async def found(store: Store, tab: Tab = Tab.APPROVED, **more: Any) -> list[int]:
    """Ids of what is wanted, the oldest first."""
    spots = await review.find(store, Wanted(tab, **more), limit=99)
    return [comment_id for _, _, comment_id in spots]


async def test_what_is_reported_most_comes_first_and_of_as_many_the_newest(
    store: Store, page: Page
) -> None:
    one, two, three = [(await write_comment(store, page, now=at)).id for at in (1, 2, 3)]
    quiet = await write_comment(store, page)
    await report(store, one, three, times=1)
    await report(store, two, times=12)
    assert await slices(store, Wanted(Tab.REPORTED), "reports") == [two, three, one]
    assert quiet.id not in await found(store, Tab.REPORTED)


async def test_what_the_rules_trust_least_comes_first(store: Store, page: Page) -> None:
    ids = []
    for number, score in enumerate((0.5, -1.25, 12.0, 0.5, 2.1, 0.1 + 0.2)):
        comment = await write_comment(store, page, status=Status.SPAM, now=number)
        ids.append(comment.id)
        async with store.write() as db:
            values = {"id": comment.id, "score": score}
            await db.execute("UPDATE comment SET score = :score WHERE id = :id", values)
    expected = [ids[2], ids[4], ids[3], ids[0], ids[5], ids[1]]
    assert await slices(store, Wanted(Tab.SPAM), "score") == expected


@pytest.mark.parametrize(
    ("typed", "finds"),
    [
        ("100%", {"100% sure"}),
        ("%", {"100% sure"}),
        ("s_n", {"a s_n b"}),
        ("\\", {r"C:\dir"}),
        (r"\%", set()),
        ("'", {"it's"}),
        ("ÉLAN", {"Élan vital", "élan", "ÉLAN"}),
        ("élan", {"Élan vital", "élan", "ÉLAN"}),
        ("МИР", {"Мир", "мир"}),
        ("Sure", {"100% sure"}),
        ("日本", {"日本語"}),
        ("[a-z]", set()),
        ("  ", set()),
    ],
)
async def test_what_is_searched_for_is_taken_literally_whatever_its_case(
    store: Store, page: Page, typed: str, finds: set[str]
) -> None:
    texts = ("100% sure", "1000 sorts", "a s_n b", "a sun b", r"C:\dir", "C:/dir", "it's", "日本語")
    accented = ("Élan vital", "élan", "ÉLAN", "elan", "Мир", "мир")
    ids = {(await write_comment(store, page, text)).id: text for text in (*texts, *accented)}
    assert {ids[each] for each in await found(store, text=typed)} == finds


async def test_a_search_finds_names_titles_and_whole_emails_where_they_may_be_asked_for(
    store: Store, page: Page
) -> None:
    named = await write_comment(store, page, author=Author("Noa Weir"))
    written = await write_comment(store, page)
    async with store.write() as db:
        contacts.add(db, written.id, "Noa@readers.example")
        elsewhere = await pages.open_page(db, page.site_id, ["k2"], "https://x", "The Weir", now=1)
    titled = await write_comment(store, elsewhere)
    assert await found(store, text="weir") == [named.id, titled.id]
    address = "noa@READERS.example"
    assert await found(store, text=address, email=address) == [written.id]
    assert await found(store, text=address, email=address, email_sites=[page.site_id]) == [
        written.id
    ]
    assert await found(store, text=address, email=address, email_sites=[99]) == []
    assert await found(store, text=address) == []
    assert await found(store, text="readers.example", email=None) == []


async def test_each_filter_leaves_out_all_else(store: Store, page: Page) -> None:
    ana = Author("Ana", key="ana")
    first = await write_comment(store, page, author=ana, now=10)
    linked = await write_comment(store, page, now=20)
    elsewhere = await open_page(store, await _site(store, page), "k2")
    last = await write_comment(store, elsewhere, author=ana, now=30)
    quoting = await write_comment(store, page, '["a",', now=25)
    async with store.write() as db:
        values = {"id": linked.id, "tree": '[["p",["a",{"href":"https://x.example"},"x"]]]'}
        await db.execute("UPDATE comment SET tree = :tree WHERE id = :id", values)
        for comment, rule in ((first, "many_links"), (last, "manyslinks")):
            reasons = (Reason("new_author", 1, "First"), Reason(rule, 1, '"rule":"trap"'))
            verdicts.put(db, comment.id, Verdict(Outcome.HOLD, reasons), now=1)
    assert await found(store, page_id=elsewhere.id) == [last.id]
    assert await found(store, author=(page.site_id, "ana")) == [first.id, last.id]
    assert await found(store, author=(page.site_id + 1, "ana")) == []
    assert await found(store, since=20) == [linked.id, quoting.id, last.id]
    assert await found(store, links=True) == [linked.id]
    assert await found(store, rule="many_links") == [first.id]
    assert await found(store, rule="new_author") == [first.id, last.id]
    assert await found(store, rule="trap") == []
    assert await found(store, up_to=linked.id) == [first.id, linked.id]
    assert await found(store, newer=(last.id, 0)) == [quoting.id]
    assert await found(store, author=(page.site_id, "ana"), since=11, text="hello") == [last.id]


async def _site(store: Store, page: Page) -> Site:
    (site,) = [each for each in await sites.all_sites(store) if each.id == page.site_id]
    return site


async def test_a_search_goes_no_further_than_it_is_told(store: Store, page: Page) -> None:
    ids = [(await write_comment(store, page, f"n{at}", now=at)).id for at in range(9)]
    wanted = Wanted(Tab.APPROVED, text="n")
    seen: list[int] = []
    after = None
    for _ in range(9):
        until = await review.reach(store, wanted, order="newest", after=after, depth=4)
        spots = await review.find(store, wanted, order="newest", after=after, until=until, limit=99)
        assert len(spots) <= 4
        seen += [comment_id for _, _, comment_id in spots]
        if until is None:
            break
        after = until
    assert seen == ids[::-1]


async def test_what_is_new_is_counted_by_tab_and_filter(store: Store, page: Page) -> None:
    await write_comment(store, page, status=Status.PENDING)
    seen = await review.latest(store)
    for status in (Status.PENDING, Status.PENDING, Status.SPAM, Status.APPROVED):
        public = await write_comment(store, page, f"is {status}", status=status)

    async def new(tab: Tab, **more: Any) -> int:
        return await review.count_new(store, Wanted(tab, newer=seen, **more), limit=99)

    assert [await new(tab) for tab in Tab] == [2, 0, 1, 0, 1]
    assert await new(Tab.PENDING, page_id=page.id, text="PENDING") == 2
    assert await new(Tab.PENDING, site_ids=[]) == 0
    assert await new(Tab.PENDING, links=True) == 0
    async with store.write() as db:
        for reporter in ("a", "b"):
            sent = Report("spam", "", 5)
            await reports.add(db, public.id, sent, reporter=reporter, address=reporter)
    assert await new(Tab.REPORTED) == 1
    assert await found(store, Tab.REPORTED, newer=seen) == [public.id]
    seen = await review.latest(store)
    assert [await new(tab) for tab in Tab] == [0, 0, 0, 0, 0]


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
        return sorted(await found(store, Tab.PENDING, site_ids=site_ids))

    assert await shown([page.site_id]) == [mine.id]
    assert await shown([page.site_id, other.id]) == await shown(None) == [mine.id, theirs.id]
    assert await shown([]) == []
    assert await found(store, Tab.REPORTED) == [reported.id]
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
