"""Reactions of readers to pages."""

from __future__ import annotations

from typing import TYPE_CHECKING

from afterword.core import wire
from afterword.core.page_key import PageClaim
from afterword.services.present import reactions_json
from afterword.services.writing.react_to_page import Reaction, react_to_page
from afterword.web.input import read_json
from afterword.web.output import json_response
from afterword.web.rate_limit import take
from afterword.web.reader import reader
from afterword.web.state import context, now

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response


async def react(request: Request) -> Response:
    """Has the reader's reaction to a page as it is sent."""
    await take(request, "votes")
    sent = await read_json(request, wire.React)
    claim = PageClaim(sent.url, sent.canonical, sent.thread_id, sent.title)
    reaction = Reaction(claim, sent.site, sent.reaction, reader(request, sent.visitor_token))
    done = await react_to_page(context(request), reaction, now=now(request))
    counts = reactions_json(done.counts, done.policy)
    return json_response(wire.Reacted(reactions=counts, mine=done.mine))
