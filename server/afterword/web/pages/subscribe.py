"""`/subscribe/{token}`: what waits for the owner of a mailbox, who confirms it here or wants none of it.

The address is in a mail to that mailbox alone, so it says who asks. Opening it changes nothing: programs
that look at mails open what stands in them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from afterword.services.telling.manage_subscriptions import (
    confirm_wishes,
    refuse_wishes,
    see_wishes,
)
from afterword.web.input import read_form
from afterword.web.pages.mailbox_page import mailbox_page
from afterword.web.rate_limit import take
from afterword.web.state import context, now

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response


async def show(request: Request) -> Response:
    """What somebody wished for, each with a box that is ticked."""
    await take(request, "reads")
    wishes = await see_wishes(context(request), _token(request), now=now(request))
    return mailbox_page(
        request,
        "mailbox/subscribe.html",
        wishes.mailbox.lang,
        waiting=wishes.waiting,
        refused=wishes.mailbox.refused_at is not None,
        confirmed=False,
    )


async def answer(request: Request) -> Response:
    """Confirms what is ticked, or refuses everything for ever."""
    fields = await read_form(request)
    ctx, token, at = context(request), _token(request), now(request)
    confirmed = 0
    if fields.ticked("never"):
        await refuse_wishes(ctx, token, now=at)
    else:
        confirmed = await confirm_wishes(ctx, token, fields.integers("id"), now=at)
    wishes = await see_wishes(ctx, token, now=at)
    return mailbox_page(
        request,
        "mailbox/subscribe.html",
        wishes.mailbox.lang,
        waiting=() if confirmed else wishes.waiting,
        refused=wishes.mailbox.refused_at is not None,
        confirmed=bool(confirmed),
    )


def _token(request: Request) -> str:
    token: str = request.path_params["token"]
    return token
