"""A member's act must come from a page of our own: browsers say where from, forms carry a token."""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from afterword.core import errors
from afterword.services.members.sign_in import restore_session
from afterword.web import session_cookie
from afterword.web.input import Fields, read_form
from afterword.web.state import context, now, web

if TYPE_CHECKING:
    from starlette.requests import Request

    from afterword.core.model import Member, Session

CSRF_FIELD = "csrf"


@dataclass(frozen=True, slots=True)
class Visit:
    """Who is signed in, by which session."""

    member: Member
    session: Session


async def maybe_signed_in(request: Request) -> Visit | None:
    """The visit of the cookie's session, or None without a living one."""
    cookie = session_cookie.read(request)
    if not cookie:
        return None
    found = await restore_session(context(request), cookie, now=now(request))
    return Visit(*found) if found else None


async def signed_in(request: Request) -> Visit:
    """The visit; raises SignInNeeded where there is none."""
    visit = await maybe_signed_in(request)
    if visit is None:
        raise errors.SignInNeeded("Sign in to go on.")
    return visit


async def member_form(request: Request) -> tuple[Visit, Fields]:
    """Who sent a form of the dashboard, and what it holds; with it begins every act of a member.

    Raises Forbidden for a form of somebody else's page, SignInNeeded without a session.
    """
    check_same_origin(request)
    visit = await signed_in(request)
    fields = await read_form(request)
    check_csrf(visit, fields)
    return visit, fields


def check_csrf(visit: Visit, fields: Fields) -> None:
    """Raises Forbidden for a form that was not made for this session."""
    if not hmac.compare_digest(fields.text(CSRF_FIELD).encode(), visit.session.csrf.encode()):
        raise errors.Forbidden("This form is out of date. Reload the page and send it again.")


def check_same_origin(request: Request) -> None:
    """Raises Forbidden unless the browser says that one of our own pages sent this."""
    if not is_same_origin(request):
        raise errors.Forbidden("This form was not sent from a page of this server.")


def is_same_origin(request: Request) -> bool:
    """Asks Sec-Fetch-Site first, which no page can forge; then Origin; then, for old ones, Referer."""
    headers = request.headers
    site = headers.get("sec-fetch-site")
    if site == "none":
        # The visitor's own doing, such as sending a form again after a restart of the browser.
        return headers.get("sec-fetch-mode") == "navigate" and "origin" not in headers
    if site is not None:
        return site == "same-origin"
    ours = web(request).settings.public_origin
    if "origin" in headers:
        return headers["origin"] == ours
    return _origin(headers.get("referer", "")) == ours


def _origin(address: str) -> str | None:
    try:
        url = urlsplit(address)
    except ValueError:
        return None
    return f"{url.scheme}://{url.netloc}" if url.netloc else None
