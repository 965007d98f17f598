"""Erasing a person: all that they wrote and all that makes them known; the thread keeps its shape.

Who may ask for it is for the caller to know: the person on their own page, an owner, the command line.
What stays is nobody's: an empty place where a comment was answered, counts of votes, bans.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from afterword.core.known_reader import Person
from afterword.services.screening.learn_from_decisions import forget
from afterword.storage import comments, mailboxes, persons

if TYPE_CHECKING:
    from collections.abc import Sequence

    from afterword.services.context import Context
    from afterword.storage.store import Db

BATCH = 100
"""Comments scrubbed in one transaction, so that nobody waits long for the writer."""


async def person_of(ctx: Context, db: Db, email: str) -> Person:
    """All that an address is known by, on every site; somebody who never confirmed it has less."""
    mailbox = await mailboxes.by_key(db, ctx.hashes.mailbox(email))
    keys = [ctx.hashes.author_by_email(site.id, email) for site in ctx.sites]
    if mailbox is not None:
        keys += await persons.keys_of(db, mailbox.id)
    return Person(email, tuple(dict.fromkeys(keys)), mailbox.id if mailbox else None)


async def erase_person(
    ctx: Context, person: Person, site_ids: Sequence[int] | None = None, *, now: int
) -> int:
    """Erases everything of the person on these sites, on all where none is named; how many comments.

    It is done in parts, none of which takes long; when it is broken off, doing it again goes on.
    """
    everywhere = site_ids is None
    on = [site.id for site in ctx.sites] if site_ids is None else list(site_ids)
    count = 0
    while done := await _scrub_some(ctx, person, on, now):
        count += done
    async with ctx.store.write() as db:
        await persons.forget(db, person, on)
        if everywhere and person.mailbox_id is not None:
            await persons.forget_mailbox(db, person.mailbox_id)
    return count


async def _scrub_some(ctx: Context, person: Person, site_ids: Sequence[int], now: int) -> int:
    ids = await persons.comments_of(ctx.store, person, site_ids, limit=BATCH)
    found = await comments.get_many(ctx.store, ids)
    if not found:
        return 0
    async with ctx.store.write() as db, comments.changing(db, found.values(), now) as here:
        for comment_id in here:
            await comments.scrub(db, comment_id, now=now)
        await forget(db, list(here))
    return len(found)
