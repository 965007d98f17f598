"""Readers hear of what changes in a thread: of everything public, once, and of nothing else."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import msgspec
import pytest

from afterword.core.errors import Forbidden, TooMany, Unavailable, UnknownOrigin
from afterword.core.model import Act, Member, Site
from afterword.core.page_key import PageClaim
from afterword.services import background as background_module
from afterword.services import live_events
from afterword.services.background import background
from afterword.services.context import Context, open_context
from afterword.services.follow_thread import Following, follow_thread
from afterword.services.live import Live
from afterword.services.live_rooms import QUEUE, Listener
from afterword.services.moderate_comment import undo
from afterword.services.revise_comment import revise_comment, withdraw_comment
from afterword.storage import changes, pages
from tests.services.builders import NOW, ORIGIN, POST, decide, read, submit, write
from tests.support.events import Event, events_in

OTHER = f"{ORIGIN}/other"


@dataclass
class Ear:
    """A listener, and all that it was sent."""

    ctx: Context
    listener: Listener
    missed: bytes
    sent: list[bytes] = field(default_factory=list)

    async def heard(self) -> list[Event]:
        """What it was told since it was last asked; nothing where nothing is waiting."""
        # Telling waits for news, so that without any it would go on waiting.
        if self.ctx.live._news.is_set():
            await self.ctx.live.tell()
        sent = []
        while self.listener._queue.qsize():
            sent.append(await self.listener.next())
        self.sent += filter(None, sent)
        assert None not in sent, "let go"
        return events_in(b"".join(filter(None, sent)))


@asynccontextmanager
async def ear(
    ctx: Context, url: str = POST, *, since: int | None = 0, claim: PageClaim | None = None
) -> AsyncIterator[Ear]:
    wanted = Following(claim or PageClaim(url), since=since, origin=ORIGIN)
    listener, missed = await follow_thread(ctx, wanted, b"somebody")
    try:
        yield Ear(ctx, listener, missed)
    finally:
        ctx.live.leave(listener)


async def heard_from_start(ctx: Context, since: int = 0) -> list[Event]:
    async with ear(ctx, since=since) as late:
        return events_in(late.missed)


async def test_the_first_comment_of_a_page_is_heard_and_the_second(
    ctx: Context, open_site: Site
) -> None:
    async with ear(ctx) as reader:
        assert reader.missed == b""
        first = await write(ctx, "The weir.")
        (event,) = await reader.heard()
        assert (event.name, event.of, event.data["count"]) == ("new", first.id, 1)
        second = await write(ctx, "The gauge.", parent_id=first.id)
        (event,) = await reader.heard()
        assert (event.name, event.of, event.data["count"]) == ("new", second.id, 2)
        thread = await read(ctx)
        assert event.id == str(thread.version)
        assert event.data["comment"]["depth"] == 1
        assert await reader.heard() == []


async def test_a_new_comment_is_told_as_the_thread_has_it(ctx: Context, open_site: Site) -> None:
    async with ear(ctx) as reader:
        first = await write(ctx, "One *word*.", website="https://a.example", email="a@example.org")
        child = await write(ctx, "Two.", parent_id=first.id)
        await write(ctx, "Three.", parent_id=child.id)
        events = await reader.heard()
    thread = await read(ctx)
    told = [event.data["comment"] for event in events]
    for comment, public in zip(told, thread.comments, strict=True):
        assert comment == msgspec.to_builtins(public)
    assert [comment["depth"] for comment in told] == [0, 1, 2]


async def test_what_waits_and_what_is_spam_is_told_to_nobody_in_no_form(
    ctx: Context, site: Site, owner: Member
) -> None:
    async with ear(ctx) as reader:
        waiting = await write(ctx)
        spam = await write(ctx, trap="filled")
        await decide(ctx, owner, Act.SPAM, waiting)
        await decide(ctx, owner, Act.REMOVE, spam)
        await decide(ctx, owner, Act.HOLD, spam)
        assert await reader.heard() == []
        assert reader.sent == []
    assert await heard_from_start(ctx) == []


async def test_approval_tells_a_new_comment_with_the_words_it_has_then(
    ctx: Context, site: Site, owner: Member
) -> None:
    async with ear(ctx) as reader:
        sent = await submit(ctx, "Before.")
        await revise_comment(
            ctx, sent.comment.id, sent.author_token, "After.", origin=ORIGIN, now=NOW
        )
        assert await reader.heard() == []
        await decide(ctx, owner, Act.APPROVE, sent.comment)
        (event,) = await reader.heard()
    assert (event.name, event.of, event.data["count"]) == ("new", sent.comment.id, 1)
    assert event.data["comment"]["body"] == [["p", "After."]]


@pytest.mark.parametrize("act", [Act.HOLD, Act.SPAM, Act.REMOVE])
async def test_what_is_taken_away_is_told_by_its_number_alone_and_undone_as_new(
    ctx: Context, open_site: Site, owner: Member, act: Act
) -> None:
    first = await write(ctx)
    async with ear(ctx) as reader:
        assert [event.name for event in events_in(reader.missed)] == ["new"]
        decision = await decide(ctx, owner, act, first)
        (event,) = await reader.heard()
        assert (event.name, event.data) == ("removed", {"id": first.id, "count": 0})
        assert decision.audit_id is not None
        await undo(ctx, owner, decision.audit_id, now=NOW)
        (event,) = await reader.heard()
        assert (event.name, event.of, event.data["count"]) == ("new", first.id, 1)


async def test_an_edit_is_told_and_a_withdrawal(ctx: Context, open_site: Site) -> None:
    sent = await submit(ctx, "Before.")
    mine = (ctx, sent.comment.id, sent.author_token)
    await write(ctx, parent_id=sent.comment.id)
    async with ear(ctx) as reader:
        await revise_comment(*mine, "After.", origin=ORIGIN, now=NOW)
        (event,) = await reader.heard()
        assert (event.name, event.of) == ("edited", sent.comment.id)
        assert event.data["comment"]["body"] == [["p", "After."]]
        assert event.data["comment"]["reply_count"] == 1
        await withdraw_comment(*mine, origin=ORIGIN, now=NOW)
        (event,) = await reader.heard()
        assert (event.name, event.data) == ("removed", {"id": sent.comment.id, "count": 1})


async def test_an_edit_that_is_held_takes_the_comment_away(ctx: Context, open_site: Site) -> None:
    sent = await submit(ctx, "Before.")
    async with ear(ctx) as reader:
        link = "https://a.example https://b.example https://c.example"
        await revise_comment(ctx, sent.comment.id, sent.author_token, link, origin=ORIGIN, now=NOW)
        (event,) = await reader.heard()
    assert (event.name, event.data) == ("removed", {"id": sent.comment.id, "count": 0})
    assert b"a.example" not in b"".join(reader.sent)


async def test_whoever_comes_again_is_told_exactly_what_was_missed(
    ctx: Context, open_site: Site, owner: Member
) -> None:
    kept, gone, edited = await write(ctx), await write(ctx), await submit(ctx)
    since = (await read(ctx)).version
    added = await write(ctx)
    await decide(ctx, owner, Act.REMOVE, gone)
    await revise_comment(
        ctx, edited.comment.id, edited.author_token, "After.", origin=ORIGIN, now=NOW
    )
    events = await heard_from_start(ctx, since)
    assert [(event.name, event.of) for event in events] == [
        ("new", added.id),
        ("removed", gone.id),
        ("edited", edited.comment.id),
    ]
    assert kept.id not in [event.of for event in events]
    for number, event in enumerate(events):
        rest = await heard_from_start(ctx, int(event.id))
        assert [each.of for each in rest] == [each.of for each in events[number + 1 :]]


async def test_a_decision_on_many_is_missed_whole_when_the_connection_breaks_inside_it(
    ctx: Context, open_site: Site, owner: Member
) -> None:
    many = [await write(ctx) for _ in range(3)]
    async with ear(ctx, since=None) as reader:
        await decide(ctx, owner, Act.REMOVE, *many)
        events = await reader.heard()
    assert [event.of for event in events] == [each.id for each in many]
    again = await heard_from_start(ctx, int(events[1].id))
    assert [event.of for event in again] == [each.id for each in many]
    assert await heard_from_start(ctx, int(events[2].id)) == []


async def test_too_much_to_be_told_is_to_be_read(
    ctx: Context, open_site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live_events, "MOST", 2)
    for _ in range(3):
        await write(ctx)
    (event,) = await heard_from_start(ctx)
    assert (event.name, event.data) == ("count", {"count": 3, "reload": True})
    assert event.id == str((await read(ctx)).version)


async def test_a_version_of_a_time_to_come_is_not_believed(ctx: Context, open_site: Site) -> None:
    """As after a restored copy of the database."""
    await write(ctx)
    (event,) = await heard_from_start(ctx, 10**9)
    assert (event.name, event.data) == ("count", {"count": 1, "reload": True})


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
            return await look(*args)  # type: ignore[arg-type] # passed on

        monkeypatch.setattr(changes, "changed_in_page", counted)
        await write(ctx)
        for reader in (one, two, three):
            assert len(await reader.heard()) == 1
        assert len(asked) == 1
        assert one.sent[0] is two.sent[0] is three.sent[0]


async def test_a_listener_who_does_not_keep_up_is_let_go_and_the_others_stay(
    ctx: Context, open_site: Site
) -> None:
    async with ear(ctx) as slow, ear(ctx) as quick:
        for _ in range(QUEUE + 1):
            await write(ctx)
            assert len(await quick.heard()) == 1
        assert await slow.listener.next() is None


async def test_nothing_is_missed_between_looking_and_listening(
    ctx: Context, open_site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    look = changes.changed_in_page
    await write(ctx, url=POST)
    late = []

    async def slowly(*args: object) -> object:
        found = await look(*args)  # type: ignore[arg-type] # passed on
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
    listeners[0].put(b"events")
    live.close()
    assert [await each.next() for each in listeners] == [None, None]
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
            (event,) = events_in(await reader.listener.next() or b"")
            assert (event.name, event.of) == ("new", waiting.id)
            await decide(ctx, owner, Act.REMOVE, waiting)
            (event,) = events_in(await reader.listener.next() or b"")
        assert (event.name, event.of) == ("removed", waiting.id)
