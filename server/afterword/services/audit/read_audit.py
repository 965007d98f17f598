"""Looking back at who did what, on the sites that a member has to do with; newest first, in slices."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from afterword.core.errors import Forbidden
from afterword.core.model import Act, Role
from afterword.services.audit.undo_act import NEEDS, RESTORE, UNDOABLE
from afterword.services.permission import may, readable_sites
from afterword.storage import audit, comments, members, pages

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping, Sequence

    from afterword.core.model import Member
    from afterword.services.context import Context
    from afterword.storage.audit import Entry, Wanted

SLICE = 50
EXPORTED = 500
"""Entries that an export reads at once."""
LOOKED_UP = 3
"""Comments of one act whose pages are named."""


@dataclass(frozen=True, slots=True)
class Where:
    """A comment that an act was about, as far as it is still there."""

    id: int
    title: str
    """Of its page."""


@dataclass(frozen=True, slots=True)
class Line:
    """One act, with names."""

    id: int
    at: int
    act: str
    member_name: str
    site_id: int | None
    site_name: str
    """Empty for what is about no site, about several, or about one that is gone."""
    subject: tuple[int, ...]
    before: Any
    after: Any
    undone_at: int | None
    may_undo: bool
    by_mail: bool
    """Whether a link of a mail led to it."""
    where: tuple[Where, ...] = ()
    undid: str | None = None
    """Of an undo, the act that it took back."""
    undid_count: int = 0


@dataclass(frozen=True, slots=True)
class AuditPage:
    """A slice of the log."""

    lines: tuple[Line, ...]
    next: int | None
    """`Wanted.before_id` of the next slice."""


async def read_audit(ctx: Context, member: Member, wanted: Wanted, *, now: int) -> AuditPage:
    """What the filter lets through of what the member may see."""
    entries = await _entries(ctx, member, wanted, SLICE + 1)
    shown = entries[:SLICE]
    lines = await _lines(ctx, member, shown, now)
    lines = await _with_undone(ctx, await _with_places(ctx, lines))
    return AuditPage(tuple(lines), shown[-1].id if len(entries) > SLICE else None)


async def export_audit(
    ctx: Context, member: Member, wanted: Wanted, *, now: int
) -> AsyncIterator[Line]:
    """All of it, for owners: of the one site that is asked for, else of every site."""
    if not may(member, wanted.site_id, Role.OWNER):
        raise Forbidden("The log is exported by owners: of the chosen site, or of every site.")
    while entries := await _entries(ctx, member, wanted, EXPORTED):
        for line in await _lines(ctx, member, entries, now):
            yield line
        wanted = replace(wanted, before_id=entries[-1].id)


async def members_of_log(ctx: Context) -> Mapping[int, str]:
    """Names by id, for the filter: also those who are gone."""
    return await members.every_name(ctx.store)


async def _entries(ctx: Context, member: Member, wanted: Wanted, limit: int) -> list[Entry]:
    """Of several sites, each is asked by itself: then an index answers each question."""
    readable = readable_sites(member)
    if readable is None:
        return await audit.find(ctx.store, wanted, limit)
    asked = [wanted.site_id] if wanted.site_id is not None else readable
    found: list[Entry] = []
    for site_id in asked:
        if site_id in readable:
            found += await audit.find(ctx.store, replace(wanted, site_id=site_id), limit)
    return sorted(found, key=lambda entry: entry.id, reverse=True)[:limit]


async def _lines(ctx: Context, member: Member, entries: Sequence[Entry], now: int) -> list[Line]:
    names = await members.every_name(ctx.store)
    return [_line(ctx, member, entry, names, now) for entry in entries]


def _line(ctx: Context, member: Member, entry: Entry, names: Mapping[int, str], now: int) -> Line:
    site = ctx.sites.by_id(entry.site_id) if entry.site_id is not None else None
    name = "The command line" if entry.member_id is None else names.get(entry.member_id, "")
    return Line(
        id=entry.id,
        at=entry.at,
        act=entry.act,
        member_name=name or "A former member",
        site_id=entry.site_id,
        site_name=site.name if site else "",
        subject=entry.subject,
        before=entry.before,
        after=entry.after,
        undone_at=entry.undone_at,
        may_undo=_may_undo(member, entry, now),
        by_mail=entry.via == "mail",
    )


def _may_undo(member: Member, entry: Entry, now: int) -> bool:
    """Whether a button makes sense; the act itself decides in the end."""
    is_new = entry.undone_at is None and now - entry.at <= UNDOABLE
    needed = NEEDS.get(entry.act, Role.MODERATOR)
    return is_new and entry.act in RESTORE and may(member, entry.site_id, needed)


async def _with_places(ctx: Context, lines: Sequence[Line]) -> list[Line]:
    """With the pages of the first comments of each act, in two questions."""
    ids = {each for line in lines if _is_about_comments(line) for each in line.subject[:LOOKED_UP]}
    found = await comments.get_many(ctx.store, sorted(ids))
    on = await pages.get_many(ctx.store, sorted({each.page_id for each in found.values()}))
    placed = []
    for line in lines:
        of = [found[each] for each in line.subject[:LOOKED_UP] if each in found]
        where = {
            each.page_id: Where(each.id, on[each.page_id].title or on[each.page_id].url)
            for each in reversed(of)
            if each.page_id in on
        }
        placed.append(
            replace(line, where=tuple(where.values())) if _is_about_comments(line) else line
        )
    return placed


def _is_about_comments(line: Line) -> bool:
    return line.act in tuple(Act)


async def _with_undone(ctx: Context, lines: Sequence[Line]) -> list[Line]:
    """An undo with the act that it took back."""
    numbers = [line.before for line in lines if isinstance(line.before, int)]
    found = {entry.id: entry for entry in await audit.get_many(ctx.store, numbers)}
    return [
        replace(line, undid=found[line.before].act, undid_count=len(line.subject))
        if isinstance(line.before, int) and line.before in found
        else line
        for line in lines
    ]
