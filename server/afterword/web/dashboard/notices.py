"""How much a member wants to hear by mail, site by site: a part of the profile."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from starlette.routing import Route

from afterword.core.model import Role
from afterword.core.telling import NOTICES
from afterword.services.telling.change_notices import change_notices, list_notices
from afterword.web.output import see_other
from afterword.web.same_origin import member_form
from afterword.web.state import context, now

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.requests import Request
    from starlette.responses import Response

    from afterword.core.model import Member
    from afterword.core.telling import Notices

PATH = "/dashboard/profile/notices"
WORDS: Mapping[Notices, str] = {
    "none": "Nothing",
    "waiting": "What waits, and what readers report",
    "all": "Every comment",
    "hourly": "What waits, once an hour",
    "daily": "What waits, once a day",
}
"""As the form offers it."""


@dataclass(frozen=True, slots=True)
class Row:
    """The form of one role."""

    site_id: int | None
    where: str
    notices: Notices


async def rows(request: Request, member: Member) -> list[Row]:
    """A form for each role by which the member may decide."""
    ctx = context(request)
    wants = await list_notices(ctx, member)
    names: dict[int | None, str] = {site.id: site.name for site in ctx.sites}
    names[None] = "Every site"
    return [
        Row(site_id, names[site_id], wants[site_id])
        for site_id, role in member.roles.items()
        if role.rank >= Role.MODERATOR.rank and site_id in wants and site_id in names
    ]


async def change(request: Request) -> Response:
    """`POST /dashboard/profile/notices`: how much is heard by one role."""
    visit, fields = await member_form(request)
    wanted: Notices = fields.one_of("notices", NOTICES, "waiting")
    await change_notices(
        context(request),
        visit.member,
        visit.member.id,
        fields.integer("site"),
        wanted,
        now=now(request),
    )
    return see_other(request, "/dashboard/profile?said=notices#notices")


ROUTES = [Route(PATH, change, methods=["POST"], name="change_notices")]
