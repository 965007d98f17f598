"""How one site wants its conversation kept, for its owners; and deleting it, for owners of every site."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.routing import Route

from afterword.core.errors import Refused
from afterword.core.model import Role
from afterword.services.permission import may, own_site
from afterword.services.sites.change_site import change_site, delete_site
from afterword.web.attempt import NOTHING, attempt, complain
from afterword.web.confirmed import confirmed_form
from afterword.web.dashboard import site_fields
from afterword.web.dashboard.frame import dashboard_page
from afterword.web.dashboard.sites import SITES
from afterword.web.input import path_id
from afterword.web.output import see_other
from afterword.web.same_origin import member_form, signed_in
from afterword.web.state import context, now

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.requests import Request
    from starlette.responses import Response

    from afterword.core.model import Site
    from afterword.web.attempt import Complaint
    from afterword.web.input import Fields
    from afterword.web.same_origin import Visit


async def show(request: Request) -> Response:
    """`GET /dashboard/sites/{id}`: every setting, as a form."""
    visit = await signed_in(request)
    site = own_site(context(request), visit.member, path_id(request), Role.OWNER)
    return await _page(request, visit, site, site_fields.shown(site), NOTHING)


async def change(request: Request) -> Response:
    """`POST /dashboard/sites/{id}`: all of it at once; what is wrong is said at its field."""
    visit, fields = await member_form(request)
    site = own_site(context(request), visit.member, path_id(request), Role.OWNER)
    changed = await attempt(_change(request, visit, site, fields))
    if isinstance(changed, Refused):
        complaint = complain(changed, site_fields.NAMES)
        return await _page(request, visit, site, site_fields.typed(fields), complaint)
    note = f"done={changed}" if changed else "said=site-same"
    return see_other(request, f"{SITES}/{site.id}?{note}")


async def delete(request: Request) -> Response:
    """`POST /dashboard/sites/{id}/delete`: the site and all its comments, once its name was typed."""
    visit, fields = await confirmed_form(request)
    ctx, site_id = context(request), path_id(request)
    typed = fields.text("typed")
    deleted = await attempt(delete_site(ctx, visit.member, site_id, typed=typed, now=now(request)))
    if isinstance(deleted, Refused):
        site = own_site(ctx, visit.member, site_id, Role.OWNER)
        values = {**site_fields.shown(site), "typed": typed}
        return await _page(request, visit, site, values, complain(deleted, ("typed",)))
    return see_other(request, f"{SITES}?said=site-deleted")


async def _change(request: Request, visit: Visit, site: Site, fields: Fields) -> int | None:
    return await change_site(
        context(request),
        visit.member,
        site.id,
        name=fields.text("name"),
        origins=site_fields.lines(fields, "origin"),
        change=site_fields.policy_in(fields),
        words=site_fields.lines(fields, "words"),
        now=now(request),
    )


async def _page(
    request: Request, visit: Visit, site: Site, values: Mapping[str, str], complaint: Complaint
) -> Response:
    return await dashboard_page(
        request,
        visit,
        "site-settings.html",
        here=SITES,
        heading=f"Settings of {site.name}",
        status=complaint.status,
        site=site,
        groups=site_fields.GROUPS,
        values=values,
        may_delete=may(visit.member, None, Role.OWNER),
        refused=complaint.message,
        wrong=complaint.wrong,
    )


ROUTES = [
    Route(f"{SITES}/{{id}}", show, methods=["GET"], name="site_settings"),
    Route(f"{SITES}/{{id}}", change, methods=["POST"], name="change_site"),
    Route(f"{SITES}/{{id}}/delete", delete, methods=["POST"], name="delete_site"),
]
