"""The sites of a member, and the one of them that a page is about."""

from __future__ import annotations

from typing import TYPE_CHECKING

from afterword.core.errors import Forbidden, NotFound
from afterword.core.model import Role
from afterword.services.permission import may, own_site
from afterword.web.state import context

if TYPE_CHECKING:
    from starlette.requests import Request

    from afterword.core.model import Member, Site
    from afterword.web.input import Fields


def sites_of(request: Request, member: Member, role: Role = Role.VIEWER) -> list[Site]:
    """The sites on which the member has at least that role, by name."""
    found = [site for site in context(request).sites if may(member, site.id, role)]
    return sorted(found, key=lambda site: site.name.casefold())


def choose_site(request: Request, member: Member, fields: Fields) -> Site | None:
    """The site that is asked for, else the first by name; None for a member without any."""
    wanted = fields.integer("site")
    if wanted is not None:
        return own_site(context(request), member, wanted, Role.VIEWER)
    return next(iter(sites_of(request, member)), None)


def need_site(request: Request, member: Member, fields: Fields, role: Role = Role.VIEWER) -> Site:
    """The site that is asked for, else the first on which the member has that role.

    Raises `Forbidden` where they lack that role, `NotFound` where any role would do.
    """
    wanted = fields.integer("site")
    for site in sites_of(request, member, role):
        if wanted in (None, site.id):
            return site
    if role is Role.VIEWER or not sites_of(request, member):
        raise NotFound("There is no such site.")
    raise Forbidden(f"That is for {role}s of this site.")
