"""Events are written with what they tell of, and spread once."""

from __future__ import annotations

from afterword.core.model import Page, Site, Status
from afterword.core.telling import EventKind
from afterword.storage import comments, events, pages, reports
from afterword.storage.reports import Report
from afterword.storage.store import Store
from tests.storage.builders import set_status, write_comment


async def _take(store: Store) -> list[tuple[EventKind, int | None, Status | None]]:
    async with store.write() as db:
        taken = await events.take(db, 100, now=50)
    return [(each.kind, each.comment_id, each.status) for each in taken]


async def test_each_change_of_a_comment_is_an_event(store: Store, page: Page) -> None:
    held = await write_comment(store, page, status=Status.PENDING)
    assert await _take(store) == [(EventKind.CREATED, held.id, Status.PENDING)]
    for status, kind in (
        (Status.APPROVED, EventKind.APPROVED),
        (Status.SPAM, EventKind.SPAM),
        (Status.PENDING, EventKind.HELD),
        (Status.REMOVED, EventKind.REMOVED),
    ):
        await set_status(store, held, status)
        await set_status(store, held, status)
        assert await _take(store) == [(kind, held.id, status)]


async def test_an_edit_is_one_event_and_a_second_where_it_holds_the_comment(
    store: Store, page: Page
) -> None:
    shown = await write_comment(store, page)
    await _take(store)
    for status, expected in (
        (Status.APPROVED, [EventKind.EDITED]),
        (Status.PENDING, [EventKind.HELD, EventKind.EDITED]),
    ):
        async with store.write() as db, pages.changing(db, page.id, now=20):
            await comments.revise(db, shown.id, source="x", tree=["x"], status=status, now=20)
        assert await _take(store) == [(kind, shown.id, status) for kind in expected]


async def test_taking_back_and_reporting_are_events(store: Store, page: Page) -> None:
    shown = await write_comment(store, page)
    await _take(store)
    for _ in range(2):
        async with store.write() as db:
            report = Report("spam", "", 9)
            await reports.add(db, shown.id, report, reporter="r", address="a")
    assert await _take(store) == [(EventKind.REPORTED, shown.id, Status.APPROVED)]
    for _ in range(2):
        async with store.write() as db, pages.changing(db, page.id, now=20):
            await comments.scrub(db, shown.id, now=20)
    assert await _take(store) == [(EventKind.REMOVED, shown.id, Status.REMOVED)]


async def test_what_is_rolled_back_never_happened(store: Store, page: Page) -> None:
    class Refusal(Exception):
        pass

    shown = await write_comment(store, page)
    await _take(store)
    try:
        async with store.write() as db, pages.changing(db, page.id, now=20):
            await comments.set_status(db, [shown.id], Status.SPAM, now=20)
            raise Refusal
    except Refusal:
        pass
    assert await _take(store) == []


async def test_what_happens_to_a_site_brings_its_numbers_along(store: Store, site: Site) -> None:
    async with store.write() as db:
        events.add(db, site.id, EventKind.SURGE_BEGAN, data={"per_minute": 9.5}, now=7)
    async with store.write() as db:
        (event,) = await events.take(db, 9, now=8)
    assert (event.kind, event.data, event.at) == (EventKind.SURGE_BEGAN, {"per_minute": 9.5}, 7)
