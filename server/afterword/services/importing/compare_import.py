"""Looks at what is staged from the site: which pages are new, and what came to it on another way."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import msgspec

from afterword.core.tree import excerpt
from afterword.services.importing.staged import (
    StagedPage,
    Waiting,
    comments_on,
    lots,
    page_lots,
    whole,
)
from afterword.storage import imports, pages

if TYPE_CHECKING:
    from afterword.core.model import Page, Tree
    from afterword.services.context import Context
    from afterword.services.importing.import_report import ImportReport
    from afterword.storage.imports import Known
    from afterword.storage.staging import Staging

_trees: msgspec.json.Decoder[Tree] = msgspec.json.Decoder()


async def compare_import(
    ctx: Context, staging: Staging, report: ImportReport, *, site_id: int, complete: bool
) -> None:
    """Adds to the report, and takes each double for the one that is there."""
    report.there_already = await whole(ctx.in_thread(staging.there_already))
    async for lot in lots(ctx, page_lots(staging, complete=complete)):
        keys = [key for each in lot for key in each.page.keys]
        by_key = await pages.find_each(ctx.store, site_id, keys)
        known = await whole(ctx.in_thread(_look_at, staging, lot, by_key, report))
        for each, page in known:
            await _find_doubles(ctx, staging, each, page, report)


def _look_at(
    staging: Staging, lot: Sequence[StagedPage], by_key: Mapping[str, Page], report: ImportReport
) -> list[tuple[StagedPage, Page]]:
    """Reports on the pages; those that are here and get comments."""
    known = []
    for each in lot:
        keys, url = each.page.keys, each.page.url
        report.pages += 1
        page = next((by_key[key] for key in keys if key in by_key), None)
        for key in keys:
            if page is not None and key in by_key and by_key[key].id != page.id:
                reason = "A key that leads to another page here, as it does on."
                report.collisions.add(reason, f"{key} to {by_key[key].url}")
        if staging.knows_addresses and not staging.knows_any(keys):
            report.gone.add("A page that the sitemap does not have.", url)
        if page is None:
            report.new_pages += staging.opens(keys)
        elif each.is_fresh:
            known.append((each, page))
    return known


async def _find_doubles(
    ctx: Context, staging: Staging, staged: StagedPage, page: Page, report: ImportReport
) -> None:
    same: list[tuple[str, int]] = []
    async for batch in lots(ctx, comments_on(staging, staged)):
        times = sorted({each.comment.created_at for each in batch})
        known = await imports.at_times(ctx.store, page.id, times)
        if known:
            same += await whole(ctx.in_thread(_same, staging, batch, known))
    if same:
        report.doubles += len(same)
        report.same.add("Comments that came here on another way.", staged.page.url, len(same))
        await whole(ctx.in_thread(staging.take_for, same))


def _same(
    staging: Staging, batch: Sequence[Waiting], known: Sequence[Known]
) -> list[tuple[str, int]]:
    """Doubles among these: the key of the one that is there, and the number of the one that is not needed."""
    keys = {
        (each.created_at, each.name, excerpt(each.tree, 10_000)): each.origin_key
        for each in known
        if not staging.is_from_here(each.origin_key)
    }
    return [
        (keys[said], staged.n)
        for staged, comment in batch
        if comment.status != "removed"
        and (said := (comment.created_at, comment.name, _said(comment.tree))) in keys
    ]


def _said(tree: msgspec.Raw) -> str:
    return excerpt(_trees.decode(tree), 10_000)
