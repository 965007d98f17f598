"""What the forms of a page can ask for: each reads its fields and calls one service."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from afterword.core.errors import FieldError, Invalid
from afterword.services.pages import change_page, forget_address, move_pages
from afterword.services.pages.list_pages import find_page

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping

    from afterword.core.model import Member, Page
    from afterword.services.context import Context
    from afterword.web.input import Fields

    Done: TypeAlias = tuple[int | None, Page]
    """The number of the act, and the page to go on to."""
    PageAct: TypeAlias = Callable[[Context, Member, int, Fields, int], Awaitable[Done]]


async def _close(ctx: Context, member: Member, page_id: int, fields: Fields, now: int) -> Done:
    done = await change_page.close_page(ctx, member, page_id, now=now)
    return done.audit_id, done.page


async def _open(ctx: Context, member: Member, page_id: int, fields: Fields, now: int) -> Done:
    done = await change_page.open_page(ctx, member, page_id, now=now)
    return done.audit_id, done.page


async def _slow(ctx: Context, member: Member, page_id: int, fields: Fields, now: int) -> Done:
    seconds = fields.integer("slow", least=0) or 0
    done = await change_page.slow_page(ctx, member, page_id, seconds, now=now)
    return done.audit_id, done.page


async def _note(ctx: Context, member: Member, page_id: int, fields: Fields, now: int) -> Done:
    done = await change_page.note_page(ctx, member, page_id, fields.text("note"), now=now)
    return done.audit_id, done.page


async def _pin(ctx: Context, member: Member, page_id: int, fields: Fields, now: int) -> Done:
    return await _set_pin(ctx, member, fields, now, pinned=True)


async def _unpin(ctx: Context, member: Member, page_id: int, fields: Fields, now: int) -> Done:
    return await _set_pin(ctx, member, fields, now, pinned=False)


async def _set_pin(ctx: Context, member: Member, fields: Fields, now: int, *, pinned: bool) -> Done:
    number = fields.integer("id") or 0
    done = await change_page.pin_comment(ctx, member, number, pinned=pinned, now=now)
    return done.audit_id, done.page


async def _forget(ctx: Context, member: Member, page_id: int, fields: Fields, now: int) -> Done:
    done = await forget_address.forget_address(
        ctx, member, page_id, fields.required("key"), now=now
    )
    return done.audit_id, done.page


async def _rename(ctx: Context, member: Member, page_id: int, fields: Fields, now: int) -> Done:
    done = await move_pages.rename_page(
        ctx, member, page_id, url=fields.text("url"), title=fields.text("title"), now=now
    )
    return done.audit_id, done.page


async def _merge(ctx: Context, member: Member, page_id: int, fields: Fields, now: int) -> Done:
    into_id = fields.integer("into_id") or await _page_at(ctx, member, fields.text("into"))
    done = await move_pages.merge_pages(ctx, member, page_id, into_id, now=now)
    return done.audit_id, done.page


async def _page_at(ctx: Context, member: Member, url: str) -> int:
    if not url:
        raise Invalid(FieldError("into", "missing", "Give the address of the other page."))
    try:
        return (await find_page(ctx, member, url)).id
    except Invalid as refusal:
        raise Invalid(FieldError("into", "not_a_page", str(refusal))) from None


async def _split(ctx: Context, member: Member, page_id: int, fields: Fields, now: int) -> Done:
    ids = fields.integers("id")
    if not ids:
        raise Invalid(FieldError("id", "missing", "Tick the comments that shall move first."))
    done = await move_pages.split_page(
        ctx, member, ids, url=fields.text("split_url"), title=fields.text("split_title"), now=now
    )
    return done.audit_id, done.page


ACTS: Mapping[str, PageAct] = {
    "close": _close,
    "open": _open,
    "slow": _slow,
    "note": _note,
    "pin": _pin,
    "unpin": _unpin,
    "forget": _forget,
    "rename": _rename,
    "merge": _merge,
    "split": _split,
}
FIELDS: Mapping[str, tuple[str, ...]] = {
    "slow": ("slow",),
    "note": ("note",),
    "rename": ("url", "title"),
    "merge": ("into",),
    "split": ("split_url", "split_title"),
}
"""What somebody types into each of these forms."""
