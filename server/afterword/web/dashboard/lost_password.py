"""Asking for a new password: an address is typed, and what is answered tells nothing of accounts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.routing import Route

from afterword.core.errors import Refused
from afterword.services.members.lost_password import ask_for_password
from afterword.web.attempt import NOTHING, attempt, complain
from afterword.web.client_address import client_address
from afterword.web.input import read_form
from afterword.web.rate_limit import take
from afterword.web.same_origin import check_same_origin
from afterword.web.state import context, now
from afterword.web.templates import page

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from afterword.web.attempt import Complaint

LOST = "/dashboard/lost-password"


async def show(request: Request) -> Response:
    """`GET /dashboard/lost-password`: the form."""
    return _page(request, NOTHING)


async def ask(request: Request) -> Response:
    """`POST /dashboard/lost-password`: the same answer, whether or not there is such an account."""
    check_same_origin(request)
    await take(request, "sign_ins")
    fields = await read_form(request)
    email = fields.required("email")
    asked = await attempt(
        ask_for_password(context(request), email, address=client_address(request), now=now(request))
    )
    if isinstance(asked, Refused):
        return _page(request, complain(asked, ("email",)), email)
    return _page(request, NOTHING, email, asked=True)


def _page(
    request: Request, complaint: Complaint, email: str = "", *, asked: bool = False
) -> Response:
    response = page(
        request,
        "dashboard/lost-password.html",
        status=complaint.status,
        heading="A new password",
        email=email,
        asked=asked,
        can_mail=context(request).mail_server is not None,
        refused=complaint.message,
        wrong=complaint.wrong,
    )
    if complaint.retry_after is not None:
        response.headers["retry-after"] = str(complaint.retry_after)
    return response


ROUTES = [
    Route(LOST, show, methods=["GET"], name="lost_password"),
    Route(LOST, ask, methods=["POST"], name="ask_for_password"),
]
