"""What a reader is told: everything public, in the words of the thread, and nothing else."""

from __future__ import annotations

import msgspec
import pytest

from afterword.core.model import Act, Member, Site
from afterword.services import live_events
from afterword.services.audit.undo_act import undo
from afterword.services.context import Context
from afterword.services.writing.revise_comment import revise_comment, withdraw_comment
from tests.services.builders import NOW, ORIGIN, decide, read, submit, write
from tests.services.ear import ear, heard_from_start
from tests.support.events import events_in

OTHER = f"{ORIGIN}/other"


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
