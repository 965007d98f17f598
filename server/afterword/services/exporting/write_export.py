"""A site's comments as the bytes of a file."""

from __future__ import annotations

from contextlib import aclosing
from typing import TYPE_CHECKING

from afterword.services.exporting.export_site import export_site

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from afterword.core.model import Member, Site
    from afterword.formats.writing import Writer
    from afterword.services.context import Context


async def write_export(
    ctx: Context, member: Member, site: Site, writer: Writer, *, page_id: int | None = None
) -> AsyncGenerator[bytes, None]:
    """The file, piece by piece; raises as `export_site` does. Without the last piece it is not whole."""
    private = writer.leaving.private
    records = export_site(ctx, member, site, page_id=page_id, private=private)
    async with aclosing(records):
        yield writer.start()
        async for record in records:
            yield writer.record(record)
    yield writer.end()
