"""The sites of a member, to read; they are changed by the command line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from afterword.web.dashboard.frame import dashboard_page, sites_of
from afterword.web.same_origin import signed_in

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

SITES = "/dashboard/sites"


async def show(request: Request) -> Response:
    """`GET /dashboard/sites`: names, origins, policies, and the tag to paste."""
    visit = await signed_in(request)
    sites = sites_of(request, visit.member)
    return await dashboard_page(
        request, visit, "sites.html", here=SITES, heading="Sites", sites=sites
    )
