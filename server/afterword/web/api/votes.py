"""Votes of readers on comments."""

from __future__ import annotations

from typing import TYPE_CHECKING

from afterword.core import wire
from afterword.services.writing.vote_on_comment import vote_on_comment
from afterword.web.input import path_id, read_json
from afterword.web.output import json_response
from afterword.web.rate_limit import take
from afterword.web.reader import reader
from afterword.web.state import context, now

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response


async def vote(request: Request) -> Response:
    """Has the reader's vote on a comment as it is sent."""
    await take(request, "votes")
    sent = await read_json(request, wire.Vote)
    done = await vote_on_comment(
        context(request),
        path_id(request),
        sent.vote,
        reader(request, sent.visitor_token),
        now=now(request),
    )
    return json_response(wire.Voted(up=done.up, down=done.down, vote=done.vote))
