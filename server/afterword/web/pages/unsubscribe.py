"""`/unsubscribe/{token}`: ends mails, by one POST of a mail program (RFC 8058) or on its page.

There is no cookie, no session and no other proof: the address is in a mail to that mailbox alone. Opening
it changes nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from afterword.services.telling.unsubscribe import WHATS, see_mails, subscribe_again, unsubscribe
from afterword.web.body import read_body
from afterword.web.input import is_form, read_form
from afterword.web.pages.mailbox_page import mailbox_page
from afterword.web.rate_limit import take
from afterword.web.state import context, now

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from afterword.services.telling.unsubscribe import Mails, What


async def show(request: Request) -> Response:
    """What can be ended."""
    await take(request, "reads")
    mails = await see_mails(context(request), _token(request))
    return _page(request, mails, "thread" if mails.subscription else "everything")


async def end(request: Request) -> Response:
    """Ends what is chosen, or with `undo` takes that back; without a choice all of the thread.

    Mail programs send `List-Unsubscribe=One-Click`, as a form or in parts, and follow no redirect.
    """
    ctx, token, at = context(request), _token(request), now(request)
    what: What = "thread"
    undo = False
    if is_form(request):
        fields = await read_form(request)
        what, undo = fields.one_of("what", WHATS, "thread"), fields.ticked("undo")
    else:
        await read_body(request)
    if undo:
        mails = await subscribe_again(ctx, token, what, now=at)
    else:
        mails = await unsubscribe(ctx, token, what, now=at)
    return _page(request, mails, what)


def _page(request: Request, mails: Mails, what: What) -> Response:
    """With what is chosen; it says where that is over."""
    reply = mails.subscription is not None and mails.subscription.comment_id is not None
    choices = [
        each
        for each in WHATS
        if (each != "replies" or reply)
        and (each != "thread" or mails.subscription)
        and (each != "site" or mails.site)
    ]
    return mailbox_page(
        request,
        "mailbox/unsubscribe.html",
        mails.lang,
        mails=mails,
        what=what,
        choices=choices,
        over=mails.is_over(what),
    )


def _token(request: Request) -> str:
    token: str = request.path_params["token"]
    return token
