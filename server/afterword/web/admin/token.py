"""Who calls the API of members: whoever sends a personal token. The dashboard's cookie says nothing here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from afterword.core.errors import SignInNeeded
from afterword.services.members.issue_api_token import member_of_token
from afterword.web.bearer import bearer_token
from afterword.web.rate_limit import take
from afterword.web.state import context, now

if TYPE_CHECKING:
    from starlette.requests import Request

    from afterword.core.model import Member


async def token_member(request: Request) -> Member:
    """The token's member, with no more than its role; with it begins every handler of this package.

    Raises SignInNeeded without a good token, TooMany for an address that asks too often.
    """
    await take(request, "admin")
    token = bearer_token(request)
    member = await member_of_token(context(request), token, now=now(request)) if token else None
    if member is None:
        raise SignInNeeded(
            "Send a personal token that is good: Authorization: Bearer afw_… Your profile makes one."
        )
    return member
