"""Markdown as it would look."""

from __future__ import annotations

from typing import TYPE_CHECKING

from afterword.core import wire
from afterword.services.writing.preview_comment import preview_comment
from afterword.web.input import read_json
from afterword.web.output import json_response
from afterword.web.rate_limit import take
from afterword.web.state import context

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response


async def show(request: Request) -> Response:
    """The tree of a body that nobody has sent yet; nothing is stored."""
    await take(request, "previews")
    wish = await read_json(request, wire.Preview)
    tree = await preview_comment(context(request), wish.body, url=wish.url, site=wish.site)
    return json_response(wire.Previewed(body=tree))
