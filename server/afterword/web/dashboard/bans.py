"""Bans of a site: who may not write now, to lift them or to add one by what is typed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.routing import Route

from afterword.core.errors import Forbidden, NotFound, Refused
from afterword.core.model import BanKind, Role
from afterword.services.moderating.ban_author import ban_typed, lift_ban, list_bans
from afterword.web.attempt import NOTHING, attempt, complain
from afterword.web.dashboard.authors import AUTHORS, FOR, read_terms, typed_terms
from afterword.web.dashboard.frame import dashboard_page
from afterword.web.dashboard.place import with_note
from afterword.web.dashboard.site_choice import need_site, sites_of
from afterword.web.input import query
from afterword.web.output import see_other
from afterword.web.same_origin import member_form, signed_in
from afterword.web.state import context, now

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from afterword.core.model import Site
    from afterword.web.attempt import Complaint
    from afterword.web.input import Fields
    from afterword.web.same_origin import Visit

BANS = "/dashboard/bans"
SLICE = 50
"""Bans in one answer."""
TYPED: dict[BanKind, str] = {
    "email": "Email",
    "name": "Name",
    "address": "Network address",
    "network": "Network of an address",
}


async def show(request: Request) -> Response:
    """`GET /dashboard/bans?site=&before=`: bans that are not over, the newest first."""
    visit = await signed_in(request)
    return await _page(request, visit, query(request), NOTHING)


async def act(request: Request) -> Response:
    """`POST /dashboard/bans`: lifts a ban, or bans whoever is typed."""
    visit, fields = await member_form(request)
    site = need_site(request, visit.member, fields, Role.MODERATOR)
    done = await attempt(_act(request, visit, site, fields))
    if isinstance(done, Forbidden | NotFound):
        raise done
    if isinstance(done, Refused):
        return await _page(request, visit, fields, complain(done, ("text", "reason")))
    return see_other(request, with_note(f"{BANS}?site={site.id}", "done", str(done)))


async def _act(request: Request, visit: Visit, site: Site, fields: Fields) -> int:
    ctx, at = context(request), now(request)
    fields.required("act")
    if fields.one_of("act", ("lift", "ban"), "") == "lift":
        return await lift_ban(ctx, visit.member, fields.integer("ban") or 0, now=at)
    kind = fields.one_of("kind", tuple(TYPED), "name")
    terms, text = read_terms(fields, at), fields.text("text")
    banned = await ban_typed(ctx, visit.member, site.id, kind, text, terms, now=at)
    return banned.audit_id


async def _page(request: Request, visit: Visit, fields: Fields, complaint: Complaint) -> Response:
    site = need_site(request, visit.member, fields, Role.MODERATOR)
    found = await list_bans(
        context(request),
        visit.member,
        site.id,
        before_id=fields.integer("before"),
        limit=SLICE + 1,
        now=now(request),
    )
    return await dashboard_page(
        request,
        visit,
        "bans.html",
        here=AUTHORS,
        heading="Bans",
        status=complaint.status,
        site=site,
        sites=sites_of(request, visit.member, Role.MODERATOR),
        found=found[:SLICE],
        further=f"{BANS}?site={site.id}&before={found[SLICE - 1].id}"
        if len(found) > SLICE
        else None,
        kinds=TYPED,
        lasting=FOR,
        typed=typed_terms(fields),
        refused=complaint.message,
        wrong=complaint.wrong,
    )


ROUTES = [
    Route(BANS, show, methods=["GET"], name="bans"),
    Route(BANS, act, methods=["POST"], name="change_bans"),
]
