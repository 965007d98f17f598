"""The words of the form, which arrive with the writer's file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from afterword.services.reading.read_words import read_words
from afterword.web.input import query
from afterword.web.output import json_response
from afterword.web.rate_limit import take
from afterword.web.state import context

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

FOR_A_WHILE = "public, max-age=300"


async def read(request: Request) -> Response:
    """The words for those who write on a page."""
    await take(request, "reads")
    fields = query(request)
    url, site, lang = fields.required("url"), fields.optional("site"), fields.optional("lang")
    response = json_response(read_words(context(request), url, site, lang))
    response.headers["cache-control"] = FOR_A_WHILE
    return response
