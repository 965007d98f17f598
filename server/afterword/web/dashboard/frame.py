"""What all pages of the dashboard share: the rail, who is signed in, word of the last act."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from afterword.services.audit.undo_act import find_act
from afterword.services.moderating.switch_surge import sites_in_surge
from afterword.web import wording
from afterword.web.dashboard.navigation import navigation
from afterword.web.dashboard.place import without_notes
from afterword.web.input import query
from afterword.web.state import context, now
from afterword.web.templates import page

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from afterword.web.same_origin import Visit

SAYINGS = {
    "undone": "Undone. All is as it was before, apart from what has changed since.",
    "nothing": "Nothing was left to change.",
    "replied": "Your reply is published.",
    "edited": "The text is changed.",
    "ended": "The session has ended.",
    "others-ended": "All other sessions have ended.",
    "member-disable": "The member can sign in no more.",
    "member-enable": "The member can sign in again.",
    "member-mail-again": "Mails may go to the member again.",
    "mail-again": "Mails may go there again.",
    "member-end-sessions": "All sessions of the member have ended.",
    "withdrawn": "The invitation gives nothing any more.",
    "joined": "You have a new role. It counts from now on.",
    "second-step-off": "The second step is off.",
    "member-second-step-off": "The second step of the member is off.",
    "filter-reset": "The filter has forgotten everything and begins anew.",
    "webhook-added": "The webhook is added. Send a test to see that it arrives.",
    "webhook-saved": "The webhook is changed.",
    "webhook-pause": "The webhook is paused.",
    "webhook-resume": "The webhook hears of what happens from now on.",
    "webhook-delete": "The webhook is deleted.",
    "person-erased": "All that was kept of this person here is erased.",
    "import-discarded": "The file is deleted. What was written before stays.",
    "revoked": "The token opens nothing any more.",
    "way-saved": "The way to sign in is saved.",
    "way-deleted": "The way to sign in is deleted.",
    "site-added": "The site is added.",
    "site-same": "Nothing was changed.",
    "site-deleted": "The site is deleted.",
    "surge-on": "Surge mode is on, until somebody ends it.",
    "surge-off": "Surge mode is off. For an hour it does not begin by itself.",
    "retried": "It is tried again within a few seconds.",
    "notices": "From now on you hear as much as that by mail.",
    "password": "Your password is changed, and all other sessions have ended.",
}


@dataclass(frozen=True, slots=True)
class Toast:
    """Word of the last act."""

    text: str
    undo: int | None = None
    """The decision that can be undone."""
    next: str = ""


async def dashboard_page(
    request: Request,
    visit: Visit,
    name: str,
    *,
    here: str,
    heading: str,
    status: int = 200,
    **values: Any,
) -> Response:
    """A page inside the frame; `here` is the path of its entry in `navigation`."""
    return page(
        request,
        f"dashboard/{name}",
        status=status,
        visit=visit,
        here=here,
        navigation=navigation(visit.member),
        heading=heading,
        now=now(request),
        toast=await _toast(request, visit),
        surging=await sites_in_surge(context(request), visit.member),
        **values,
    )


async def _toast(request: Request, visit: Visit) -> Toast | None:
    if request.method != "GET":
        return None
    fields = query(request)
    said = SAYINGS.get(fields.text("said"))
    number = fields.integer("done")
    if number is None:
        return Toast(said) if said else None
    decision = await find_act(context(request), visit.member, number, now=now(request))
    if decision is None:
        return None
    text = wording.done(decision.act, len(decision.changed))
    undo = decision.audit_id if decision.may_undo else None
    return Toast(text, undo, without_notes(request))
