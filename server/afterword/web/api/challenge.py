"""Asking for a proof of work before a comment is sent."""

from __future__ import annotations

from typing import TYPE_CHECKING

from afterword.services.present import challenge_json
from afterword.services.writing.prove_work import ask_for_work
from afterword.web.input import query
from afterword.web.output import json_response
from afterword.web.rate_limit import take
from afterword.web.state import context, now

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response


async def ask(request: Request) -> Response:
    """A challenge of its own for each who asks; nothing is kept of it."""
    await take(request, "challenges")
    fields = query(request)
    challenge = await ask_for_work(
        context(request),
        fields.required("url"),
        fields.optional("site"),
        origin=request.headers.get("origin"),
        now=now(request),
    )
    return json_response(challenge_json(challenge))
