"""`afterword export`: comments that go elsewhere."""

from __future__ import annotations

import sys
import tempfile
from contextlib import aclosing, contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING

import click

from afterword.cli.common import with_context
from afterword.formats import native
from afterword.services.exporting.export_site import export_site
from afterword.services.pages.list_pages import find_page
from afterword.services.permission import COMMAND_LINE
from afterword.services.sites.manage_sites import find_site

if TYPE_CHECKING:
    from collections.abc import Iterator

    from afterword.services.context import Context


@click.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path), required=False)
@click.option("--site", "site_name", required=True, help="The site whose comments go.")
@click.option("--page", "page_url", help="Of the page at this address alone.")
@click.option(
    "--private",
    is_flag=True,
    help="With email addresses and earlier texts: to move, not to publish.",
)
def export(file: Path | None, site_name: str, page_url: str | None, private: bool) -> None:
    """Export every comment of a site as JSON Lines to FILE. Without FILE it goes to the standard output."""

    async def work(ctx: Context) -> int:
        site = await find_site(ctx.store, site_name)
        page = await find_page(ctx, COMMAND_LINE, page_url) if page_url else None
        count = 0
        with _written(file) as out:
            out.write(native.start_line(site.name, site.origins, private=private))
            page_id = page.id if page else None
            records = export_site(ctx, COMMAND_LINE, site, page_id=page_id, private=private)
            async with aclosing(records):
                async for record in records:
                    out.write(native.line_of(record))
                    count += 1
        return count

    count = with_context(work)
    if file is not None:
        click.echo(f"{count:,} pages and comments are in {file}.", err=True)


@contextmanager
def _written(file: Path | None) -> Iterator[IO[bytes]]:
    """Where it is written: a file is there once it is whole, and for its owner alone."""
    if file is None:
        yield sys.stdout.buffer
        return
    with tempfile.NamedTemporaryFile(dir=file.parent, prefix=".export-", delete=False) as out:
        try:
            yield out
            out.flush()
            Path(out.name).replace(file)
        except BaseException:
            Path(out.name).unlink()
            raise
