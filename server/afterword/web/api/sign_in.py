"""A reader's session on a page, for the code of its pop-up."""

from __future__ import annotations

from typing import TYPE_CHECKING

from afterword.core import wire_sign_in
from afterword.services.readers.sign_in_by_provider import redeem_code
from afterword.web.input import read_json
from afterword.web.output import json_response
from afterword.web.rate_limit import take
from afterword.web.state import context, now

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response


async def redeem(request: Request) -> Response:
    """The token of a session, once for each code."""
    await take(request, "sign_ins")
    sent = await read_json(request, wire_sign_in.SignInCode)
    opened = await redeem_code(
        context(request),
        sent.code,
        sent.verifier,
        origin=request.headers.get("origin"),
        agent=request.headers.get("user-agent", ""),
        now=now(request),
    )
    told = wire_sign_in.OpenedReaderSession(
        reader_token=opened.token, name=opened.reader.name, ends_at=opened.ends_at
    )
    return json_response(told)
