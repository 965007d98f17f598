"""Readers who confirm an address by a mailed code, and sign out again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.responses import Response

from afterword.core import errors, wire_readers
from afterword.services.persons import own_page_link
from afterword.services.readers.confirm_address import Wish, ask_for_code, confirm_code
from afterword.services.readers.reader_session import end_reader_session
from afterword.web.bearer import bearer_token
from afterword.web.input import read_json
from afterword.web.output import json_response
from afterword.web.rate_limit import take
from afterword.web.state import context, now

if TYPE_CHECKING:
    from starlette.requests import Request


async def ask(request: Request) -> Response:
    """Has a code mailed; the answer is the same whatever is known of the address."""
    sent = await read_json(request, wire_readers.AskForCode)
    wish = Wish(
        url=sent.url,
        site=sent.site,
        email=sent.email,
        visitor_token=sent.visitor_token,
        lang=sent.lang,
        origin=request.headers.get("origin"),
    )
    await take(request, "codes")
    ticket = await ask_for_code(context(request), wish, now=now(request))
    return json_response(wire_readers.CodeAsked(ticket=ticket), 202)


async def confirm(request: Request) -> Response:
    """Signs this browser in for whoever has the code."""
    await take(request, "sign_ins")
    sent = await read_json(request, wire_readers.ConfirmCode)
    done = await confirm_code(
        context(request),
        sent.ticket,
        sent.code,
        origin=request.headers.get("origin"),
        agent=request.headers.get("user-agent", ""),
        now=now(request),
    )
    answer = wire_readers.SignedIn(
        reader_token=done.session.token,
        ends_at=done.session.ends_at,
        name=done.name,
        claimed=done.claimed,
    )
    return json_response(answer)


async def own_page(request: Request) -> Response:
    """The link to the page of whoever is signed in without an address."""
    token = _token(request)
    await take(request, "sign_ins")
    sent = await read_json(request, wire_readers.AskForOwnPage)
    origin = request.headers.get("origin")
    wish = own_page_link.Wish(sent.url, sent.site, token, origin=origin)
    link = await own_page_link.link_for_known(context(request), wish, now=now(request))
    return json_response(wire_readers.OwnPageLink(url=link.url, ends_at=link.ends_at))


async def sign_out(request: Request) -> Response:
    """Ends the session of this browser; twice is once."""
    await end_reader_session(context(request), _token(request))
    return Response(status_code=204)


def _token(request: Request) -> str:
    token = bearer_token(request)
    if token is None:
        message = "Send the token of the session: Authorization: Bearer <token>."
        raise errors.SignInNeeded(message)
    return token
