"""What was decided last, each with its undo."""

from __future__ import annotations

from typing import TYPE_CHECKING

from afterword.services.undo_act import recent_acts
from afterword.web.dashboard.frame import dashboard_page
from afterword.web.same_origin import signed_in
from afterword.web.state import context, now

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

DECISIONS = "/dashboard/decisions"


async def show(request: Request) -> Response:
    """`GET /dashboard/decisions`."""
    visit = await signed_in(request)
    decisions = await recent_acts(context(request), visit.member, now=now(request))
    return await dashboard_page(
        request,
        visit,
        "decisions.html",
        here=DECISIONS,
        heading="Decisions",
        decisions=decisions,
    )
