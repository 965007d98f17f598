"""Moving many pages by a rule, after a look at what would become of each; and pages that likely are one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.routing import Route

from afterword.core.errors import Forbidden, NotFound, Refused
from afterword.core.model import Role
from afterword.core.move_rule import MoveRule, parse_rule
from afterword.services.pages.bulk_moves import MovePlan, move_pages, plan_moves
from afterword.services.pages.likely_splits import find_likely_splits
from afterword.web.attempt import NOTHING, attempt, complain
from afterword.web.dashboard.frame import dashboard_page
from afterword.web.dashboard.pages import PAGES
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

MOVES = f"{PAGES}/moves"
SHOWN = 200
"""Moves told one by one; of more, how many there are."""


async def show(request: Request) -> Response:
    """`GET /dashboard/pages/moves?site=&old=&new=`: what a rule would do; nothing is done yet."""
    visit = await signed_in(request)
    fields = query(request)
    site = need_site(request, visit.member, fields, Role.OWNER)
    if not fields.optional("old") and not fields.optional("new"):
        return await _page(request, visit, site, fields, None, NOTHING)
    planned = await attempt(_plan(request, visit, site, fields))
    if isinstance(planned, Refused):
        complaint = complain(planned, ("old", "new"))
        return await _page(request, visit, site, fields, None, complaint)
    return await _page(request, visit, site, fields, planned, NOTHING)


async def move(request: Request) -> Response:
    """`POST /dashboard/pages/moves`: carries out what was looked at."""
    visit, fields = await member_form(request)
    site = need_site(request, visit.member, fields, Role.OWNER)
    moved = await attempt(_move(request, visit, site, fields))
    if isinstance(moved, Forbidden | NotFound):
        raise moved
    if isinstance(moved, Refused):
        planned = await attempt(_plan(request, visit, site, fields))
        plan = planned if isinstance(planned, MovePlan) else None
        return await _page(request, visit, site, fields, plan, complain(moved, ("old", "new")))
    audit_id, _ = moved
    path = f"{MOVES}?site={site.id}"
    return see_other(request, with_note(path, "done", str(audit_id)) if audit_id else path)


async def _plan(request: Request, visit: Visit, site: Site, fields: Fields) -> MovePlan:
    return await plan_moves(context(request), visit.member, site.id, _rule(fields))


async def _move(
    request: Request, visit: Visit, site: Site, fields: Fields
) -> tuple[int | None, MovePlan]:
    return await move_pages(
        context(request),
        visit.member,
        site.id,
        _rule(fields),
        merge=fields.ticked("merge"),
        digest=fields.required("digest"),
        now=now(request),
    )


def _rule(fields: Fields) -> MoveRule:
    return parse_rule(fields.text("old"), fields.text("new"))


async def _page(
    request: Request,
    visit: Visit,
    site: Site,
    fields: Fields,
    plan: MovePlan | None,
    complaint: Complaint,
) -> Response:
    splits = await find_likely_splits(context(request), visit.member, site.id)
    return await dashboard_page(
        request,
        visit,
        "page-moves.html",
        here=PAGES,
        heading="Move pages",
        status=complaint.status,
        site=site,
        sites=sites_of(request, visit.member, Role.OWNER),
        old=fields.text("old"),
        new=fields.text("new"),
        plan=plan,
        shown=plan.moves[:SHOWN] if plan else (),
        splits=splits,
        refused=complaint.message,
        wrong=complaint.wrong,
    )


ROUTES = [
    Route(MOVES, show, methods=["GET"], name="page_moves"),
    Route(MOVES, move, methods=["POST"], name="move_pages"),
]
