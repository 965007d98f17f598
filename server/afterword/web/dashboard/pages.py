"""The pages of a member's sites, and each of them with what can be decided about it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from starlette.routing import Route

from afterword.core.errors import Forbidden, Invalid, NotFound, Refused, UnknownOrigin
from afterword.core.model import Role, Status
from afterword.core.page_key import address_key
from afterword.core.tree import excerpt
from afterword.services.pages.list_pages import PageFilter, list_pages, read_page
from afterword.services.permission import may
from afterword.storage.page_list import MANY
from afterword.web.attempt import NOTHING, attempt, complain
from afterword.web.dashboard.frame import dashboard_page
from afterword.web.dashboard.page_acts import ACTS, FIELDS
from afterword.web.dashboard.page_addresses import addresses
from afterword.web.dashboard.place import with_note
from afterword.web.dashboard.site_choice import sites_of
from afterword.web.input import path_id, query
from afterword.web.output import see_other
from afterword.web.same_origin import member_form, signed_in
from afterword.web.state import context, now

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.requests import Request
    from starlette.responses import Response

    from afterword.core.model import Page
    from afterword.services.pages.list_pages import PageView
    from afterword.web.attempt import Complaint
    from afterword.web.input import Fields
    from afterword.web.same_origin import Visit

PAGES = "/dashboard/pages"
SHOWN = 120
"""Characters shown of a comment."""
WAITS = {0: "no wait", 30: "30 seconds", 60: "1 minute", 300: "5 minutes", 900: "15 minutes"} | {
    3_600: "1 hour",
    21_600: "6 hours",
    86_400: "1 day",
}
"""What the form offers between two comments of one author, by seconds."""

NOT_TYPED: Mapping[str, Any] = {"act": "", "ids": ()}


async def show(request: Request) -> Response:
    """`GET /dashboard/pages?site=&q=&closed=&after=`: pages in the order of their last change."""
    visit = await signed_in(request)
    fields = query(request)
    wanted = PageFilter(
        fields.integer("site"), fields.text("q"), fields.ticked("closed"), fields.optional("after")
    )
    found = await list_pages(context(request), visit.member, wanted)
    sites = sites_of(request, visit.member)
    return await dashboard_page(
        request,
        visit,
        "pages.html",
        here=PAGES,
        heading="Pages",
        found=found,
        wanted=wanted,
        sites=sites,
        many=MANY,
        next=_list_path(wanted, found.next) if found.next else None,
        on_site={site.id: _list_path(wanted, None, site.id) for site in sites},
        on_all=_list_path(wanted, None, 0),
        owns=sites_of(request, visit.member, Role.OWNER),
    )


async def show_one(request: Request) -> Response:
    """`GET /dashboard/pages/{id}`; a page that was merged leads to where it is now."""
    visit = await signed_in(request)
    return await _page(request, visit, path_id(request), NOTHING, NOT_TYPED)


async def act(request: Request) -> Response:
    """`POST /dashboard/pages/{id}`: what `act` says, as one of the forms of the page sends it."""
    visit, fields = await member_form(request)
    page_id = path_id(request)
    name = fields.one_of("act", tuple(ACTS), "")
    fields.required("act")
    asked = ACTS[name](context(request), visit.member, page_id, fields, now(request))
    done = await attempt(asked)
    # An address that is of no site was typed: the form can be mended.
    if isinstance(done, Forbidden | NotFound) and not isinstance(done, UnknownOrigin):
        raise done
    if isinstance(done, Refused):
        complaint = complain(done, FIELDS.get(name, ()))
        return await _page(request, visit, page_id, complaint, _typed(fields, name))
    audit_id, page = done
    path = f"{PAGES}/{page.id}"
    return see_other(request, with_note(path, "done", str(audit_id)) if audit_id else path)


async def _page(
    request: Request, visit: Visit, page_id: int, complaint: Complaint, typed: Mapping[str, Any]
) -> Response:
    view = await read_page(context(request), visit.member, page_id)
    if view.page.id != page_id:
        return see_other(request, f"{PAGES}/{view.page.id}")
    site_id = view.site.id
    return await dashboard_page(
        request,
        visit,
        "page.html",
        here=PAGES,
        heading=view.page.title or view.page.url,
        status=complaint.status,
        view=view,
        addresses=addresses(view, _shown_key(view)),
        lines=[(each, excerpt(each.tree, SHOWN)) for each in view.latest],
        pinned=[(each, excerpt(each.tree, SHOWN)) for each in view.pinned],
        counts=[(status, view.counts[status]) for status in Status if status in view.counts],
        waits=_waits(view.page),
        moderates=may(visit.member, site_id, Role.MODERATOR),
        owns=may(visit.member, site_id, Role.OWNER),
        typed=typed,
        refused=complaint.message,
        wrong=complaint.wrong,
    )


def _shown_key(view: PageView) -> str:
    """The key of the address under which the page is shown; empty where it is no longer of the site."""
    try:
        return address_key(view.page.url, view.site)
    except (Invalid, UnknownOrigin):
        return ""


def _typed(fields: Fields, name: str) -> dict[str, Any]:
    """What stands in the form again that was refused, and what is ticked for it."""
    texts = {field: fields.text(field) for field in FIELDS.get(name, ())}
    return {"act": name, "ids": fields.integers("id") if name == "split" else (), **texts}


def _waits(page: Page) -> dict[int, str]:
    """What is offered, and what the command line may have set."""
    return dict(sorted({page.slow: f"{page.slow:,} seconds", **WAITS}.items()))


def _list_path(wanted: PageFilter, after: str | None, site_id: int | None = None) -> str:
    site = wanted.site_id if site_id is None else site_id
    pairs = (
        ("site", site),
        ("q", wanted.search),
        ("closed", wanted.closed and 1),
        ("after", after),
    )
    fields = urlencode([(name, value) for name, value in pairs if value])
    return f"{PAGES}?{fields}" if fields else PAGES


ROUTES = [
    Route(PAGES, show, methods=["GET"], name="pages"),
    Route(f"{PAGES}/{{id}}", show_one, methods=["GET"], name="page"),
    Route(f"{PAGES}/{{id}}", act, methods=["POST"], name="change_page"),
]
