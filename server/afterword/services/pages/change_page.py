"""What moderators decide about a page itself: closed or open, slow, a note above it, what is pinned.

Each is one transaction and one audit row, which holds the values of before and after: undo gives back
those that are still as the act left them. Where nothing has to be changed, nothing is written.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from afterword.core.draft import clean_note
from afterword.core.errors import Conflict, FieldError, Invalid, NotFound
from afterword.core.model import Page, Role, Status
from afterword.services.acted_on import comment_for, page_for
from afterword.services.render import render
from afterword.storage import audit, comments, moves, pages

if TYPE_CHECKING:
    from collections.abc import Mapping

    from afterword.core.model import Comment, Member
    from afterword.services.context import Context
    from afterword.storage.store import WriteDb

    Values: TypeAlias = "Mapping[str, int | str | None]"
    """Fields of a page, by the names that they have in `Page`."""

CLOSE, OPEN, SLOW, NOTE = "close_page", "open_page", "slow_page", "note_page"
PIN, UNPIN = "pin_comment", "unpin_comment"
SLOWEST = 86_400
"""Seconds between two comments of one author at most: a day."""


@dataclass(frozen=True, slots=True)
class PageChange:
    """What an act changed."""

    audit_id: int | None
    """None where nothing had to be changed."""
    page: Page
    """As it is now."""


async def close_page(ctx: Context, member: Member, page_id: int, *, now: int) -> PageChange:
    """Takes no more comments there; raises `NotFound`, and `Forbidden` for a viewer, as all of these."""
    return await _change(ctx, member, CLOSE, page_id, {"closed": 1, "opened_at": None}, now)


async def open_page(ctx: Context, member: Member, page_id: int, *, now: int) -> PageChange:
    """Takes comments there again, also where the page has closed by its age: that counts from now."""
    return await _change(ctx, member, OPEN, page_id, {"closed": 0, "opened_at": now}, now)


async def slow_page(
    ctx: Context, member: Member, page_id: int, seconds: int, *, now: int
) -> PageChange:
    """Lets each author wait so many seconds between two comments there; 0 for no wait."""
    if not 0 <= seconds <= SLOWEST:
        message = f"Choose 0 to {SLOWEST:,} seconds between two comments of one author."
        raise Invalid(FieldError("slow", "out_of_range", message))
    return await _change(ctx, member, SLOW, page_id, {"slow": seconds}, now)


async def note_page(
    ctx: Context, member: Member, page_id: int, note: str, *, now: int
) -> PageChange:
    """Puts this Markdown above the thread, or nothing; raises `Invalid` for what cannot be shown."""
    words = clean_note(note)
    page = await page_for(ctx.store, member, page_id, Role.MODERATOR)
    site = ctx.sites.by_id(page.site_id)
    if site is None:
        raise NotFound("There is no such page.")
    if words and not await render(ctx, words, site.policy):
        raise Invalid(FieldError("note", "missing", "Please write something that can be seen."))
    return await _change(ctx, member, NOTE, page_id, {"note": words}, now)


async def pin_comment(
    ctx: Context, member: Member, comment_id: int, *, pinned: bool, now: int
) -> PageChange:
    """Has a top-level comment stand before all others, or no longer; at most three do on a page.

    Raises `NotFound`, `Forbidden` for a viewer, and `Conflict` for a reply, for what is not public, and
    where three are pinned already.
    """
    async with ctx.store.write() as db:
        comment, page = await comment_for(db, member, comment_id, Role.MODERATOR)
        if comment.pinned == pinned:
            return PageChange(None, page)
        async with comments.changing(db, [comment], now):
            comment, page = await comment_for(db, member, comment_id, Role.MODERATOR)
            if pinned:
                _check_fit(comment, await moves.pinned_on(db, page.id))
            await moves.pin(db, [comment_id], pinned=pinned)
            audit_id = await audit.add(
                db,
                member_id=member.id,
                act=PIN if pinned else UNPIN,
                site_id=page.site_id,
                subject=[page.id],
                before={"comment": comment_id, "pinned": not pinned},
                after={"comment": comment_id, "pinned": pinned},
                now=now,
            )
    return PageChange(audit_id, page)


async def restore(db: WriteDb, member: Member, entry: audit.Entry, now: int) -> dict[int, str]:
    """Gives the page of an act the values that it had before; what `undo_act` does.

    Raises `Conflict` where somebody has changed them since.
    """
    (page_id,) = entry.subject
    await page_for(db, member, page_id, Role.MODERATOR)
    async with pages.changing(db, page_id, now, follow=False) as page:
        if _values(page, entry.after) != entry.after:
            raise Conflict("Somebody has changed this page since, so that it was left as it is.")
        await _set(db, page, entry.before)
    return {page_id: page.url}


async def restore_pin(db: WriteDb, member: Member, entry: audit.Entry, now: int) -> dict[int, str]:
    """Pins again what an act has unpinned, or the other way round; raises as `restore` does."""
    comment_id, was_pinned = entry.before["comment"], entry.before["pinned"]
    comment, _ = await comment_for(db, member, comment_id, Role.MODERATOR)
    async with comments.changing(db, [comment], now):
        comment, page = await comment_for(db, member, comment_id, Role.MODERATOR)
        if comment.pinned == was_pinned:
            raise Conflict("Somebody has changed this since, so that it was left as it is.")
        if was_pinned:
            _check_fit(comment, await moves.pinned_on(db, page.id))
        await moves.pin(db, [comment_id], pinned=was_pinned)
    return {page.id: page.url}


async def _change(
    ctx: Context, member: Member, act: str, page_id: int, after: Values, now: int
) -> PageChange:
    async with ctx.store.write() as db:
        await page_for(db, member, page_id, Role.MODERATOR)
        async with pages.changing(db, page_id, now, follow=False) as page:
            before = _values(page, after)
            if before == after:
                return PageChange(None, page)
            await _set(db, page, after)
            audit_id = await audit.add(
                db,
                member_id=member.id,
                act=act,
                site_id=page.site_id,
                subject=[page_id],
                before=before,
                after=after,
                now=now,
            )
        page = await page_for(db, member, page_id, Role.MODERATOR)
    return PageChange(audit_id, page)


def _values(page: Page, names: Values) -> Values:
    """Those values of the page, as JSON and the database have them."""
    found = {name: getattr(page, name) for name in names}
    return {name: int(value) if isinstance(value, bool) else value for name, value in found.items()}


async def _set(db: WriteDb, page: Page, values: Values) -> None:
    if "closed" in values:
        opened_at = values["opened_at"]
        await pages.close(
            db,
            page.id,
            closed=bool(values["closed"]),
            opened_at=None if opened_at is None else int(opened_at),
        )
    if "slow" in values:
        await pages.slow_down(db, page.id, int(values["slow"] or 0))
    if "note" in values:
        await pages.take_note(db, page.id, str(values["note"]))


def _check_fit(comment: Comment, pinned: list[int]) -> None:
    if comment.parent_id is not None:
        raise Conflict("Only a comment that answers no other can be pinned.")
    if comment.status is not Status.APPROVED:
        raise Conflict("Approve this comment first: nobody would see it.")
    if len(pinned) >= moves.MOST_PINNED:
        raise Conflict(
            f"{moves.MOST_PINNED} comments are pinned here already. Unpin one of them first."
        )
