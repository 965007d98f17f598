"""Where the password is sent that a page asked for; forms that ask for it take it themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.routing import Route

from afterword.web.confirmed import CONFIRM, confirmed_form
from afterword.web.dashboard.place import next_path
from afterword.web.output import see_other
from afterword.web.state import web

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response


async def confirm(request: Request) -> Response:
    """`POST /dashboard/confirm`: back to the page that asked."""
    _, fields = await confirmed_form(request)
    return see_other(request, next_path(fields, web(request).links))


ROUTES = [Route(CONFIRM, confirm, methods=["POST"], name="confirm")]
