"""The site's own user, as a token says that the site has signed."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from afterword.core.errors import SignInNeeded
from afterword.core.languages import Spot
from afterword.core.signed_claims import BadToken, Ended
from afterword.core.user_token import read_user_token

if TYPE_CHECKING:
    from afterword.core.model import Site
    from afterword.core.sign_in_ways import Person, Provider
    from afterword.services.context import Context

REFUSED, ENDED = "user_refused", "user_ended"
"""Codes by which a page is told why its token was not taken."""
BADGE = "staff"
"""The word of our badge."""
_LOOK = re.compile(r"eyJ[A-Za-z0-9_-]*\.[A-Za-z0-9_-]*\.[A-Za-z0-9_-]*")


def is_user_token(token: str) -> bool:
    """Whether it looks like a signed token (its header begins with `{"`), and not like one of ours."""
    return _LOOK.fullmatch(token) is not None


async def user_of_site(
    ctx: Context, site: Site, token: str, *, now: int
) -> tuple[Provider, Person]:
    """Who the token says is there, and by which of the site's ways.

    Raises `SignInNeeded` with `user_ended`, and with `user_refused` and what is wrong for its maker.
    """
    ways = [each for each in ctx.sites.providers(site.id) if each.kind == "token"]
    words = staff_words(ctx, site)
    wrong: list[BadToken] = []
    for provider in ways:
        try:
            return provider, read_user_token(token, provider, staff_words=words, now=now)
        except BadToken as refused:
            wrong.append(refused)
    if any(isinstance(each, Ended) for each in wrong):
        raise SignInNeeded("Your sign-in has ended. Please reload the page.", code=ENDED)
    why = str(wrong[0]) if wrong else "This site takes no tokens of users."
    raise SignInNeeded(
        f"The token by which this page says who you are is no good. {why}", code=REFUSED
    )


def staff_words(ctx: Context, site: Site) -> list[str]:
    """What our staff badge says in any language, also in the site's own words."""
    known = (texts.get(BADGE) for texts in ctx.languages.texts.values())
    own = (text for place, text in site.policy.words.items() if Spot.read(place).key == BADGE)
    return [text for text in (*known, *own) if isinstance(text, str)]
