"""The pop-up in which a reader signs in elsewhere: out to the provider, and back with word for the page.

Both pages must keep their opener, so they say `unsafe-none` where others say `same-origin`; what is told
is told to the exact origin that the attempt began with, whatever page the opener shows by then.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.responses import RedirectResponse

from afterword.core.errors import Refused
from afterword.services.readers.sign_in_by_provider import (
    Back,
    Wish,
    begin_sign_in,
    finish_sign_in,
    flow_of,
)
from afterword.web import session_cookie
from afterword.web.attempt import attempt
from afterword.web.errors import kind_of
from afterword.web.input import path_id, query
from afterword.web.pages.reader_language import accepted
from afterword.web.rate_limit import take
from afterword.web.session_cookie import ATTEMPT
from afterword.web.state import context, now, web
from afterword.web.templates import page

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from afterword.core.languages import Speech

CALLBACK = "/sign-in/callback"
KEEPS_OPENER = {
    "cross-origin-opener-policy": "unsafe-none",
    "referrer-policy": "no-referrer",
    "cache-control": "no-store",
}


async def begin(request: Request) -> Response:
    """`GET /sign-in/{id}?origin=…&challenge=…`: on to the provider."""
    await take(request, "sign_ins")
    fields = query(request)
    wish = Wish(
        path_id(request), fields.text("origin"), fields.text("challenge"), fields.text("lang")[:35]
    )
    begun = await begin_sign_in(context(request), wish, _redirect_uri(request), now=now(request))
    response = RedirectResponse(begun.url, status_code=302, headers=KEEPS_OPENER)
    session_cookie.remember(request, response, begun.ticket, ATTEMPT)
    return response


async def callback(request: Request) -> Response:
    """`GET /sign-in/callback`: the provider's answer, as a code for the page that asked."""
    await take(request, "sign_ins")
    ctx, fields, at = context(request), query(request), now(request)
    back = Back(
        session_cookie.read(request, ATTEMPT),
        fields.text("state"),
        fields.optional("code"),
        fields.optional("iss"),
    )
    flow = flow_of(ctx, back, now=at)
    t = _speech(request, flow.lang)
    told = await attempt(finish_sign_in(ctx, flow, back, _redirect_uri(request), now=at))
    if isinstance(told, Refused):
        response = _page(request, t, flow.origin, "", told)
    else:
        response = _page(request, t, flow.origin, told, None)
    session_cookie.forget(request, response, ATTEMPT)
    return response


def _page(request: Request, t: Speech, origin: str, code: str, refused: Refused | None) -> Response:
    response = page(
        request,
        "sign-in.html",
        status=200 if refused is None else kind_of(type(refused)).status,
        t=t,
        heading=t("signIn"),
        origin=origin,
        code=code,
        refused=refused.message if refused else "",
    )
    response.headers.update(KEEPS_OPENER)
    return response


def _speech(request: Request, lang: str) -> Speech:
    ctx = context(request)
    wanted = [lang] if lang else accepted(request.headers.get("accept-language", ""))
    return ctx.languages.speech(ctx.languages.nearest(wanted), {})


def _redirect_uri(request: Request) -> str:
    return web(request).links.absolute(CALLBACK)
