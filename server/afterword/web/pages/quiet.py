"""`/quiet/{token}`: ends mails to a member, by one POST of a mail program (RFC 8058) or on its page.

No cookie, no session and no other proof: the address is in a mail to that member alone. Opening it
changes nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.routing import Route

from afterword.services.telling.stop_notices import ENDED, PATH, see_hearing, stop_notices
from afterword.web.body import read_body
from afterword.web.input import is_form, read_form
from afterword.web.rate_limit import take
from afterword.web.state import context, now, web
from afterword.web.templates import page

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from afterword.services.telling.stop_notices import Ended, Hearing


async def show(request: Request) -> Response:
    """What can be ended."""
    await take(request, "decisions")
    return _page(request, await see_hearing(context(request), _token(request)), "this")


async def end(request: Request) -> Response:
    """Ends what is chosen; without a choice what the mail was about.

    Mail programs send `List-Unsubscribe=One-Click`, as a form or in parts, and follow no redirect.
    """
    what: Ended = "this"
    if is_form(request):
        what = (await read_form(request)).one_of("what", ENDED, "this")
    else:
        await read_body(request)
    hearing = await stop_notices(context(request), _token(request), what, now=now(request))
    return _page(request, hearing, what)


def _page(request: Request, hearing: Hearing, what: Ended) -> Response:
    address = web(request).links.path(request.scope["path"])
    response = page(request, "dashboard/quiet.html", hearing=hearing, what=what, address=address)
    response.headers["referrer-policy"] = "no-referrer"
    return response


def _token(request: Request) -> str:
    token: str = request.path_params["token"]
    return token


ROUTES = [
    Route(f"{PATH}{{token}}", show, methods=["GET"], name="quiet"),
    Route(f"{PATH}{{token}}", end, methods=["POST"], name="stop_notices"),
]
