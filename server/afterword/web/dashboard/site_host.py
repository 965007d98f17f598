"""A site that has moved to another host: first what would become of its pages, then all of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.routing import Route

from afterword.core.errors import Forbidden, NotFound, Refused
from afterword.core.host_move import parse_host_move
from afterword.core.model import Role
from afterword.services.permission import own_site
from afterword.services.sites.rename_host import HostPlan, plan_host_move, rename_host
from afterword.web.attempt import NOTHING, attempt, complain
from afterword.web.confirmed import confirmed_form
from afterword.web.dashboard.frame import dashboard_page
from afterword.web.dashboard.place import with_note
from afterword.web.dashboard.sites import SITES
from afterword.web.input import path_id, query
from afterword.web.output import see_other
from afterword.web.same_origin import signed_in
from afterword.web.state import context, now

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from afterword.core.model import Site
    from afterword.web.attempt import Complaint
    from afterword.web.input import Fields
    from afterword.web.same_origin import Visit

HOST = f"{SITES}/{{id}}/host"
NAMES = ("old", "new")


async def show(request: Request) -> Response:
    """`GET /dashboard/sites/{id}/host?old=&new=`: what would happen; nothing is done yet."""
    visit = await signed_in(request)
    site = own_site(context(request), visit.member, path_id(request), Role.OWNER)
    fields = query(request)
    if not fields.optional("new"):
        return await _page(request, visit, site, fields, None, NOTHING)
    planned = await attempt(_plan(request, visit, site, fields))
    if isinstance(planned, Refused):
        return await _page(request, visit, site, fields, None, complain(planned, NAMES))
    return await _page(request, visit, site, fields, planned, NOTHING)


async def move(request: Request) -> Response:
    """`POST /dashboard/sites/{id}/host`: carries out what was looked at."""
    visit, fields = await confirmed_form(request)
    site = own_site(context(request), visit.member, path_id(request), Role.OWNER)
    moved = await attempt(_move(request, visit, site, fields))
    if isinstance(moved, Forbidden | NotFound):
        raise moved
    if isinstance(moved, Refused):
        planned = await attempt(_plan(request, visit, site, fields))
        plan = planned if isinstance(planned, HostPlan) else None
        return await _page(request, visit, site, fields, plan, complain(moved, NAMES))
    audit_id, _ = moved
    path = f"{SITES}/{site.id}"
    return see_other(request, with_note(path, "done", str(audit_id)) if audit_id else path)


async def _plan(request: Request, visit: Visit, site: Site, fields: Fields) -> HostPlan:
    move = parse_host_move(fields.text("old"), fields.text("new"))
    return await plan_host_move(context(request), visit.member, site.id, move)


async def _move(
    request: Request, visit: Visit, site: Site, fields: Fields
) -> tuple[int | None, HostPlan]:
    return await rename_host(
        context(request),
        visit.member,
        site.id,
        parse_host_move(fields.text("old"), fields.text("new")),
        merge=fields.ticked("merge"),
        digest=fields.required("digest"),
        now=now(request),
    )


async def _page(
    request: Request,
    visit: Visit,
    site: Site,
    fields: Fields,
    plan: HostPlan | None,
    complaint: Complaint,
) -> Response:
    return await dashboard_page(
        request,
        visit,
        "site-host.html",
        here=SITES,
        heading=f"{site.name} has moved",
        status=complaint.status,
        site=site,
        old=fields.text("old") or next(iter(site.origins), ""),
        new=fields.text("new"),
        plan=plan,
        refused=complaint.message,
        wrong=complaint.wrong,
    )


ROUTES = [
    Route(HOST, show, methods=["GET"], name="site_host"),
    Route(HOST, move, methods=["POST"], name="move_site_host"),
]
