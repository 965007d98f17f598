"""For whoever watches the process: does it live, can it work."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from afterword.services.running.check_health import ready
from afterword.web.output import json_response
from afterword.web.state import context

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response


class Health(msgspec.Struct, frozen=True, kw_only=True):
    """Of a server that is well; one that is not answers with a problem, or not at all."""

    status: str


async def live(request: Request) -> Response:
    """The process answers."""
    return json_response(Health(status="ok"))


async def ready_to_work(request: Request) -> Response:
    """Requests may come; raises Unavailable where they would be in vain."""
    await ready(context(request))
    return json_response(Health(status="ok"))
