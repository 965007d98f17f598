"""Whose token it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from afterword.core import wire_admin
from afterword.web.admin.token import token_member
from afterword.web.output import json_response

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.requests import Request
    from starlette.responses import Response

    from afterword.core.model import Role


async def show(request: Request) -> Response:
    """The member and the roles of this token."""
    member = await token_member(request)
    return json_response(
        wire_admin.Me(
            id=member.id, name=member.name, email=member.email, roles=roles_json(member.roles)
        )
    )


def roles_json(roles: Mapping[int | None, Role]) -> list[wire_admin.RoleOn]:
    """Roles by site, as they are sent."""
    return [wire_admin.RoleOn(site_id=site_id, role=role.value) for site_id, role in roles.items()]
