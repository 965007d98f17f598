"""What is not as it should be, each with its fix."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.routing import Route

from afterword.services.running.check_health import check_health
from afterword.web.dashboard.frame import dashboard_page
from afterword.web.same_origin import signed_in
from afterword.web.state import context, now

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

HEALTH = "/dashboard/health"


async def show(request: Request) -> Response:
    """`GET /dashboard/health`: the findings of `afterword doctor`, without those that take long."""
    visit = await signed_in(request)
    findings = await check_health(context(request), visit.member, now=now(request))
    return await dashboard_page(
        request, visit, "health.html", here=HEALTH, heading="Health", findings=findings
    )


ROUTES = [Route(HEALTH, show, methods=["GET"], name="health")]
