"""`/me`: what a person wrote and what is kept of them; the door to it, and the link that opens it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from afterword.core.errors import Refused
from afterword.services.persons.own_page import (
    leave_own_page,
    link_is_good,
    open_own_page,
    read_own_page,
)
from afterword.services.readers.confirm_address import ask_for_link
from afterword.web import session_cookie
from afterword.web.attempt import NOTHING, attempt, complain
from afterword.web.input import query, read_form
from afterword.web.output import see_other
from afterword.web.pages.me_visit import own_form, own_page, own_session
from afterword.web.rate_limit import take
from afterword.web.same_origin import check_same_origin
from afterword.web.state import context, now

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from afterword.web.attempt import Complaint


async def show(request: Request) -> Response:
    """The page, or the form that asks for the link to it."""
    await take(request, "reads")
    session = await own_session(request)
    if session is None:
        return _door(request, "", NOTHING)
    before = query(request).integer("before")
    seen = await read_own_page(context(request), session, before=before, now=now(request))
    return own_page(request, "me/page.html", session, seen=seen, before=before)


async def ask(request: Request) -> Response:
    """Has the link mailed; what is answered tells nothing of the address."""
    check_same_origin(request)
    fields = await read_form(request)
    await take(request, "codes")
    email, lang = fields.text("email"), fields.optional("lang")
    asked = await attempt(ask_for_link(context(request), email, lang, now=now(request)))
    if isinstance(asked, Refused):
        return _door(request, email, complain(asked, ("email",)))
    return own_page(request, "me/sent.html", None)


async def look(request: Request) -> Response:
    """What the link leads to: one button, so that programs that open links use nothing up."""
    await take(request, "reads")
    token: str = request.path_params["token"]
    link_is_good(context(request), token, now=now(request))
    return own_page(request, "me/open.html", None)


async def enter(request: Request) -> Response:
    """Opens the page in this browser."""
    check_same_origin(request)
    await read_form(request)
    token: str = request.path_params["token"]
    value = await open_own_page(context(request), token, now=now(request))
    response = see_other(request, "/me")
    session_cookie.remember(request, response, value, session_cookie.PERSON)
    return response


async def leave(request: Request) -> Response:
    """Closes it."""
    sent = await own_form(request)
    if sent is not None:
        await leave_own_page(context(request), sent.session)
    response = see_other(request, "/me")
    session_cookie.forget(request, response, session_cookie.PERSON)
    return response


def _door(request: Request, email: str, complaint: Complaint) -> Response:
    return own_page(
        request,
        "me/door.html",
        None,
        status=complaint.status,
        email=email,
        refused=complaint.message,
        wrong=complaint.wrong,
    )
