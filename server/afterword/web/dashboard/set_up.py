"""The first account, made once by whoever can read the terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from afterword.core import errors
from afterword.services.members.first_run import check_set_up, create_first_member
from afterword.web.attempt import NOTHING, attempt, complain
from afterword.web.dashboard.account_form import FIELDS, read_account
from afterword.web.dashboard.sign_in import enter, open_session
from afterword.web.input import query
from afterword.web.rate_limit import take
from afterword.web.state import context, now
from afterword.web.templates import page

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from afterword.web.attempt import Complaint

GONE = "This link has been used, or a newer one was made. The server prints the one that works."


async def show(request: Request) -> Response:
    """`GET /dashboard/set-up?token=…`: the form; looking at it changes nothing."""
    await take(request, "sign_ins")
    token = query(request).text("token")
    if not await check_set_up(context(request), token, now(request)):
        raise errors.NotFound(GONE)
    return _page(request, token, "", "", NOTHING)


async def make_account(request: Request) -> Response:
    """`POST /dashboard/set-up`: the account, signed in; of two at the same time, one is told no."""
    sent = await read_account(request)
    made = await attempt(create_first_member(context(request), *sent, now=now(request)))
    if isinstance(made, errors.NotFound):
        raise errors.NotFound(GONE)
    if isinstance(made, errors.Refused):
        return _page(request, sent.token, sent.name, sent.email, complain(made, FIELDS))
    return enter(request, await open_session(request, sent.email, sent.password))


def _page(request: Request, token: str, name: str, email: str, complaint: Complaint) -> Response:
    return page(
        request,
        "dashboard/set-up.html",
        status=complaint.status,
        heading="Make the first account",
        token=token,
        name=name,
        email=email,
        refused=complaint.message,
        wrong=complaint.wrong,
    )
