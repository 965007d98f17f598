"""Pages that links in mails to readers lead to: in the language of the mail, and for nobody else."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from afterword.web.state import context, web
from afterword.web.templates import page

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response


def mailbox_page(request: Request, name: str, lang: str | None, /, **values: Any) -> Response:
    """The page, with our own words: mails of several sites may be meant."""
    languages = context(request).languages
    t = languages.speech(languages.nearest([lang or ""]), {})
    address = web(request).links.path(request.scope["path"])
    return page(request, name, t=t, address=address, **values)
