"""A program of a member's, at the API with a personal token."""

from __future__ import annotations

import httpx2

from afterword.core.model import Member, Role
from afterword.services.members.issue_api_token import issue_api_token
from tests.support.serving import Served


async def bearer(app: Served, member: Member, role: Role | None = None) -> dict[str, str]:
    """The header of a new token, that may do as much as the member, or as the role."""
    most = max(member.roles.values(), key=lambda each: each.rank, default=Role.VIEWER)
    issued = await issue_api_token(
        app.context, member, "a program", role or most, 30, now=app.clock.now
    )
    return {"authorization": f"Bearer {issued.text}"}


async def program(app: Served, member: Member, role: Role | None = None) -> httpx2.AsyncClient:
    """A client without cookies that sends it."""
    transport = httpx2.ASGITransport(app.app, client=("203.0.113.9", 4711))
    headers = await bearer(app, member, role)
    return httpx2.AsyncClient(
        transport=transport, base_url=app.settings.public_url, headers=headers
    )
