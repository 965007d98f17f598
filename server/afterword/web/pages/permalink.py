"""`/c/{id}`: where a comment can be read, wherever its page has moved."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.responses import Response

from afterword.services.reading.find_permalink import find_permalink
from afterword.web.input import path_id
from afterword.web.state import context

if TYPE_CHECKING:
    from starlette.requests import Request


async def permalink(request: Request) -> Response:
    """Sends the browser to the comment on its page; NotFound unless everybody may read it."""
    address = await find_permalink(context(request), path_id(request))
    return Response(status_code=302, headers={"location": address})
