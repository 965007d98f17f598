"""Short ways to import a file and to look at what came."""

from __future__ import annotations

from pathlib import Path

from afterword.core.model import Comment, Member, Site
from afterword.core.move_rule import MoveRule
from afterword.formats.formats import format_of
from afterword.formats.opening import open_import
from afterword.formats.writers import BY_NAME
from afterword.formats.writing import Leaving
from afterword.services.context import Context
from afterword.services.exporting.write_export import write_export
from afterword.services.importing.import_comments import Imported, import_comments, staff_of
from afterword.services.importing.import_report import ImportReport
from afterword.services.importing.stage_import import Wanted, stage_import
from afterword.services.permission import COMMAND_LINE
from afterword.storage import comments, exports
from afterword.storage.staging import staging
from tests.services.builders import NOW


async def look_at(ctx: Context, site: Site, written: bytes, *rules: MoveRule) -> ImportReport:
    """What a dry run says."""
    return (await _import(ctx, site, written, rules, (), dry_run=True, member=COMMAND_LINE))[0]


async def take(
    ctx: Context,
    site: Site,
    written: bytes,
    *rules: MoveRule,
    staff: tuple[str, ...] = (),
    member: Member = COMMAND_LINE,
) -> tuple[ImportReport, Imported]:
    """The whole import."""
    report, done = await _import(ctx, site, written, rules, staff, dry_run=False, member=member)
    assert done is not None
    return report, done


async def _import(
    ctx: Context,
    site: Site,
    written: bytes,
    rules: tuple[MoveRule, ...],
    staff: tuple[str, ...],
    *,
    dry_run: bool,
    member: Member,
) -> tuple[ImportReport, Imported | None]:
    path = Path(ctx.settings.data) / "to-import"
    path.write_bytes(written)
    ids = await staff_of(ctx.store, staff)
    with open_import(path) as opened, staging(ctx.settings.data) as staged:
        wanted = Wanted(site, format_of(opened), rules, ids)
        report = await stage_import(ctx, opened, staged, wanted, lambda _: None)
        if dry_run:
            return report, None
        return report, await import_comments(ctx, member, staged, wanted, lambda _: None, now=NOW)


async def exported(ctx: Context, site: Site, *, private: bool = True, kind: str = "jsonl") -> bytes:
    """The site as an export."""
    writer = BY_NAME[kind].writer(Leaving(site.name, site.origins, private))
    return b"".join([piece async for piece in write_export(ctx, COMMAND_LINE, site, writer)])


async def all_comments(ctx: Context, site: Site) -> dict[str, Comment]:
    """Every comment of the site by its origin key."""
    found: dict[str, Comment] = {}
    for page in await exports.some_pages(ctx.store, site.id, after_id=0, limit=1000):
        ids = await exports.ids_on(ctx.store, page.id)
        for each in (await comments.get_many(ctx.store, ids)).values():
            found[each.origin_key] = each
    return found
