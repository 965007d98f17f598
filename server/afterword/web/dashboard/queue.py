"""The queue: what waits and why, and each decision about it in one request."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import NAMESPACE_URL, uuid5

from afterword.core.errors import FieldError, Forbidden, Invalid, NotFound, Refused
from afterword.core.model import Act, Role
from afterword.services.moderate_comment import moderate
from afterword.services.permission import may
from afterword.services.reply_as_member import reply_as_member
from afterword.services.review_queue import review_queue
from afterword.services.undo_act import undo as undo_act
from afterword.web import wording
from afterword.web.attempt import attempt, complain
from afterword.web.dashboard.frame import dashboard_page, sites_of
from afterword.web.dashboard.outcome import Outcome, answer, wants_json
from afterword.web.dashboard.place import QUEUE, Place, next_path
from afterword.web.dashboard.queue_items import BULK, Reply, card
from afterword.web.input import query
from afterword.web.same_origin import member_form, signed_in
from afterword.web.state import context, now, web

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from afterword.web.input import Fields
    from afterword.web.same_origin import Visit


async def show(request: Request) -> Response:
    """`GET /dashboard/queue?status=&site=&after=`: a slice of one tab."""
    visit = await signed_in(request)
    return await _queue_page(request, visit, Place.read(query(request)), None)


async def decide(request: Request) -> Response:
    """`POST /dashboard/queue`: one act on one comment, or on all that were ticked."""
    visit, fields = await member_form(request)
    fields.required("act")
    act = fields.one_of("act", tuple(Act), Act.HOLD)
    ids = fields.integers("id")
    if not ids:
        raise Invalid(FieldError("id", "required", "Tick the comments first."))
    decision = await moderate(context(request), visit.member, act, ids, now=now(request))
    text = wording.done(act, len(decision.changed))
    return await answer(request, visit, fields, Outcome(text, decision.changed, decision.audit_id))


async def undo(request: Request) -> Response:
    """`POST /dashboard/queue/undo`: the comments of one decision are again as they were before."""
    visit, fields = await member_form(request)
    number = fields.integer("decision") or 0
    decision = await undo_act(context(request), visit.member, number, now=now(request))
    return await answer(request, visit, fields, Outcome("undone", decision.changed))


async def reply(request: Request) -> Response:
    """`POST /dashboard/queue/reply`: an answer by the member, which also approves what it answers."""
    visit, fields = await member_form(request)
    number, body, client_id = (
        fields.integer("id") or 0,
        fields.text("body"),
        fields.text("client_id"),
    )
    written = await attempt(
        reply_as_member(
            context(request),
            visit.member,
            number,
            body,
            # Of the form and its text: a second reply from the same form is another one.
            client_id=str(uuid5(NAMESPACE_URL, f"{client_id}\n{number}\n{body}")),
            approve=True,
            now=now(request),
        )
    )
    if isinstance(written, Refused):
        return await _refuse_reply(request, visit, fields, written)
    changed = written.decision.changed if written.decision else ()
    return await answer(request, visit, fields, Outcome("replied", changed))


async def _refuse_reply(
    request: Request, visit: Visit, fields: Fields, refused: Refused
) -> Response:
    """The queue with the reply's form open, where the member can put it right."""
    if wants_json(request) or isinstance(refused, Forbidden | NotFound):
        raise refused
    complaint = complain(refused, ())
    place = Place.of(next_path(fields, web(request).links))
    typed = Reply(
        fields.integer("id") or 0, fields.text("body"), complaint.message, fields.text("client_id")
    )
    return await _queue_page(request, visit, place, typed, status=complaint.status)


async def _queue_page(
    request: Request, visit: Visit, place: Place, refused: Reply | None, *, status: int = 200
) -> Response:
    queue = await review_queue(context(request), visit.member, place.filter, now=now(request))
    sites = sites_of(request, visit.member)
    return await dashboard_page(
        request,
        visit,
        "queue.html",
        here=QUEUE,
        heading=wording.TAB_NAMES[place.status],
        status=status,
        queue=queue,
        cards=[card(item, place.status, visit.member, refused) for item in queue.items],
        place=place,
        sites=sites,
        tabs=list(wording.TAB_NAMES.items()),
        may_act=any(may(visit.member, site.id, Role.MODERATOR) for site in sites),
        acts=BULK[place.status],
    )
