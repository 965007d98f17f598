"""One comment on a page of its own: to decide about, with the thread around it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from starlette.routing import Route

from afterword.core.model import Tab
from afterword.core.tree import excerpt
from afterword.services.moderating.comment_around import comment_around
from afterword.web import wording
from afterword.web.dashboard.frame import dashboard_page
from afterword.web.dashboard.place import QUEUE, Place
from afterword.web.dashboard.queue_items import TABS, card
from afterword.web.dashboard.site_choice import sites_of
from afterword.web.input import path_id
from afterword.web.same_origin import signed_in
from afterword.web.state import context, now

if TYPE_CHECKING:
    from collections.abc import Iterable

    from starlette.requests import Request
    from starlette.responses import Response

    from afterword.core.model import Comment
    from afterword.services.moderating.comment_around import Around
    from afterword.web.dashboard.queue_items import Typed
    from afterword.web.same_origin import Visit

SHOWN = 600
"""Characters of a neighbour."""


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A comment as a line of the thread around another one."""

    comment: Comment
    text: str
    place: str
    """`above`, `here`, `below` or `beside`."""
    status: str


async def show(request: Request) -> Response:
    """`GET /dashboard/comments/{id}`."""
    visit = await signed_in(request)
    return await comment_page(request, visit, path_id(request))


async def comment_page(
    request: Request,
    visit: Visit,
    comment_id: int,
    *,
    typed: Typed | None = None,
    back: str = "",
    status: int = 200,
) -> Response:
    """The page of a comment; `typed` was refused, and its forms come back to `back`."""
    found = await comment_around(context(request), visit.member, comment_id, now=now(request))
    comment = found.item.comment
    tab = Tab.REPORTED if comment.reports else TABS[comment.status]
    return await dashboard_page(
        request,
        visit,
        "comment.html",
        here=QUEUE,
        heading=f"Comment by {comment.author.name or 'Anonymous'}",
        status=status,
        item=card(found.item, tab, visit.member, typed),
        around=_lines(found),
        place=Place(tab),
        back=back or f"/dashboard/comments/{comment_id}",
        sites=sites_of(request, visit.member),
    )


def _lines(found: Around) -> list[Neighbour]:
    return [
        *_neighbours(found.above, "above"),
        *_neighbours([found.item.comment], "here"),
        *_neighbours(found.below, "below"),
        *_neighbours(found.beside, "beside"),
    ]


def _neighbours(comments: Iterable[Comment], place: str) -> list[Neighbour]:
    return [
        Neighbour(each, excerpt(each.tree, SHOWN), place, wording.TAB_NAMES[TABS[each.status]])
        for each in comments
    ]


ROUTES = [Route("/dashboard/comments/{id}", show, methods=["GET"], name="comment_page")]
