"""The one cookie of the product: a member's session, for the dashboard alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from afterword.web.state import web

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from afterword.web.links import Links

SECURE_NAME = "__Host-afterword"
"""The prefix makes browsers insist on Secure, on Path=/ and on no Domain."""
PLAIN_NAME = "afterword_session"
"""Over plain http, where a browser refuses the prefix."""
LIFETIME = 7 * 24 * 3600
"""Seconds; the session's own end in the database is what counts."""


def read(request: Request) -> str | None:
    """The cookie's value as the browser sent it, or None."""
    return request.cookies.get(_name(web(request).links))


def remember(request: Request, response: Response, value: str) -> None:
    """Gives the browser the session."""
    links = web(request).links
    response.set_cookie(
        _name(links),
        value,
        max_age=LIFETIME,
        path=_path(links),
        secure=links.secure,
        httponly=True,
        samesite="lax",
    )


def forget(request: Request, response: Response) -> None:
    """Takes the session back from the browser."""
    links = web(request).links
    response.delete_cookie(
        _name(links), path=_path(links), secure=links.secure, httponly=True, samesite="lax"
    )


def _name(links: Links) -> str:
    return SECURE_NAME if links.secure else PLAIN_NAME


def _path(links: Links) -> str:
    """`__Host-` allows the root alone; a plain cookie stays below our prefix."""
    return "/" if links.secure else links.prefix or "/"
