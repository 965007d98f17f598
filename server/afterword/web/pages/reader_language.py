"""The language that a page of ours speaks: the one its address names, else one that the browser asks for."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from afterword.core.telling import NOTIFY
from afterword.services.telling.manage_subscriptions import Wanted
from afterword.web.state import context

if TYPE_CHECKING:
    from starlette.requests import Request

    from afterword.core.languages import Speech
    from afterword.web.pages.thread_address import ThreadAddress

LONGEST = 500
"""Characters of Accept-Language that are looked at."""
_RANGE = re.compile(r"\s*([A-Za-z0-9-]+)\s*(?:;\s*q\s*=\s*(0(?:\.\d{0,3})?|1(?:\.0{0,3})?)\s*)?")


def speech(request: Request, ask: ThreadAddress) -> Speech:
    """What the page says, with the words of the site that the address belongs to.

    Raises UnknownOrigin where it belongs to none.
    """
    ctx = context(request)
    own = ctx.sites.for_url(ask.url, ask.site).policy.words
    wanted = [ask.lang] if ask.lang else accepted(request.headers.get("accept-language", ""))
    return ctx.languages.speech(ctx.languages.nearest(wanted), own)


def wanted_mails(request: Request, notify: str | None, lang: str | None) -> Wanted | None:
    """What an author wants to be told of, in the language that was asked for, else one of the browser's."""
    wanted = [lang] if lang else accepted(request.headers.get("accept-language", ""))
    for word in NOTIFY:
        if word == notify:
            return Wanted(word, context(request).languages.nearest(wanted))
    return None


def accepted(header: str) -> list[str]:
    """The tags of Accept-Language (RFC 9110, 12.5.4), the most wanted first."""
    weights: dict[str, float] = {}
    for part in header[:LONGEST].split(","):
        match = _RANGE.fullmatch(part)
        if match and (weight := float(match[2] or 1)):
            weights.setdefault(match[1], weight)
    return sorted(weights, key=lambda tag: -weights[tag])
