"""A member's personal tokens for the API; each is shown once, when it is made."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.routing import Route

from afterword.core.errors import Refused
from afterword.core.model import Role
from afterword.services.members.issue_api_token import (
    issue_api_token,
    issue_feed_token,
    list_api_tokens,
    revoke_api_token,
)
from afterword.web.attempt import NOTHING, attempt, complain
from afterword.web.confirmed import confirmed_form
from afterword.web.dashboard.frame import dashboard_page
from afterword.web.dashboard.profile import PROFILE
from afterword.web.output import see_other
from afterword.web.same_origin import signed_in
from afterword.web.state import context, now, web

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from afterword.services.members.issue_api_token import Issued
    from afterword.web.attempt import Complaint
    from afterword.web.input import Fields
    from afterword.web.same_origin import Visit

TOKENS = f"{PROFILE}/tokens"
FEED = "feed"
"""In the place of a role: the token opens the feed of the queue alone."""
DAYS = (30, 90, 365)
"""For how long a token may be good, as the form offers it."""


async def show(request: Request) -> Response:
    """`GET /dashboard/profile/tokens`."""
    return await _page(request, await signed_in(request), NOTHING)


async def issue(request: Request) -> Response:
    """`POST /dashboard/profile/tokens`: a new token, shown in the answer and never again."""
    visit, fields = await confirmed_form(request)
    feed = fields.one_of("role", (*Role, FEED), Role.VIEWER) == FEED
    made = await attempt(_issue(request, visit, fields, feed=feed))
    if isinstance(made, Refused):
        return await _page(request, visit, complain(made, ("name", "days")))
    text = web(request).links.absolute("/feeds/queue", token=made.text) if feed else made.text
    return await _page(request, visit, NOTHING, text)


async def _issue(request: Request, visit: Visit, fields: Fields, *, feed: bool) -> Issued:
    name, days = fields.text("name"), fields.integer("days") or DAYS[0]
    ctx, at = context(request), now(request)
    if feed:
        return await issue_feed_token(ctx, visit.member, name, days, now=at)
    role = fields.one_of("role", tuple(Role), Role.VIEWER)
    return await issue_api_token(ctx, visit.member, name, role, days, now=at)


async def revoke(request: Request) -> Response:
    """`POST /dashboard/profile/tokens/revoke`: the token opens nothing any more."""
    visit, fields = await confirmed_form(request)
    number = fields.integer("token") or 0
    await revoke_api_token(context(request), visit.member, number, now=now(request))
    return see_other(request, f"{TOKENS}?said=revoked")


async def _page(request: Request, visit: Visit, complaint: Complaint, text: str = "") -> Response:
    greatest = max((role.rank for role in visit.member.roles.values()), default=0)
    return await dashboard_page(
        request,
        visit,
        "api-tokens.html",
        here=PROFILE,
        heading="API tokens",
        status=complaint.status,
        tokens=await list_api_tokens(context(request), visit.member, now=now(request)),
        roles=[role for role in Role if role.rank <= greatest],
        days=DAYS,
        text=text,
        refused=complaint.message,
        wrong=complaint.wrong,
    )


ROUTES = [
    Route(TOKENS, show, methods=["GET"], name="api_tokens"),
    Route(TOKENS, issue, methods=["POST"], name="issue_api_token"),
    Route(f"{TOKENS}/revoke", revoke, methods=["POST"], name="revoke_api_token"),
]
