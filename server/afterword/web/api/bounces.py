"""What a mail service tells of mails that came back."""

from __future__ import annotations

import hmac
from typing import TYPE_CHECKING

from afterword.core import errors, wire
from afterword.services.telling.bounces import note_bounce
from afterword.web.bearer import bearer_token
from afterword.web.input import read_json
from afterword.web.output import json_response
from afterword.web.state import context, now, web

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response


async def note(request: Request) -> Response:
    """No mail goes to these addresses any more; the answer is the same for those that nobody knows."""
    token = (bearer_token(request) or "").encode()
    allowed = web(request).settings.bounce_token.split()
    if not any(hmac.compare_digest(token, each.encode()) for each in allowed):
        raise errors.SignInNeeded("Send the bounce_token of the settings as a bearer token.")
    sent = await read_json(request, wire.Bounces)
    for address in sent.addresses:
        await note_bounce(context(request), address, now=now(request))
    return json_response(wire.Noted(), 202)
