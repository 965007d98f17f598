"""Who votes, reacts or reports, as a request says."""

from __future__ import annotations

from typing import TYPE_CHECKING

from afterword.services.readers.reader import Reader
from afterword.web.bearer import bearer_token
from afterword.web.client_address import client_address

if TYPE_CHECKING:
    from starlette.requests import Request


def reader(request: Request, visitor_token: str) -> Reader:
    """The browser that sends this, with its address, the page that it is on, and whoever is signed in."""
    origin = request.headers.get("origin")
    return Reader(visitor_token, client_address(request), origin, bearer_token(request))
