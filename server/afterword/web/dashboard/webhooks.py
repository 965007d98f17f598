"""Webhooks: where events go by HTTP, and a form for one more."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.routing import Route

from afterword.core.errors import Forbidden, NotFound, Refused
from afterword.core.model import Role
from afterword.core.telling import EventKind
from afterword.core.webhook import TOPICS, Template
from afterword.services.permission import may, owned_sites
from afterword.services.webhooks.manage_webhooks import Wish, add_webhook, host_of, list_webhooks
from afterword.web.attempt import NOTHING, attempt, complain
from afterword.web.confirmed import confirmed_form
from afterword.web.dashboard.frame import dashboard_page
from afterword.web.dashboard.members import EVERY
from afterword.web.dashboard.site_choice import sites_of
from afterword.web.output import see_other
from afterword.web.same_origin import signed_in
from afterword.web.state import context, now

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.requests import Request
    from starlette.responses import Response

    from afterword.core.model import Member
    from afterword.web.attempt import Complaint
    from afterword.web.input import Fields
    from afterword.web.same_origin import Visit

WEBHOOKS = "/dashboard/webhooks"
FIELDS = ("url", "template", "events", "site")
TEMPLATE_NAMES: Mapping[Template, str] = {
    "events": "Events as JSON, for programs",
    "text": "Plain text",
    "slack": "Slack",
    "discord": "Discord",
    "telegram": "Telegram",
    "matrix": "Matrix",
}
PAUSED = {
    "hand": "paused",
    "gone": "paused: it wants nothing any more",
    "failing": "paused: it failed for a day",
}
USUAL = Wish("", "events", (EventKind.APPROVED, EventKind.EDITED, EventKind.REMOVED))


async def show(request: Request) -> Response:
    """`GET /dashboard/webhooks`: those of the member's sites."""
    return await _page(request, await signed_in(request), USUAL, NOTHING)


async def add(request: Request) -> Response:
    """`POST /dashboard/webhooks`: one more; it goes on to its page, where it can be tried."""
    visit, fields = await confirmed_form(request)
    wish = read_wish(fields)
    site_id = None if fields.text("site") == EVERY else fields.required_integer("site")
    work = add_webhook(context(request), visit.member, site_id, wish, now=now(request))
    added = await attempt(work)
    if isinstance(added, Forbidden | NotFound):
        raise added
    if isinstance(added, Refused):
        complaint = complain(added, FIELDS)
        return await _page(request, visit, wish, complaint, chosen=fields.text("site"))
    return see_other(request, f"{WEBHOOKS}/{added.id}?said=webhook-added")


def read_wish(fields: Fields) -> Wish:
    """What a form says that a webhook shall be."""
    return Wish(fields.text("url"), fields.text("template", "events"), fields.texts("events"))


def choices() -> dict[str, object]:
    """What the form of a webhook offers."""
    return {"templates": TEMPLATE_NAMES, "topics": TOPICS, "paused": PAUSED, "host_of": host_of}


async def _page(
    request: Request, visit: Visit, wish: Wish, complaint: Complaint, *, chosen: str = ""
) -> Response:
    if not owned_sites(visit.member):
        raise Forbidden("Webhooks are for owners of a site.")
    names = {site.id: site.name for site in context(request).sites}
    return await dashboard_page(
        request,
        visit,
        "webhooks.html",
        here=WEBHOOKS,
        heading="Webhooks",
        status=complaint.status,
        webhooks=await list_webhooks(context(request), visit.member),
        sites=_sites(request, visit.member),
        names=names,
        wish=wish,
        chosen=chosen,
        refused=complaint.message,
        wrong=complaint.wrong,
        **choices(),
    )


def _sites(request: Request, member: Member) -> list[tuple[str, str]]:
    owned = [(str(site.id), site.name) for site in sites_of(request, member, Role.OWNER)]
    return [*owned, *([(EVERY, "every site")] if may(member, None, Role.OWNER) else [])]


ROUTES = [
    Route(WEBHOOKS, show, methods=["GET"], name="webhooks"),
    Route(WEBHOOKS, add, methods=["POST"], name="add_webhook"),
]
