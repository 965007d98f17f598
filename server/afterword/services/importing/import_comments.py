"""The second half of an import: from the staging into the database, page by page.

Each batch is one write through the door of its page. What the site has already, by its origin key, is left
as it is: so a run that was broken off is finished by the next one, and one more adds nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from afterword.core.errors import FieldError, Invalid
from afterword.core.model import Role
from afterword.services.importing.stage_import import BATCH, Wanted, read_comment, read_page
from afterword.services.permission import require
from afterword.storage import audit, imports, members, moves, pages
from afterword.storage.imports import Arrival

if TYPE_CHECKING:
    from afterword.core.model import Member, Page
    from afterword.services.context import Context
    from afterword.services.importing.clean_record import CleanPage
    from afterword.storage.staging import Staged, Staging
    from afterword.storage.store import Db

IMPORT = "import_comments"
"""The word of the audit log."""


@dataclass(frozen=True, slots=True)
class Imported:
    """What came."""

    audit_id: int
    pages: int
    comments: int


async def import_comments(
    ctx: Context,
    member: Member,
    staging: Staging,
    wanted: Wanted,
    progress: Callable[[int], object],
    *,
    now: int,
    audit_id: int | None = None,
) -> Imported:
    """Writes what is staged and not there; `progress` hears of each comment that is done.

    With `audit_id`, an entry of the audit log, it goes on with that import. Raises `NotFound` and
    `Forbidden` for who is no owner of the site.
    """
    require(member, [wanted.site.id], Role.OWNER, subject="site")
    if audit_id is None:
        audit_id = await note(ctx, member, wanted, staging.by_status(), now=now)
    page_count = comment_count = 0
    for number, data, full in staging.pages():
        if not (full or wanted.format.complete):
            continue
        page = read_page(data)
        page_count += await _open(ctx, wanted, page, audit_id, now)
        for batch in staging.comments(number, BATCH):
            comment_count += await _write(ctx, wanted, page, batch, audit_id, now)
            progress(len(batch))
    return Imported(audit_id, page_count, comment_count)


async def staff_of(db: Db, emails: Sequence[str]) -> dict[str, int]:
    """Ids of the members with these addresses; raises `Invalid` for one who is none."""
    found: dict[str, int] = {}
    for email in emails:
        member = await members.by_email(db, email)
        if member is None:
            raise _no_member(email)
        found[email.lower()] = member[0].id
    return found


async def note(
    ctx: Context, member: Member, wanted: Wanted, comments: Mapping[str, int], *, now: int
) -> int:
    """Notes the act before its first change, for it may be broken off; the number of the entry."""
    async with ctx.store.write() as db:
        return await audit.add(
            db,
            member_id=member.id,
            act=IMPORT,
            site_id=wanted.site.id,
            subject=[],
            before=None,
            after={"format": wanted.format.name, "comments": comments},
            now=now,
        )


async def _open(ctx: Context, wanted: Wanted, page: CleanPage, audit_id: int, now: int) -> bool:
    """Whether the page had to be made; keys that lead nowhere lead to it from now on."""
    site_id = wanted.site.id
    async with ctx.store.write() as db:
        by_key = await pages.find_each(db, site_id, page.keys)
        found = next((by_key[key] for key in page.keys if key in by_key), None)
        if found is not None:
            if len(by_key) < len(page.keys):
                await pages.learn_keys(db, found, page.keys, now, how="imported")
            return False
        made = await pages.open_page(
            db, site_id, page.keys, page.url, page.title, now, how="imported"
        )
        async with pages.changing(db, made.id, now):
            await imports.describe(
                db,
                made.id,
                created_at=now if page.created_at is None else page.created_at,
                closed=page.closed,
                opened_at=page.opened_at,
                slow=page.slow,
                note=page.note,
                reactions=page.reactions,
                import_id=audit_id,
            )
    return True


async def _write(
    ctx: Context,
    wanted: Wanted,
    page: CleanPage,
    batch: Sequence[Staged],
    audit_id: int,
    now: int,
) -> int:
    """How many of these comments were not there."""
    async with ctx.store.write() as db:
        found = await pages.find(db, wanted.site.id, page.keys)
        assert found is not None, "it was opened before"
        keys = {key for each in batch for key in (each.origin_key, each.parent_key) if key}
        there = await imports.there(db, wanted.site.id, sorted(keys))
        if all(each.origin_key in there for each in batch):
            return 0
        async with pages.changing(db, found.id, now) as locked:
            # Again behind the door, for another import may have been there.
            there = await imports.there(db, wanted.site.id, sorted(keys))
            room = moves.MOST_PINNED - len(await moves.pinned_on(db, locked.id))
            arrivals = _arrivals(locked, page, batch, there, room)
            await imports.add(db, locked, arrivals, audit_id)
    return len(arrivals)


def _arrivals(
    locked: Page, page: CleanPage, batch: Sequence[Staged], there: dict[str, int], room: int
) -> list[Arrival]:
    arrivals = []
    for each in batch:
        if each.origin_key in there:
            continue
        comment = read_comment(each.data)
        if comment.pinned:
            room -= 1
            comment = replace(comment, pinned=room >= 0)
        if not comment.created_at:
            comment = replace(comment, created_at=page.created_at or locked.created_at)
        # Its parent may have been led to another page since an earlier import.
        parent = (
            each.parent_key if there.get(each.parent_key or "", locked.id) == locked.id else None
        )
        arrivals.append(Arrival(each.origin_key, parent, comment))
    return arrivals


def _no_member(email: str) -> Invalid:
    message = f"No member has the address {email}. `afterword user list` shows who has one."
    return Invalid(FieldError("staff", "no_member", message))
