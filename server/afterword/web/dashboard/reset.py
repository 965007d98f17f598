"""Opening a link to a new password."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.routing import Route

from afterword.core import errors
from afterword.services.members.reset_password import find_reset, reset_password
from afterword.web.attempt import NOTHING, attempt, complain
from afterword.web.dashboard.sign_in import SIGN_IN
from afterword.web.input import query, read_form
from afterword.web.output import see_other
from afterword.web.rate_limit import take
from afterword.web.same_origin import check_same_origin
from afterword.web.state import context, now
from afterword.web.templates import page

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from afterword.web.attempt import Complaint

RESET = "/dashboard/reset"


async def show(request: Request) -> Response:
    """`GET /dashboard/reset?token=…`: the form; looking at it changes nothing."""
    await take(request, "sign_ins")
    return await _page(request, query(request).text("token"), NOTHING)


async def reset(request: Request) -> Response:
    """`POST /dashboard/reset`: the password is changed, and every session has ended."""
    check_same_origin(request)
    await take(request, "sign_ins")
    fields = await read_form(request)
    token = fields.text("token")
    done = await attempt(
        reset_password(context(request), token, fields.text("password"), now=now(request))
    )
    if isinstance(done, errors.NotFound):
        raise done
    if isinstance(done, errors.Refused):
        return await _page(request, token, complain(done, ("password",)))
    return see_other(request, f"{SIGN_IN}?said=reset")


async def _page(request: Request, token: str, complaint: Complaint) -> Response:
    member = await find_reset(context(request), token, now=now(request))
    return page(
        request,
        "dashboard/reset.html",
        status=complaint.status,
        heading="Choose a new password",
        member=member,
        token=token,
        refused=complaint.message,
        wrong=complaint.wrong,
    )


ROUTES = [
    Route(RESET, show, methods=["GET"], name="reset_form"),
    Route(RESET, reset, methods=["POST"], name="reset_password"),
]
