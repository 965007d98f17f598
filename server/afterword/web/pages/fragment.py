"""A thread as a piece of HTML for pages of its own site, which need no request for it then.

The same markup as on the page without scripts, with addresses that lead back to this server.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from afterword.services.reading.read_thread import read_whole_thread
from afterword.web.links import Links
from afterword.web.pages.linked_data import linked_data
from afterword.web.pages.thread import heading
from afterword.web.pages.thread_address import ThreadAddress
from afterword.web.pages.thread_rows import rows
from afterword.web.templates import render

if TYPE_CHECKING:
    from afterword.core.languages import Speech
    from afterword.core.model import Page, Site
    from afterword.services.context import Context
    from afterword.storage.store import Db


class AbsoluteLinks(Links):
    """For what stands on pages of others: every path is a whole address."""

    __slots__ = ()

    def path(self, path: str, **query: str) -> str:
        """`/thread` is `https://comments.example.org/thread`."""
        return self.absolute(path, **query)


async def render_fragment(ctx: Context, db: Db, site: Site, page: Page, t: Speech) -> str:
    """All approved comments of the page, in the order that its site prefers; ends with a line end."""
    links = AbsoluteLinks(ctx.settings.public_url)
    thread = await read_whole_thread(ctx, db, site, page)
    shown = rows(thread.comments, t)
    return render(
        links,
        "thread/fragment.html",
        ask=ThreadAddress(links, page.url, site=site.name, lang=t.lang),
        thread=thread,
        t=t,
        heading=heading(thread, None, t),
        rows=shown,
        linked=linked_data(thread.page, shown, t, links),
    )
