"""What the site no longer has is told by its sitemap, from a file or by address."""

from __future__ import annotations

import asyncio
from contextlib import AbstractAsyncContextManager
from dataclasses import replace
from pathlib import Path

import pytest

from afterword.core.errors import NotFetched, Unsupported
from afterword.core.model import Site
from afterword.core.move_rule import parse_rule
from afterword.delivery.guarded_client import GuardedClient
from afterword.formats.formats import format_of
from afterword.formats.opening import MalformedFile, open_import
from afterword.services.context import Context
from afterword.services.importing.import_report import ImportReport
from afterword.services.importing.read_sitemap import read_sitemap
from afterword.services.importing.stage_import import Wanted, stage_import
from afterword.storage.staging import staging
from tests.services.builders import ORIGIN
from tests.support.disqus_file import disqus_file, post, thread
from tests.support.elsewhere import Elsewhere, Heard, answer, elsewhere

FILE = disqus_file(
    thread(1, f"{ORIGIN}/kept/?utm_source=x"),
    thread(2, f"{ORIGIN}/old/moved"),
    thread(3, f"{ORIGIN}/gone"),
    post(1, 1, "one"),
    post(2, 2, "two"),
    post(3, 3, "three"),
)


async def reported(ctx: Context, site: Site, *sources: str | Path) -> ImportReport:
    path = Path(ctx.settings.data) / "to-import"
    path.write_bytes(FILE)
    rules = (parse_rule("/old/*", "/new/*"), parse_rule("/old/moved", "/x"))
    with open_import(path) as opened, staging(ctx.settings.data) as staged:
        for source in sources:
            await read_sitemap(ctx, staged, site, source)
        wanted = Wanted(site, format_of(opened), rules)
        return await stage_import(ctx, opened, staged, wanted, lambda _: None)


async def test_pages_that_the_sitemap_lacks_are_named(
    ctx: Context, site: Site, tmp_path: Path
) -> None:
    (tmp_path / "list.txt").write_text(
        f"{ORIGIN}/kept\n{ORIGIN}/new/moved/index.html\nhttps://other.example/gone\nnonsense\n"
    )
    report = await reported(ctx, site, tmp_path / "list.txt")
    (note,) = report.gone.by_reason.values()
    assert (note.count, note.examples) == (1, [f"{ORIGIN}/gone"])
    assert report.idle_rules == ("/old/moved=/x",)
    assert report.total == 3


async def test_without_a_sitemap_no_page_counts_as_gone(ctx: Context, site: Site) -> None:
    assert not (await reported(ctx, site)).gone.by_reason


def says(bodies: dict[str, bytes]) -> AbstractAsyncContextManager[Elsewhere]:
    async def write(writer: asyncio.StreamWriter, heard: Heard) -> None:
        path = heard.head.split()[1]
        await answer(bodies[path])(writer, heard)

    return elsewhere(write)


async def test_a_list_of_sitemaps_is_followed(ctx: Context, site: Site) -> None:
    bodies: dict[str, bytes] = {}
    async with says(bodies) as other:
        bodies["/index.xml"] = (
            f"<sitemapindex><sitemap><loc>{other.url}1.xml</loc></sitemap>"
            f"<sitemap><loc>{other.url}2.txt</loc></sitemap></sitemapindex>"
        ).encode()
        bodies["/1.xml"] = f"<urlset><url><loc>{ORIGIN}/kept</loc></url></urlset>".encode()
        bodies["/2.txt"] = f"{ORIGIN}/gone".encode()
        ours = replace(ctx, client=GuardedClient((other.authority,)))
        report = await reported(ours, site, f"{other.url}index.xml")
        await ours.client.close()
    (note,) = report.gone.by_reason.values()
    assert note.examples == [f"{ORIGIN}/new/moved"]


async def test_what_is_no_sitemap_of_the_site_is_refused(
    ctx: Context, site: Site, tmp_path: Path
) -> None:
    (tmp_path / "other.txt").write_text("https://other.example/a\n")
    with pytest.raises(Unsupported, match="no address of the site blog"):
        await reported(ctx, site, tmp_path / "other.txt")
    (tmp_path / "cut.xml").write_text("<urlset><url>")
    with pytest.raises(MalformedFile, match=r"^Line 1, column 14: In the sitemap .*cut.xml"):
        await reported(ctx, site, tmp_path / "cut.xml")
    with pytest.raises(NotFetched):
        await reported(ctx, site, "http://127.0.0.1:9/sitemap.xml")
