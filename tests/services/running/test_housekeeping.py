"""What was removed can be brought back for thirty days, and is nobody's after that."""

from __future__ import annotations

from afterword.core.model import Act, Member, Site, Status
from afterword.core.telling import NewMessage
from afterword.services.audit.undo_act import UNDOABLE, undo
from afterword.services.context import Context
from afterword.services.readers.reader_session import LASTS
from afterword.services.running.housekeeping import BATCH, TOLD, tidy_up
from afterword.storage import (
    comments,
    contacts,
    delivery_tries,
    events,
    outbox,
    own_sessions,
    reader_codes,
    readers,
    senders,
)
from afterword.storage.own_sessions import PageOwner
from afterword.storage.reader_codes import Asked
from tests.services.builders import DAY, NOW, add_site, decide, write
from tests.services.known import known


async def test_what_was_removed_is_scrubbed_after_thirty_days(
    ctx: Context, site: Site, owner: Member
) -> None:
    comment = await write(ctx, "Regretted", email="noa@example.org")
    kept = await write(ctx, "Kept")
    await decide(ctx, owner, Act.REMOVE, comment)
    await tidy_up(ctx, now=NOW + UNDOABLE)
    assert await contacts.of(ctx.store, comment.id) is not None
    await tidy_up(ctx, now=NOW + UNDOABLE + 1)
    scrubbed = await comments.get(ctx.store, comment.id)
    assert scrubbed is not None
    assert (scrubbed.status, scrubbed.source, scrubbed.author.name) == (Status.REMOVED, "", "")
    assert await contacts.of(ctx.store, comment.id) is None
    assert await comments.get(ctx.store, kept.id) == kept


async def test_what_was_brought_back_is_not_scrubbed(
    ctx: Context, site: Site, owner: Member
) -> None:
    comment = await write(ctx)
    decision = await decide(ctx, owner, Act.REMOVE, comment)
    assert decision.audit_id is not None
    await undo(ctx, owner, decision.audit_id, now=NOW)
    await tidy_up(ctx, now=NOW + 2 * UNDOABLE)
    assert await comments.get(ctx.store, comment.id) == comment


async def test_more_than_one_batch_is_scrubbed_in_one_go(
    ctx: Context, site: Site, owner: Member
) -> None:
    written = [await write(ctx) for _ in range(BATCH + 3)]
    await decide(ctx, owner, Act.REMOVE, *written)
    await tidy_up(ctx, now=NOW + UNDOABLE + 1)
    found = await comments.get_many(ctx.store, [each.id for each in written])
    assert {each.source for each in found.values()} == {""}


async def test_sessions_of_readers_and_codes_that_are_over_are_dropped(
    ctx: Context, site: Site
) -> None:
    await known(ctx, site)
    kept = await known(ctx, site, now=NOW + 1)
    mailbox_id = kept.reader.mailbox_id or 0
    own = {"csrf": "x", "ends_at": NOW + LASTS, "now": NOW}
    async with ctx.store.write() as db:
        own_sessions.add(db, PageOwner(mailbox_id), "one", **own)
        reader_codes.add(db, Asked("a", None, mailbox_id, None, "b", True, 0, NOW, NOW + 1))
    await tidy_up(ctx, now=NOW + DAY)
    assert await reader_codes.by_ticket(ctx.store, "a") is not None
    await tidy_up(ctx, now=NOW + LASTS)
    assert await reader_codes.by_ticket(ctx.store, "a") is None
    assert await own_sessions.by_token(ctx.store, "one", now=NOW) is None
    left = await readers.sessions_of(ctx.store, [kept.reader.id], now=NOW)
    assert [each.created_at for each in left] == [NOW + 1]


async def test_a_site_says_for_how_many_days_addresses_are_known(ctx: Context, site: Site) -> None:
    brief = await add_site(ctx, "brief", "https://brief.example", keep_addresses=2)
    usual = await write(ctx, address="203.0.113.5")
    short = await write(
        ctx, url="https://brief.example/a", origin="https://brief.example", address="203.0.113.5"
    )
    await tidy_up(ctx, now=NOW + 2 * DAY)
    assert await senders.of(ctx.store, short.id) is not None
    await tidy_up(ctx, now=NOW + 2 * DAY + 1)
    assert await senders.of(ctx.store, short.id) is None
    assert await senders.of(ctx.store, usual.id) is not None
    assert brief.policy.keep_addresses == 2


async def test_what_was_told_is_forgotten_with_its_tries_after_thirty_days(
    ctx: Context, site: Site
) -> None:
    await write(ctx)
    mail = NewMessage(channel="mail", purpose="test")
    async with ctx.store.write() as db:
        await events.take(db, 99, now=NOW)
        settled, waiting = [await outbox.add(db, mail, now=NOW) for _ in range(2)]
        assert settled is not None
        outbox.settle(db, settled, "sent", now=NOW)
        delivery_tries.add(db, settled, sent=True, answer="250 Taken", now=NOW)
    await write(ctx)  # is not spread yet
    tables = ("SELECT id FROM outbox", "SELECT id FROM delivery_try", "SELECT id FROM event")
    await tidy_up(ctx, now=NOW + TOLD)
    assert [len(await ctx.store.fetch_all(sql)) for sql in tables] == [2, 1, 2]
    await tidy_up(ctx, now=NOW + TOLD + 1)
    assert [len(await ctx.store.fetch_all(sql)) for sql in tables] == [1, 0, 1]
    assert await ctx.store.fetch_all(tables[0]) == [(waiting,)]
