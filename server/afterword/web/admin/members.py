"""The members of one's sites."""

from __future__ import annotations

from typing import TYPE_CHECKING

from afterword.core import wire_admin
from afterword.services.members.manage_staff import list_staff
from afterword.web.admin.me import roles_json
from afterword.web.admin.token import token_member
from afterword.web.output import json_response
from afterword.web.state import context

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response


async def show(request: Request) -> Response:
    """The members, with the roles that are the business of whoever asks."""
    member = await token_member(request)
    found = [
        wire_admin.StaffMember(
            id=each.member.id,
            name=each.member.name,
            email=each.member.email,
            roles=roles_json(each.member.roles),
            disabled=each.disabled_at is not None,
            second_step=each.second_step,
            bounced=each.bounced_at is not None,
        )
        for each in await list_staff(context(request), member)
    ]
    return json_response(wire_admin.Staff(members=found))
