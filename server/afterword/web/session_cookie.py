"""The cookies of our own pages: of members, of a person who looks at their own page, of signing in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from afterword.core.oidc_flow import LASTS
from afterword.web.state import web

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from afterword.web.links import Links


@dataclass(frozen=True, slots=True)
class Cookie:
    """One of them."""

    secure_name: str
    """The prefix makes browsers insist on Secure, on Path=/ and on no Domain."""
    plain_name: str
    """Over plain http, where a browser refuses the prefix."""
    lifetime: int
    """Seconds; the session's own end in the database is what counts."""

    def name(self, links: Links) -> str:
        """What it is called here."""
        return self.secure_name if links.secure else self.plain_name


MEMBER = Cookie("__Host-afterword", "afterword_session", 7 * 24 * 3600)
"""A member's session, for the dashboard alone."""
PERSON = Cookie("__Host-afterword-me", "afterword_me", 12 * 3600)
"""Of whoever looks at their own page."""
ATTEMPT = Cookie("__Host-afterword-sign-in", "afterword_sign_in", LASTS // 1000)
"""Of a reader's attempt to sign in by a pop-up; gone when it is answered."""


def read(request: Request, cookie: Cookie = MEMBER) -> str | None:
    """The cookie's value as the browser sent it, or None."""
    return request.cookies.get(cookie.name(web(request).links))


def remember(request: Request, response: Response, value: str, cookie: Cookie = MEMBER) -> None:
    """Gives the browser the session."""
    links = web(request).links
    response.set_cookie(
        cookie.name(links),
        value,
        max_age=cookie.lifetime,
        path=_path(links),
        secure=links.secure,
        httponly=True,
        samesite="lax",
    )


def forget(request: Request, response: Response, cookie: Cookie = MEMBER) -> None:
    """Takes the session back from the browser."""
    links = web(request).links
    response.delete_cookie(
        cookie.name(links), path=_path(links), secure=links.secure, httponly=True, samesite="lax"
    )


def _path(links: Links) -> str:
    """`__Host-` allows the root alone; a plain cookie stays below our prefix."""
    return "/" if links.secure else links.prefix or "/"
