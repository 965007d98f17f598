"""`afterword render`: threads as pieces of HTML, for generators of static sites."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from afterword.cli.common import with_context
from afterword.core.languages import ENGLISH
from afterword.services.exporting.fragment_folder import FragmentEntry, FragmentFolder
from afterword.services.pages.list_pages import find_page
from afterword.services.permission import COMMAND_LINE
from afterword.services.reading.read_thread import SHAPE
from afterword.services.sites.manage_sites import find_site
from afterword.storage import exports
from afterword.web.pages.fragment import render_fragment

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence

    from afterword.core.languages import Speech
    from afterword.core.model import Page, Site
    from afterword.services.context import Context
    from afterword.storage.store import Db

BATCH = 500


@click.command()
@click.option("--site", "site_name", required=True, help="The site whose threads are rendered.")
@click.option(
    "--out", required=True, type=click.Path(file_okay=False, path_type=Path), help="Where to."
)
@click.option("--page", "page_url", help="Of the page at this address alone.")
@click.option("--lang", default=ENGLISH, help="The language of buttons and headings, like de.")
def render(site_name: str, out: Path, page_url: str | None, lang: str) -> None:
    """Write each thread of a site as a piece of HTML, with an index.json of them.

    What has not changed since the last time is neither made nor touched; files of threads that are
    gone are removed. Only approved comments are in them.
    """

    async def work(ctx: Context) -> tuple[FragmentFolder, int]:
        site = await find_site(ctx.store, site_name)
        one = await find_page(ctx, COMMAND_LINE, page_url) if page_url else None
        folder = FragmentFolder(out, site.name)
        t = ctx.languages.speech(ctx.languages.nearest([lang]), site.policy.words)
        made = dict(folder.before) if one else {}
        if one:
            made.pop(one.url, None)
        async with ctx.store.reading() as db:
            async for page, keys in _pages(db, site, one):
                made[page.url] = await _entry(ctx, db, folder, site, page, keys, t)
        folder.finish(made)
        return folder, len(made)

    folder, number = with_context(work)
    done = f"{folder.written:,} written, {folder.removed:,} removed"
    click.echo(f"{number:,} threads are in {out}: {done}.", err=True)


async def _pages(db: Db, site: Site, one: Page | None) -> AsyncIterator[tuple[Page, Sequence[str]]]:
    """Each page that has something to read, with what leads to it."""
    after_id, limit = (one.id - 1, 1) if one else (0, BATCH)
    while found := await exports.some_pages(db, site.id, after_id=after_id, limit=limit):
        keys = await exports.keys_of(db, [page.id for page in found])
        for page in found:
            if page.comment_count:
                yield page, [key.removeprefix("url:") for key in keys[page.id]]
        after_id = found[-1].id
        if one:
            return


async def _entry(
    ctx: Context,
    db: Db,
    folder: FragmentFolder,
    site: Site,
    page: Page,
    keys: Sequence[str],
    t: Speech,
) -> FragmentEntry:
    made_from = f"{page.version}.{site.version}.{SHAPE}.{ctx.languages.digest}.{t.lang}"
    made_from += f".{ctx.settings.public_url}"
    known = folder.is_made(page.url, made_from)
    if known is not None and known.keys == tuple(keys):
        return known
    text = await render_fragment(ctx, db, site, page, t)
    return folder.put(page.url, text, count=page.comment_count, made_from=made_from, keys=keys)
