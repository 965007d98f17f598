"""Imports by the dashboard: a file is taken, looked at beside the requests, and imported or discarded.

The file lies beside the data of the process that took it, which therefore goes on with it; `run_imports`
does the work.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from afterword.core.errors import Conflict, FieldError, Invalid, NotFound
from afterword.core.model import Role
from afterword.core.move_rule import parse_line
from afterword.services.permission import may, own_site
from afterword.storage import members, site_imports
from afterword.storage.site_imports import Options
from afterword.storage.store import AlreadyThere

if TYPE_CHECKING:
    from collections.abc import Sequence

    from afterword.core.model import Member
    from afterword.services.context import Context
    from afterword.settings import Settings
    from afterword.storage.site_imports import SiteImport

SHOWN = 10
"""Imports of a site that are listed."""
WAITS = 24 * 60 * 60_000
"""Milliseconds for which a file waits for a decision."""
MAX_RULES = 64 * 1024
MAX_NAME = 200


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that came."""

    path: Path
    name: str
    """What the browser called it."""
    size: int


def folder_of(settings: Settings) -> Path:
    """Where files lie, for us alone; made where it is not there."""
    folder = settings.data / "imports"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


async def possible_staff(ctx: Context, member: Member, site_id: int) -> list[Member]:
    """Members of the site, whose comments may get the badge."""
    own_site(ctx, member, site_id, Role.OWNER)
    found = await members.all_members(ctx.store)
    return [each for each in found if may(each, site_id, Role.VIEWER)]


async def list_imports(ctx: Context, member: Member, site_id: int) -> list[SiteImport]:
    """The last ones of the site, the newest first; raises `NotFound` and `Forbidden`."""
    own_site(ctx, member, site_id, Role.OWNER)
    return await site_imports.of_site(ctx.store, site_id, SHOWN)


async def begin_import(
    ctx: Context, member: Member, site_id: int, upload: Upload, options: Options, *, now: int
) -> int:
    """Takes the file, to be looked at; its number.

    Raises `NotFound` and `Forbidden` for who is no owner, `Invalid`, and `Conflict` where another import
    of the site is open.
    """
    own_site(ctx, member, site_id, Role.OWNER)
    _check(upload, options, {each.id for each in await possible_staff(ctx, member, site_id)})
    try:
        async with ctx.store.write() as db:
            return await site_imports.add(
                db,
                site_id=site_id,
                member_id=member.id,
                name=upload.name[:MAX_NAME],
                file=upload.path.name,
                options=options,
                now=now,
            )
    except AlreadyThere:
        raise Conflict(
            "Another import of this site is not finished. Finish or discard it first."
        ) from None


async def start_import(ctx: Context, member: Member, import_id: int, *, now: int) -> SiteImport:
    """Has what was looked at written; raises `Conflict` where it is not at that point."""
    found = await _owned(ctx, member, import_id)
    async with ctx.store.write() as db:
        if not await site_imports.move(db, found.id, "read", "writing", now=now):
            raise Conflict("This import does not wait for a decision any more.")
    return found


async def discard_import(ctx: Context, member: Member, import_id: int, *, now: int) -> SiteImport:
    """Gives it up with its file; what was written stays, and can be undone by the audit log."""
    found = await _owned(ctx, member, import_id)
    async with ctx.store.write() as db:
        if not found.is_open or not await site_imports.move(
            db, found.id, found.state, "discarded", now=now
        ):
            raise Conflict("This import is not open any more.")
    await ctx.in_thread(drop_file, ctx.settings, found)
    return found


async def tidy_imports(ctx: Context, *, now: int) -> None:
    """Ends imports that waited too long, and drops files that nobody needs."""
    async with ctx.store.write() as db:
        await site_imports.give_up(db, now - WAITS, now=now)
        await site_imports.forget(db, now - 30 * WAITS)
    needed = await site_imports.files(ctx.store)
    await ctx.in_thread(_drop_unneeded, folder_of(ctx.settings), needed, now)


def drop_file(settings: Settings, found: SiteImport) -> None:
    """Deletes its file, where it lies here."""
    (folder_of(settings) / found.file).unlink(missing_ok=True)


def _drop_unneeded(folder: Path, needed: set[str], now: int) -> None:
    for entry in os.scandir(folder):
        # What is younger may be on its way.
        if entry.name not in needed and entry.stat().st_mtime * 1000 < now - WAITS / 24:
            Path(entry.path).unlink(missing_ok=True)


async def _owned(ctx: Context, member: Member, import_id: int) -> SiteImport:
    found = await site_imports.get(ctx.store, import_id)
    if found is None:
        raise NotFound("There is no such import.")
    own_site(ctx, member, found.site_id, Role.OWNER)
    return found


def _check(upload: Upload, options: Options, possible: set[int]) -> None:
    wrong: list[FieldError] = []
    if not upload.size:
        wrong.append(FieldError("file", "required", "Choose a file that is not empty."))
    if sum(map(len, options.rules)) > MAX_RULES:
        wrong.append(FieldError("rules", "too_long", f"At most {MAX_RULES:,} characters."))
    else:
        wrong += _wrong_rules(options.rules)
    if options.sitemap and not options.sitemap.startswith(("https://", "http://")):
        message = "Write the address of the sitemap, such as https://example.org/sitemap.xml."
        wrong.append(FieldError("sitemap", "not_a_web_address", message))
    if not possible.issuperset(options.staff):
        wrong.append(FieldError("staff", "no_member", "That is no member of this site."))
    if wrong:
        raise Invalid(*wrong)


def _wrong_rules(lines: Sequence[str]) -> list[FieldError]:
    for line in lines:
        try:
            parse_line(line)
        except Invalid as refusal:
            message = f"{line}: {refusal.fields[0].message}"
            return [FieldError("rules", "not_a_rule", message)]
    return []
