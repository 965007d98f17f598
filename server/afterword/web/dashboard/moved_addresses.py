"""Moved addresses: whether pages are where they were, found out beside the requests, and followed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, get_args

from starlette.routing import Route

from afterword.core.errors import Forbidden, NotFound, Refused
from afterword.core.model import Role
from afterword.services.pages.ask_address import Outcome
from afterword.services.pages.bulk_moves import MOST, digest_of
from afterword.services.pages.check_redirects import (
    MANY,
    begin_check,
    list_checked,
    read_check,
    stop_check,
)
from afterword.services.pages.follow_redirects import follow_redirects, plan_to_follow
from afterword.web.attempt import NOTHING, attempt, complain
from afterword.web.dashboard.frame import dashboard_page
from afterword.web.dashboard.pages import PAGES
from afterword.web.dashboard.place import with_note
from afterword.web.dashboard.site_choice import need_site, sites_of
from afterword.web.input import query
from afterword.web.output import see_other
from afterword.web.same_origin import member_form, signed_in
from afterword.web.state import context, now

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from starlette.requests import Request
    from starlette.responses import Response

    from afterword.core.model import Site
    from afterword.services.pages.bulk_moves import PlannedMove
    from afterword.storage.address_checks import AddressCheck
    from afterword.web.attempt import Complaint
    from afterword.web.same_origin import Visit

ADDRESSES = f"{PAGES}/addresses"
FOLLOW = f"{ADDRESSES}/follow"
FIRST = 10
"""Pages shown of each kind, where all kinds are."""
SHOWN = 200
"""Moves told one by one; of more, how many there are."""
KINDS: Mapping[Outcome, tuple[str, str]] = {
    "gone": ("Gone", "The site says that these pages are not there any more. Their comments stay."),
    "moved": ("Moved for good", "They redirect to another address on the site."),
    "for_now": ("Lead elsewhere, but not for good", "They redirect only for now, and so stay."),
    "elsewhere": (
        "Lead to another site",
        "To no origin of this site, so that nothing was asked there.",
    ),
    "front": ("Lead to the front page", "As addresses do whose pages are gone."),
    "failed": ("No good answer", "These could not be asked, or answered that something is wrong."),
}
"""The groups that are shown: what each is called, and what it means."""


@dataclass(frozen=True, slots=True)
class Group:
    """Pages that came out alike, as far as they are shown."""

    kind: Outcome
    count: int
    pages: Sequence[AddressCheck]
    more: str | None
    """Where the next ones are."""

    @property
    def title(self) -> str:
        """What they are called."""
        return KINDS[self.kind][0]

    @property
    def hint(self) -> str:
        """What it means."""
        return KINDS[self.kind][1]


async def show(request: Request) -> Response:
    """`GET /dashboard/pages/addresses?site=&kind=&after=`: how far it is, and what was found."""
    visit = await signed_in(request)
    fields = query(request)
    site = need_site(request, visit.member, fields, Role.OWNER)
    checked = await read_check(context(request), visit.member, site.id)
    wanted = next((each for each in get_args(Outcome) if each == fields.optional("kind")), None)
    after = fields.integer("after", least=0) or 0
    groups = [
        await _group(request, visit, site, kind, checked.counts[kind], wanted, after)
        for kind in KINDS
        if checked.counts[kind] and wanted in (None, kind)
    ]
    return await dashboard_page(
        request,
        visit,
        "moved-addresses.html",
        here=PAGES,
        heading="Moved addresses",
        site=site,
        sites=sites_of(request, visit.member, Role.OWNER),
        checked=checked,
        groups=groups,
        wanted=wanted,
        many=MANY,
    )


async def _group(
    request: Request,
    visit: Visit,
    site: Site,
    kind: Outcome,
    count: int,
    wanted: Outcome | None,
    after: int,
) -> Group:
    ctx = context(request)
    path = f"{ADDRESSES}?site={site.id}&kind={kind}"
    if wanted is None:
        first, further = await list_checked(ctx, visit.member, site.id, kind, limit=FIRST)
        return Group(kind, count, first, path if further else None)
    shown, further = await list_checked(ctx, visit.member, site.id, kind, after=after)
    return Group(kind, count, shown, f"{path}&after={further}" if further else None)


async def start(request: Request) -> Response:
    """`POST /dashboard/pages/addresses`: begins to ask."""
    visit, fields = await member_form(request)
    site = need_site(request, visit.member, fields, Role.OWNER)
    await begin_check(context(request), visit.member, site.id, now=now(request))
    return see_other(request, f"{ADDRESSES}?site={site.id}")


async def stop(request: Request) -> Response:
    """`POST /dashboard/pages/addresses/stop`: asks no more."""
    visit, fields = await member_form(request)
    site = need_site(request, visit.member, fields, Role.OWNER)
    await stop_check(context(request), visit.member, site.id, now=now(request))
    return see_other(request, f"{ADDRESSES}?site={site.id}")


async def preview(request: Request) -> Response:
    """`GET /dashboard/pages/addresses/follow?site=`: what following would do; nothing is done yet."""
    visit = await signed_in(request)
    site = need_site(request, visit.member, query(request), Role.OWNER)
    return await _preview(request, visit, site, NOTHING)


async def follow(request: Request) -> Response:
    """`POST /dashboard/pages/addresses/follow`: carries out what was looked at."""
    visit, fields = await member_form(request)
    site = need_site(request, visit.member, fields, Role.OWNER)
    followed = await attempt(
        follow_redirects(
            context(request),
            visit.member,
            site.id,
            merge=fields.ticked("merge"),
            digest=fields.required("digest"),
            now=now(request),
        )
    )
    if isinstance(followed, Forbidden | NotFound):
        raise followed
    if isinstance(followed, Refused):
        return await _preview(request, visit, site, complain(followed, ()))
    audit_id, _ = followed
    path = f"{ADDRESSES}?site={site.id}"
    return see_other(request, with_note(path, "done", str(audit_id)) if audit_id else path)


async def _preview(request: Request, visit: Visit, site: Site, complaint: Complaint) -> Response:
    planned: Sequence[PlannedMove] = await plan_to_follow(context(request), visit.member, site.id)
    return await dashboard_page(
        request,
        visit,
        "follow-redirects.html",
        here=PAGES,
        heading="Follow moved pages",
        status=complaint.status,
        site=site,
        sites=sites_of(request, visit.member, Role.OWNER),
        planned=planned,
        shown=planned[:SHOWN],
        digest=digest_of(planned),
        kinds={kind: sum(each.kind == kind for each in planned) for kind in ("merge", "blocked")},
        most=MOST,
        refused=complaint.message,
    )


ROUTES = [
    Route(ADDRESSES, show, methods=["GET"], name="moved_addresses"),
    Route(ADDRESSES, start, methods=["POST"], name="check_addresses"),
    Route(f"{ADDRESSES}/stop", stop, methods=["POST"], name="stop_check"),
    Route(FOLLOW, preview, methods=["GET"], name="follow_preview"),
    Route(FOLLOW, follow, methods=["POST"], name="follow_redirects"),
]
