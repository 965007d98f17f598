"""How comments come to each site, and the switch that makes one hold all but known authors."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.routing import Route

from afterword.core.errors import NotFound
from afterword.core.model import Role
from afterword.services.moderating.switch_surge import see_surges, switch_surge
from afterword.services.permission import may
from afterword.web.dashboard.frame import dashboard_page
from afterword.web.output import see_other
from afterword.web.same_origin import member_form, signed_in
from afterword.web.state import context, now

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

SURGE = "/dashboard/surge"


async def show(request: Request) -> Response:
    """`GET /dashboard/surge`: each site of the member, with its switch for those who may use it."""
    visit = await signed_in(request)
    seen = await see_surges(context(request), visit.member, now=now(request))
    rows = [
        (site, tide, may(visit.member, site.id, Role.MODERATOR))
        for site, tide in sorted(seen, key=lambda row: row[0].name.casefold())
    ]
    return await dashboard_page(
        request, visit, "surge.html", here=SURGE, heading="Surge mode", rows=rows
    )


async def switch(request: Request) -> Response:
    """`POST /dashboard/surge`: on or off, for one site."""
    visit, fields = await member_form(request)
    site_id = fields.integer("site")
    if site_id is None:
        raise NotFound("There is no such site.")
    on = fields.one_of("mode", ("on", "off"), "on") == "on"
    await switch_surge(context(request), visit.member, site_id, on=on, now=now(request))
    return see_other(request, f"{SURGE}?said=surge-{'on' if on else 'off'}")


ROUTES = [
    Route(SURGE, show, methods=["GET"], name="surge"),
    Route(SURGE, switch, methods=["POST"], name="switch_surge"),
]
