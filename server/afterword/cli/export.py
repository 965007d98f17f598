"""`afterword export`: comments that go elsewhere."""

from __future__ import annotations

import os
import sys
import tempfile
from contextlib import aclosing, contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING

import click

from afterword.cli.common import with_context
from afterword.formats.writers import BY_NAME
from afterword.formats.writing import Leaving
from afterword.services.exporting.write_export import write_export
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
    "--format",
    "kind_name",
    type=click.Choice([*BY_NAME]),
    default="jsonl",
    show_default=True,
    help="Of these, jsonl alone keeps everything.",
)
@click.option(
    "--private",
    is_flag=True,
    help="With email addresses and earlier texts: to move, not to publish.",
)
def export(
    file: Path | None, site_name: str, page_url: str | None, kind_name: str, private: bool
) -> None:
    """Export every comment of a site to FILE. Without FILE it goes to the standard output."""

    async def work(ctx: Context) -> tuple[int, int]:
        site = await find_site(ctx.store, site_name)
        page = await find_page(ctx, COMMAND_LINE, page_url) if page_url else None
        page_id = page.id if page else None
        writer = BY_NAME[kind_name].writer(Leaving(site.name, site.origins, private))
        with _written(file) as out:
            async with aclosing(
                write_export(ctx, COMMAND_LINE, site, writer, page_id=page_id)
            ) as pieces:
                async for piece in pieces:
                    out.write(piece)
        return writer.pages, writer.comments

    pages, comments = with_context(work)
    if file is not None:
        click.echo(f"{pages:,} pages and {comments:,} comments are in {file}.", err=True)


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
            os.fsync(out.fileno())
            Path(out.name).replace(file)
        except BaseException:
            Path(out.name).unlink()
            raise
