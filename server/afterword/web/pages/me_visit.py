"""Who looks at their own page, and the pages that they are shown: in their language, with few words."""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from afterword.core import errors
from afterword.services.persons.own_page import owner_shown, restore_own_page
from afterword.web import session_cookie
from afterword.web.input import Fields, read_form
from afterword.web.pages.reader_language import accepted
from afterword.web.same_origin import CSRF_FIELD, check_same_origin
from afterword.web.state import context, now
from afterword.web.templates import page

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from afterword.storage.own_sessions import OwnSession


@dataclass(frozen=True, slots=True)
class SentForm:
    """A form of the person's own page, which one of our own pages sent for this session."""

    session: OwnSession
    fields: Fields


async def own_session(request: Request) -> OwnSession | None:
    """Of the browser that asks; None where the page is not open in it."""
    cookie = session_cookie.read(request, session_cookie.PERSON)
    return await restore_own_page(context(request), cookie, now=now(request)) if cookie else None


async def own_form(request: Request) -> SentForm | None:
    """With it begins every act of a person; None where the page is not open any more.

    Raises `Forbidden` for a form of somebody else's page.
    """
    check_same_origin(request)
    session = await own_session(request)
    fields = await read_form(request)
    if session is None:
        return None
    if not hmac.compare_digest(fields.text(CSRF_FIELD).encode(), session.csrf.encode()):
        raise errors.Forbidden("This form is out of date. Reload the page and send it again.")
    return SentForm(session, fields)


def own_page(
    request: Request, name: str, session: OwnSession | None, /, *, status: int = 200, **values: Any
) -> Response:
    """The page in the language of the mails to them, else in one that the browser asks for."""
    languages = context(request).languages
    own = [session.lang] if session and session.lang else []
    wanted = [*own, *accepted(request.headers.get("accept-language", ""))]
    t = languages.speech(languages.nearest(wanted), {})
    owner = owner_shown(context(request), session) if session else ""
    return page(request, name, status=status, t=t, session=session, owner=owner, **values)
