"""Opening an invitation: a new account, or one more role for whoever is signed in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.routing import Route

from afterword.core import errors
from afterword.services.members.invite_member import (
    accept_as_member,
    accept_as_new,
    find_invitation,
)
from afterword.web import wording
from afterword.web.attempt import NOTHING, attempt, complain
from afterword.web.dashboard.account_form import FIELDS, read_account
from afterword.web.dashboard.place import QUEUE
from afterword.web.dashboard.sign_in import enter, open_session
from afterword.web.input import query
from afterword.web.output import see_other
from afterword.web.rate_limit import take
from afterword.web.same_origin import maybe_signed_in, member_form
from afterword.web.state import context, now
from afterword.web.templates import page

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from afterword.web.attempt import Complaint

INVITATION = "/dashboard/invitation"


async def show(request: Request) -> Response:
    """`GET /dashboard/invitation?token=…`: what it gives; looking at it changes nothing."""
    await take(request, "sign_ins")
    return await _page(request, query(request).text("token"), "", "", NOTHING)


async def make_account(request: Request) -> Response:
    """`POST /dashboard/invitation`: the account, signed in."""
    sent = await read_account(request)
    made = await attempt(accept_as_new(context(request), *sent, now=now(request)))
    if isinstance(made, errors.NotFound):
        raise made
    if isinstance(made, errors.Refused):
        return await _page(request, sent.token, sent.name, sent.email, complain(made, FIELDS))
    return enter(request, await open_session(request, sent.email, sent.password))


async def join(request: Request) -> Response:
    """`POST /dashboard/invitation/join`: the member who is signed in gets the role."""
    visit, fields = await member_form(request)
    token = fields.text("token")
    await accept_as_member(context(request), visit.member, visit.session, token, now=now(request))
    return see_other(request, f"{QUEUE}?said=joined")


async def _page(
    request: Request, token: str, name: str, email: str, complaint: Complaint
) -> Response:
    ctx = context(request)
    found = await find_invitation(ctx.store, token, now=now(request))
    site = ctx.sites.by_id(found.site_id) if found.site_id is not None else None
    assert found.role is not None
    return page(
        request,
        "dashboard/invitation.html",
        status=complaint.status,
        heading="You are invited",
        gives=f"{wording.role(found.role)} of {site.name if site else 'every site'}",
        visit=await maybe_signed_in(request),
        token=token,
        name=name,
        email=email,
        refused=complaint.message,
        wrong=complaint.wrong,
    )


ROUTES = [
    Route(INVITATION, show, methods=["GET"], name="invitation"),
    Route(INVITATION, make_account, methods=["POST"], name="accept_invitation"),
    Route(f"{INVITATION}/join", join, methods=["POST"], name="join"),
]
