"""Signing in and out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from afterword.core.errors import Refused, SecondStepNeeded, SignInNeeded
from afterword.services.members import sign_in as service
from afterword.web import session_cookie
from afterword.web.attempt import NOTHING, attempt, complain
from afterword.web.client_address import client_address
from afterword.web.dashboard.place import QUEUE, next_path
from afterword.web.input import query, read_form
from afterword.web.output import see_other
from afterword.web.rate_limit import take
from afterword.web.same_origin import check_same_origin, maybe_signed_in, member_form
from afterword.web.state import context, now, web
from afterword.web.templates import page

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from afterword.web.attempt import Complaint

SIGN_IN = "/dashboard/sign-in"
NOTICES = {
    "signed-out": "You are signed out.",
    "reset": "Your password is changed. Sign in with it.",
}


async def show(request: Request) -> Response:
    """`GET /dashboard/sign-in`: the form, or straight on for those who are signed in."""
    fields = query(request)
    onward = next_path(fields, web(request).links)
    if await maybe_signed_in(request):
        return see_other(request, onward)
    notice = NOTICES.get(fields.text("said"), "")
    return _page(request, "", onward, NOTHING, notice)


async def sign_in(request: Request) -> Response:
    """`POST /dashboard/sign-in`: a session in a cookie, and on to where the visitor was going."""
    check_same_origin(request)
    fields = await read_form(request)
    onward = next_path(fields, web(request).links)
    email = fields.text("email")
    signed_in = await attempt(open_session(request, email, fields.text("password")))
    if isinstance(signed_in, SecondStepNeeded):
        return _code_page(request, signed_in.ticket, onward, NOTHING)
    if isinstance(signed_in, Refused):
        return _page(request, email, onward, complain(signed_in, ("email", "password")))
    return enter(request, signed_in, onward)


async def finish(request: Request) -> Response:
    """`POST /dashboard/sign-in/code`: the second step, for whoever has just typed the password."""
    check_same_origin(request)
    await take(request, "sign_ins")
    fields = await read_form(request)
    onward, ticket = next_path(fields, web(request).links), fields.text("ticket")
    agent = request.headers.get("user-agent", "")
    signed_in = await attempt(
        service.finish_sign_in(
            context(request), ticket, fields.text("code"), agent=agent, now=now(request)
        )
    )
    if isinstance(signed_in, SignInNeeded):
        return _page(request, "", onward, complain(signed_in, ()))
    if isinstance(signed_in, Refused):
        return _code_page(request, ticket, onward, complain(signed_in, ("code",)))
    return enter(request, signed_in, onward)


async def sign_out(request: Request) -> Response:
    """`POST /dashboard/sign-out`: this session ends."""
    visit, _ = await member_form(request)
    await service.sign_out(context(request), visit.session, now=now(request))
    response = see_other(request, f"{SIGN_IN}?said=signed-out")
    session_cookie.forget(request, response)
    return response


async def open_session(request: Request, email: str, password: str) -> service.SignedIn:
    """A new session for whoever knows the password."""
    await take(request, "sign_ins")
    return await service.sign_in(
        context(request),
        email,
        password,
        address=client_address(request),
        agent=request.headers.get("user-agent", ""),
        now=now(request),
    )


def enter(request: Request, signed_in: service.SignedIn, onward: str = QUEUE) -> Response:
    """Gives the browser its session and sends it on."""
    response = see_other(request, onward)
    session_cookie.remember(request, response, signed_in.cookie_value)
    return response


def _page(
    request: Request, email: str, onward: str, complaint: Complaint, notice: str = ""
) -> Response:
    response = page(
        request,
        "dashboard/sign-in.html",
        status=complaint.status,
        heading="Sign in",
        email=email,
        next=onward,
        notice=notice,
        refused=complaint.message,
        wrong=complaint.wrong,
    )
    return _with_wait(response, complaint)


def _code_page(request: Request, ticket: str, onward: str, complaint: Complaint) -> Response:
    response = page(
        request,
        "dashboard/sign-in-code.html",
        status=complaint.status,
        heading="Type your code",
        ticket=ticket,
        next=onward,
        refused=complaint.message,
        wrong=complaint.wrong,
    )
    return _with_wait(response, complaint)


def _with_wait(response: Response, complaint: Complaint) -> Response:
    if complaint.retry_after is not None:
        response.headers["retry-after"] = str(complaint.retry_after)
    return response
