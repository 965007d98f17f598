"""Who hears of a change: everybody on that page, once, whoever made it, and nobody waits for anybody."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any

import pytest

from afterword.core.errors import Forbidden, TooMany, Unavailable, UnknownOrigin
from afterword.core.model import Act, Member, Site
from afterword.core.page_key import PageClaim
from afterword.services.context import Context, open_context
from afterword.services.live import AT_ONCE, Live
from afterword.services.live_outlet import QUEUE, Telling, Waiting
from afterword.services.reading.follow_thread import Following, follow_thread
from afterword.services.running import background as background_module
from afterword.services.running.background import background
from afterword.storage import changes, pages
from tests.services.builders import NOW, ORIGIN, POST, decide, read, write
from tests.services.ear import Ear, ear, outlet_of
from tests.support.events import Event, events_in

OTHER = f"{ORIGIN}/other"


async def test_without_a_version_only_what_comes_is_told(ctx: Context, open_site: Site) -> None:
    await write(ctx)
    async with ear(ctx, since=None) as reader:
        assert reader.missed == b""
        assert reader.listener.told == (await read(ctx)).version
        added = await write(ctx)
        assert [event.of for event in await reader.heard()] == [added.id]


async def test_other_pages_are_not_heard(ctx: Context, open_site: Site) -> None:
    async with ear(ctx) as reader, ear(ctx, OTHER) as other:
        await write(ctx, url=OTHER)
        assert len(await other.heard()) == 1
        assert await reader.heard() == []


async def test_a_count_that_changes_by_itself_is_told(ctx: Context, open_site: Site) -> None:
    first = await write(ctx)
    async with ear(ctx) as reader:
        await reader.heard()
        async with ctx.store.write() as db, pages.changing(db, first.page_id, NOW):
            await db.execute("DELETE FROM comment WHERE id = :id", {"id": first.id})
        (event,) = await reader.heard()
    assert (event.name, event.data) == ("count", {"count": 0, "reload": False})


async def test_a_page_that_gets_another_key_is_still_followed(
    ctx: Context, open_site: Site
) -> None:
    named = PageClaim(POST, thread_id="weir")
    await write(ctx)
    async with ear(ctx, claim=named, since=None) as reader:
        one = await write(ctx, claim=named)
        two = await write(ctx, claim=named)
        assert [event.of for event in await reader.heard()] == [one.id, two.id]


async def test_a_key_that_leads_to_another_page_from_now_on_is_followed_there(
    ctx: Context, open_site: Site
) -> None:
    for _ in range(2):
        await write(ctx)
    async with ear(ctx, claim=PageClaim(POST, thread_id="weir"), since=None) as reader:
        await write(ctx, claim=PageClaim(OTHER, thread_id="weir"))
        (event,) = await reader.heard()
        assert (event.name, event.data) == ("count", {"count": 1, "reload": True})
        added = await write(ctx, url=OTHER)
        assert [event.of for event in await reader.heard()] == [added.id]
        await write(ctx)
        assert await reader.heard() == []


async def test_the_bytes_are_made_once_and_read_once_however_many_listen(
    ctx: Context, open_site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with ear(ctx) as one, ear(ctx) as two, ear(ctx) as three:
        await one.heard()
        asked = []
        look = changes.changed_in_page

        async def counted(*args: object) -> object:
            asked.append(args)
            return await look(*args)

        monkeypatch.setattr(changes, "changed_in_page", counted)
        await write(ctx)
        for reader in (one, two, three):
            assert len(await reader.heard()) == 1
        assert len(asked) == 1
        assert one.sent[0] is two.sent[0] is three.sent[0]


@pytest.fixture
def looks(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """Each time that somebody asks the database what has changed in a page."""
    asked: list[object] = []
    look = changes.changed_in_page

    async def counted(*args: Any) -> Any:
        asked.append(args)
        return await look(*args)

    monkeypatch.setattr(changes, "changed_in_page", counted)
    return asked


async def test_many_who_come_again_at_once_are_told_what_they_missed_by_one_look(
    ctx: Context, open_site: Site, looks: list[object]
) -> None:
    """After a restart: nobody listens yet, and all know the same."""
    await write(ctx)
    known = (await read(ctx)).version
    missed = await write(ctx)
    looks.clear()
    wanted = Following(PageClaim(POST), since=known, origin=ORIGIN)
    came = await asyncio.gather(*[follow_thread(ctx, wanted, b"%d" % each) for each in range(300)])
    for _, told in came:
        assert [event.of for event in events_in(told)] == [missed.id]
    assert len(looks) == 1
    # Nor does one who comes later, with what was missed or without.
    wanted_now = replace(wanted, since=(await read(ctx)).version)
    looks.clear()
    late = [await follow_thread(ctx, each, b"x") for each in (wanted, wanted_now)]
    assert ([told == b"" for _, told in late], looks) == ([False, True], [])
    for listener, _ in (*came, *late):
        ctx.live.leave(listener)


async def test_what_is_kept_of_a_page_is_not_told_after_it_has_changed(
    ctx: Context, open_site: Site
) -> None:
    known = (await read(ctx)).version
    first = await write(ctx)
    async with ear(ctx, since=known) as one:
        assert [event.of for event in events_in(one.missed)] == [first.id]
        second = await write(ctx)
        async with ear(ctx, since=known) as early:
            told = events_in(early.missed) + await early.heard()
            assert [event.of for event in told] == [first.id, second.id]
        async with ear(ctx, since=known) as late:
            assert [event.of for event in events_in(late.missed)] == [first.id, second.id]


async def test_who_leaves_while_looking_takes_nothing_from_the_others(
    ctx: Context, open_site: Site
) -> None:
    added = await write(ctx)
    wanted = Following(PageClaim(POST), since=0, origin=ORIGIN)
    leaving = asyncio.create_task(follow_thread(ctx, wanted, b"x"))
    staying = asyncio.create_task(follow_thread(ctx, wanted, b"x"))
    await asyncio.sleep(0)
    leaving.cancel()
    listener, told = await staying
    assert leaving.cancelled()
    assert [event.of for event in events_in(told)] == [added.id]
    assert len(ctx.live) == 1
    ctx.live.leave(listener)


async def test_others_have_their_turn_while_many_are_told(ctx: Context, open_site: Site) -> None:
    wanted = Following(PageClaim(POST), since=None, origin=ORIGIN)
    come = [await follow_thread(ctx, wanted, b"%d" % each) for each in range(3 * AT_ONCE)]
    await write(ctx)
    telling = asyncio.create_task(ctx.live.tell())
    seen = set()
    while not telling.done():
        await asyncio.sleep(0)
        seen.add(sum(bool(outlet_of(listener)._waiting) for listener, _ in come))
    assert seen >= {AT_ONCE, 2 * AT_ONCE, 3 * AT_ONCE}
    for listener, _ in come:
        ctx.live.leave(listener)


async def test_a_listener_who_does_not_keep_up_is_let_go_and_the_others_stay(
    ctx: Context, open_site: Site
) -> None:
    async with ear(ctx) as slow, ear(ctx) as quick:
        for _ in range(QUEUE + 1):
            await write(ctx)
            assert len(await quick.heard()) == 1
        assert await slow.outlet.next() is None
        assert (ctx.live.opened, ctx.live.dropped, len(ctx.live)) == (2, 1, 2)


async def test_nothing_is_missed_between_looking_and_listening(
    ctx: Context, open_site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    look = changes.changed_in_page
    await write(ctx, url=POST)
    late = []

    async def slowly(*args: object) -> object:
        found = await look(*args)
        if not late:
            late.append(await write(ctx))
        return found

    monkeypatch.setattr(changes, "changed_in_page", slowly)
    async with ear(ctx, since=1) as reader:
        told = events_in(reader.missed) + await reader.heard()
    assert [event.of for event in told] == [late[0].id]


async def test_what_could_not_be_read_is_told_later(
    ctx: Context, open_site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with ear(ctx) as reader:
        await reader.heard()
        added = await write(ctx)
        with monkeypatch.context() as broken:
            broken.setattr(pages, "find", _fail)
            with pytest.raises(Unavailable):
                await ctx.live.tell()
        assert [event.of for event in await reader.heard()] == [added.id]


async def _fail(*_: object) -> None:
    raise Unavailable("The database cannot be reached now.")


async def test_when_the_last_has_left_nothing_is_kept_of_a_page(
    ctx: Context, open_site: Site
) -> None:
    async with ear(ctx), ear(ctx), ear(ctx, OTHER):
        await write(ctx)
        await ctx.live.tell()
        assert (len(ctx.live), len(ctx.live._rooms)) == (3, 2)
    rooms = ctx.live._rooms
    assert (len(ctx.live), len(rooms), rooms._by_key, rooms._by_page) == (0, 0, {}, {})
    assert not ctx.live._each
    await write(ctx)
    assert not ctx.live._changed


async def test_a_page_of_another_site_is_refused_and_takes_no_place(
    ctx: Context, site: Site
) -> None:
    for url, origin, refusal in (
        (POST, "https://evil.example", UnknownOrigin),
        (POST, "null", Forbidden),
        ("https://evil.example/a", None, UnknownOrigin),
    ):
        with pytest.raises(refusal):
            await follow_thread(ctx, Following(PageClaim(url), origin=origin), b"x")
    assert len(ctx.live) == 0


async def test_a_place_is_given_back_when_joining_fails(
    ctx: Context, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pages, "find", _fail)
    with pytest.raises(Unavailable):
        await follow_thread(ctx, Following(PageClaim(POST)), b"x")
    assert len(ctx.live) == 0


async def test_places_are_limited_in_all_and_for_each_address(ctx: Context) -> None:
    live = Live(ctx.store, most=3, most_each=2)
    mine = [live.admit(b"me"), live.admit(b"me")]
    with pytest.raises(TooMany, match="listens 2 times"):
        live.admit(b"me")
    live.admit(b"you")
    with pytest.raises(Unavailable) as full:
        live.admit(b"them")
    assert full.value.retry_after == 30
    live.leave(mine[0])
    live.leave(mine[0])
    live.admit(b"me")
    assert len(live) == 3


async def test_closing_ends_every_stream_and_lets_nobody_in(ctx: Context) -> None:
    live = Live(ctx.store, most=3, most_each=0)
    listeners = [live.admit(b"me"), live.admit(b"me")]
    listeners[0].outlet.send(Telling(b"events"))
    live.close()
    for each in listeners:
        assert isinstance(each.outlet, Waiting)
        assert await each.outlet.next() is None
    with pytest.raises(Unavailable):
        live.admit(b"me")


async def test_what_another_process_writes_is_heard_by_itself(
    ctx: Context, site: Site, owner: Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both ways of hearing at once: whatever is told twice is sent once."""
    monkeypatch.setattr(background_module, "POLL_SECONDS", 0.01)
    async with open_context(ctx.settings) as other, background(other), ear(other) as reader:
        waiting = await write(ctx)
        await decide(ctx, owner, Act.APPROVE, waiting)
        async with asyncio.timeout(10):
            (event,) = await _next(reader)
            assert (event.name, event.of) == ("new", waiting.id)
            await decide(ctx, owner, Act.REMOVE, waiting)
            (event,) = await _next(reader)
        assert (event.name, event.of) == ("removed", waiting.id)


async def _next(reader: Ear) -> list[Event]:
    telling = await reader.outlet.next()
    return events_in(telling.events if telling else b"")
