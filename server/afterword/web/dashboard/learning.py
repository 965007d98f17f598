"""The learning filter of a site: what it knows, a box to try it, its export, and beginning anew."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import msgspec
from starlette.responses import Response
from starlette.routing import Route

from afterword.core.classifier import ENOUGH, HOLD, SPAM, say
from afterword.core.errors import FieldError, Invalid, Refused
from afterword.core.model import Role
from afterword.services.permission import may
from afterword.services.screening.read_filter import (
    export_filter,
    read_filter,
    reset_filter,
    try_filter,
)
from afterword.web.attempt import NOTHING, attempt, complain
from afterword.web.dashboard.frame import dashboard_page
from afterword.web.dashboard.site_choice import choose_site, need_site, sites_of
from afterword.web.input import query
from afterword.web.output import see_other
from afterword.web.same_origin import member_form, signed_in
from afterword.web.state import context, now

if TYPE_CHECKING:
    from starlette.requests import Request

    from afterword.core.classifier import Opinion
    from afterword.core.model import Site
    from afterword.web.attempt import Complaint
    from afterword.web.same_origin import Visit

FILTER = "/dashboard/filter"
MOST_TOLD = 12
"""Tokens of a tried text that are shown."""


@dataclass(frozen=True, slots=True)
class Tried:
    """A text, and what the filter makes of it."""

    text: str
    opinion: Opinion | None = None

    @property
    def telling(self) -> list[tuple[str, float]]:
        """Tokens in words of people, with their weights."""
        found = self.opinion.telling if self.opinion else ()
        # Of tokens that are said alike, the strongest; those that come later are weaker.
        told = {say(each.token): each.weight for each in reversed(found) if round(each.weight, 1)}
        shown = [(text, weight) for text, weight in told.items() if text]
        return sorted(shown, key=lambda each: -abs(each[1]))[:MOST_TOLD]


class Exported(msgspec.Struct, frozen=True):
    """A token of the file that owners take with them."""

    token: str
    good: int
    spam: int


class Export(msgspec.Struct, frozen=True):
    """The file."""

    site: str
    at: int
    tokens: list[Exported]
    version: int = 1


async def show(request: Request) -> Response:
    """`GET /dashboard/filter?site=`."""
    visit = await signed_in(request)
    return await _page(request, visit, choose_site(request, visit.member, query(request)))


async def try_text(request: Request) -> Response:
    """`POST /dashboard/filter`: what the filter makes of a text; nothing is kept."""
    visit, fields = await member_form(request)
    site, text = choose_site(request, visit.member, fields), fields.text("text")
    opinion = None if site is None else await attempt(_opinion(request, visit, site, text))
    if isinstance(opinion, Refused):
        return await _page(request, visit, site, Tried(text), complain(opinion, ("text",)))
    return await _page(request, visit, site, Tried(text, opinion))


async def export(request: Request) -> Response:
    """`GET /dashboard/filter/export?site=`: every count, as a file."""
    visit = await signed_in(request)
    site = need_site(request, visit.member, query(request))
    counts = await export_filter(context(request), visit.member, site.id)
    tokens = [Exported(token, seen.good, seen.spam) for token, seen in counts.items()]
    body = msgspec.json.encode(Export(site.name, now(request), tokens))
    headers = {"content-disposition": f'attachment; filename="filter-{site.id}.json"'}
    return Response(body, headers=headers, media_type="application/json")


async def reset(request: Request) -> Response:
    """`POST /dashboard/filter/reset`: the filter forgets all, if that is ticked to be meant."""
    visit, fields = await member_form(request)
    site = need_site(request, visit.member, fields)
    done = await attempt(_reset(request, visit, site, meant=fields.ticked("sure")))
    if isinstance(done, Refused):
        return await _page(request, visit, site, None, complain(done, ("sure",)))
    return see_other(request, f"{FILTER}?site={site.id}&said=filter-reset")


async def _opinion(request: Request, visit: Visit, site: Site, text: str) -> Opinion | None:
    if not text.strip():
        raise Invalid(FieldError("text", "missing", "Please write or paste a text."))
    return await try_filter(context(request), visit.member, site.id, text)


async def _reset(request: Request, visit: Visit, site: Site, *, meant: bool) -> None:
    if not meant:
        raise Invalid(FieldError("sure", "missing", "Please tick that you mean it."))
    await reset_filter(context(request), visit.member, site.id, now=now(request))


async def _page(
    request: Request,
    visit: Visit,
    site: Site | None,
    tried: Tried | None = None,
    complaint: Complaint = NOTHING,
) -> Response:
    ctx, member = context(request), visit.member
    return await dashboard_page(
        request,
        visit,
        "filter.html",
        here=FILTER,
        heading="Filter",
        status=complaint.status,
        site=site,
        sites=sites_of(request, member),
        known=None if site is None else await read_filter(ctx, member, site.id),
        is_owner=site is not None and may(member, site.id, Role.OWNER),
        tried=tried,
        say=say,
        enough=ENOUGH,
        levels={"hold": HOLD, "spam": SPAM},
        refused=complaint.message,
        wrong=complaint.wrong,
    )


ROUTES = [
    Route(FILTER, show, methods=["GET"], name="filter"),
    Route(FILTER, try_text, methods=["POST"], name="try_filter"),
    Route(f"{FILTER}/export", export, methods=["GET"], name="export_filter"),
    Route(f"{FILTER}/reset", reset, methods=["POST"], name="reset_filter"),
]
