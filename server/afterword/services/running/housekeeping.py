"""Ending what is over: sessions, links, failed sign-ins, addresses, bans, old pages, removed texts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from afterword.core.model import Status
from afterword.services.audit.undo_act import UNDOABLE
from afterword.services.importing import take_back_import
from afterword.services.importing.manage_imports import tidy_imports
from afterword.services.members import sign_in, sign_in_throttle
from afterword.services.members.account_mails import LOST_FOR
from afterword.services.pages.close_old_pages import close_old_pages
from afterword.services.screening.learn_from_decisions import forget
from afterword.services.shared_limits import LONGEST
from afterword.services.sites import rename_host
from afterword.services.telling.manage_subscriptions import LASTS
from afterword.storage import (
    api_tokens,
    bans,
    comments,
    events,
    host_moves,
    invitations,
    mailboxes,
    moves,
    outbox_list,
    own_sessions,
    rate_buckets,
    reactions,
    reader_codes,
    readers,
    reports,
    senders,
    sessions,
    sign_in_failures,
    spent_tokens,
    subscriptions,
    votes,
)

if TYPE_CHECKING:
    from afterword.services.context import Context

REMEMBERED = 7 * 24 * 60 * 60_000
"""Milliseconds for which the network address of a reader is kept, as a hash."""
DAY = 24 * 60 * 60_000
KNOWN_SENDERS = 30 * DAY
"""The same of whoever wrote a comment, at most: for as long, they can be banned by it. A site may
choose less (`keep_addresses`)."""
TOLD = 30 * 24 * 60 * 60_000
"""The same of what happened and was told, with each try to tell it."""
BATCH = 100
"""Comments scrubbed in one transaction, so that nobody waits long for the writer."""
TOLD_BATCH = 1000
"""The same of messages, and of events."""


async def tidy_up(ctx: Context, *, now: int) -> None:
    """Does all of it once."""
    async with ctx.store.write() as db:
        await sessions.drop_ended(
            db, seen_before=now - sign_in.IDLE, created_before=now - sign_in.LONGEST
        )
        await sign_in_failures.drop_before(db, now - sign_in_throttle.WINDOW)
        await invitations.drop_over(db, now, resets_before=now - LOST_FOR)
        api_tokens.drop_over(db, now)
        await spent_tokens.drop_ended(db, now)
        await readers.drop_ended(db, now)
        await reader_codes.drop_before(db, now - DAY)
        own_sessions.drop_ended(db, now)
        while await rate_buckets.drop_before(db, now - LONGEST, TOLD_BATCH) == TOLD_BATCH:
            pass
        for noun in (votes, reactions, reports):
            await noun.forget_addresses(db, now - REMEMBERED)
        await moves.forget(db, now - UNDOABLE)
        await host_moves.forget(db, now - UNDOABLE)
        await senders.forget(db, now - KNOWN_SENDERS)
        for site in ctx.sites:
            await senders.forget_of_site(db, site.id, now - site.policy.keep_addresses * DAY)
        await bans.drop_ended(db, now - UNDOABLE)
        subscriptions.forget_pending(db, now - LASTS)
        mailboxes.forget_unconfirmed(db, now - LASTS)
    await rename_host.finish_undone(ctx, now=now)
    await take_back_import.finish_undone(ctx, now=now)
    await tidy_imports(ctx, now=now)
    await close_old_pages(ctx, now=now)
    while await _scrub(ctx, now):
        pass
    while await _forget_told(ctx, now - TOLD):
        pass


async def _scrub(ctx: Context, now: int) -> bool:
    """Scrubs some of what nobody can bring back any more; whether there may be more."""
    ids = await comments.removed_before(ctx.store, now - UNDOABLE, BATCH)
    found = await comments.get_many(ctx.store, ids)
    for page_id in sorted({comment.page_id for comment in found.values()}):
        on_page = [each for each in found.values() if each.page_id == page_id]
        async with ctx.store.write() as db, comments.changing(db, on_page, now) as here:
            # As they are under the lock: somebody may have brought one back meanwhile.
            removed = [each.id for each in here.values() if each.status == Status.REMOVED]
            for comment_id in removed:
                await comments.scrub(db, comment_id, now=now)
            await forget(db, removed)
    return len(ids) == BATCH


async def _forget_told(ctx: Context, before: int) -> bool:
    """Forgets some of what was told long ago; whether there may be more."""
    async with ctx.store.write() as db:
        messages = await outbox_list.drop_settled(db, before, TOLD_BATCH)
        happened = await events.drop_spread(db, before, TOLD_BATCH)
    return TOLD_BATCH in (messages, happened)
