"""The sites of a member; for an owner of every site, also a form for one more."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.routing import Route

from afterword.core.errors import Refused
from afterword.core.model import Policy, Role
from afterword.services.permission import may
from afterword.services.sites.manage_sites import add_site
from afterword.web.attempt import NOTHING, attempt, complain
from afterword.web.dashboard.frame import dashboard_page
from afterword.web.dashboard.site_choice import sites_of
from afterword.web.dashboard.site_fields import lines
from afterword.web.output import see_other
from afterword.web.same_origin import member_form, signed_in
from afterword.web.state import context, now

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.requests import Request
    from starlette.responses import Response

    from afterword.web.attempt import Complaint
    from afterword.web.same_origin import Visit

SITES = "/dashboard/sites"
FIELDS = ("name", "origin")


async def show(request: Request) -> Response:
    """`GET /dashboard/sites`: names, origins, and how each keeps its conversation."""
    return await _page(request, await signed_in(request), {}, NOTHING)


async def add(request: Request) -> Response:
    """`POST /dashboard/sites`: one more site, with what is usual; it goes on to the tag for its pages."""
    visit, fields = await member_form(request)
    ctx = context(request)
    work = add_site(
        ctx.store,
        fields.text("name"),
        lines(fields, "origin"),
        Policy(),
        now(request),
        member=visit.member,
    )
    added = await attempt(work)
    if isinstance(added, Refused):
        typed = {name: fields.text(name) for name in FIELDS}
        return await _page(request, visit, typed, complain(added, FIELDS))
    await ctx.sites.refresh(ctx.store)
    return see_other(request, f"{SITES}/{added.id}/install?said=site-added")


async def _page(
    request: Request, visit: Visit, typed: Mapping[str, str], complaint: Complaint
) -> Response:
    return await dashboard_page(
        request,
        visit,
        "sites.html",
        here=SITES,
        heading="Sites",
        status=complaint.status,
        sites=sites_of(request, visit.member),
        may_add=may(visit.member, None, Role.OWNER),
        typed=typed,
        refused=complaint.message,
        wrong=complaint.wrong,
    )


ROUTES = [
    Route(SITES, show, methods=["GET"], name="sites"),
    Route(SITES, add, methods=["POST"], name="add_site"),
]
