"""What a member may do where; whatever is not said here is not allowed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from afterword.core.errors import Forbidden, NotFound
from afterword.core.model import Member, Role

if TYPE_CHECKING:
    from collections.abc import Iterable

    from afterword.core.model import Site
    from afterword.services.context import Context

COMMAND_LINE = Member(0, "The command line", "", {None: Role.OWNER})
"""Who acts where no member does; the audit log has no member for it."""


def at_most(role: Role, cap: Role) -> Role:
    """The lesser of two roles."""
    return min(role, cap, key=lambda each: each.rank)


def may(member: Member, site_id: int | None, role: Role) -> bool:
    """Whether the member has at least this role on the site; None asks for every site at once."""
    own = member.roles.get(None) if site_id is None else member.role_on(site_id)
    return own is not None and own.rank >= role.rank


def require(
    member: Member, site_ids: Iterable[int], role: Role, *, subject: str = "comment"
) -> None:
    """Raises `NotFound` for a site that the member has nothing to do with, else `Forbidden`."""
    for site_id in site_ids:
        if member.role_on(site_id) is None:
            raise NotFound(f"There is no such {subject}.")
        if not may(member, site_id, role):
            raise Forbidden(f"That is for {role}s of this site.")


def own_site(ctx: Context, member: Member, site_id: int, role: Role) -> Site:
    """The site, for a member with this role on it; raises `NotFound` and `Forbidden`."""
    site = ctx.sites.by_id(site_id)
    if site is None:
        raise NotFound("There is no such site.")
    require(member, [site_id], role, subject="site")
    return site


def owned_sites(member: Member) -> list[int | None]:
    """The sites that the member owns; None among them stands for every site."""
    return [site_id for site_id in member.roles if may(member, site_id, Role.OWNER)]


def owns_all_of(member: Member, other: Member) -> bool:
    """Whether the member owns every site on which the other is anything: then they decide about them."""
    return all(may(member, site_id, Role.OWNER) for site_id in other.roles or (None,))


def require_owner(member: Member, site_id: int | None) -> None:
    """Raises `NotFound` for a site that the member has nothing to do with, else `Forbidden`."""
    if site_id is not None and member.role_on(site_id) is None:
        raise NotFound("There is no such site.")
    if not may(member, site_id, Role.OWNER):
        raise Forbidden(f"That is for owners of {'every' if site_id is None else 'this'} site.")


def readable_sites(member: Member) -> list[int] | None:
    """The sites whose comments the member may read; None for every site."""
    if None in member.roles:
        return None
    return sorted(site_id for site_id in member.roles if site_id is not None)
