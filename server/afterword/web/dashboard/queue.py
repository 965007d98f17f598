"""The queue: what waits and why, and each decision about it in one request."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING
from uuid import NAMESPACE_URL, uuid5

import msgspec
from starlette.routing import Route

from afterword.core.errors import FieldError, Forbidden, Invalid, NotFound, Refused
from afterword.core.model import Act, Role
from afterword.services.audit.undo_act import undo as undo_act
from afterword.services.moderating.edit_as_member import edit_as_member
from afterword.services.moderating.find_in_queue import DEPTH, find_ids
from afterword.services.moderating.moderate_comment import MOST, moderate
from afterword.services.moderating.queue_news import MOST_NEW, queue_news
from afterword.services.moderating.reply_as_member import reply_as_member
from afterword.services.moderating.review_queue import review_queue
from afterword.services.permission import may
from afterword.services.sites import change_policy
from afterword.web import wording
from afterword.web.attempt import attempt, complain
from afterword.web.dashboard.comment_page import comment_page
from afterword.web.dashboard.frame import dashboard_page
from afterword.web.dashboard.outcome import Outcome, answer, wants_json
from afterword.web.dashboard.place import QUEUE, Place, next_path
from afterword.web.dashboard.queue_filters import filters_of
from afterword.web.dashboard.queue_items import ACTS, Typed, card
from afterword.web.dashboard.site_choice import sites_of
from afterword.web.input import query
from afterword.web.output import json_response
from afterword.web.same_origin import member_form, signed_in
from afterword.web.state import context, now, web

if TYPE_CHECKING:
    from collections.abc import Sequence

    from starlette.requests import Request
    from starlette.responses import Response

    from afterword.web.input import Fields
    from afterword.web.same_origin import Visit


class News(msgspec.Struct, frozen=True, kw_only=True):
    """What static/queue-news.js is told."""

    new: int
    text: str
    counts: dict[str, int]


async def show(request: Request) -> Response:
    """`GET /dashboard/queue?status=&site=&q=&after=…`: a slice of one tab."""
    visit = await signed_in(request)
    place = Place.read(query(request))
    queue = await review_queue(context(request), visit.member, place.filter, now=now(request))
    sites = sites_of(request, visit.member)
    return await dashboard_page(
        request,
        visit,
        "queue.html",
        here=QUEUE,
        heading=wording.TAB_NAMES[place.status],
        queue=queue,
        cards=[card(item, place.status, visit.member, None) for item in queue.items],
        place=place,
        # What comes after an act is not ticked before anybody has seen it.
        back=replace(place, ticked=False).path,
        sites=sites,
        tabs=list(wording.TAB_NAMES.items()),
        may_act=any(may(visit.member, site.id, Role.MODERATOR) for site in sites),
        acts=ACTS[place.status],
        filters=filters_of(place, queue),
        most=MOST,
        depth=DEPTH,
    )


async def decide(request: Request) -> Response:
    """`POST /dashboard/queue`: one act on one comment, on all that were ticked, or on all that match."""
    visit, fields = await member_form(request)
    fields.required("act")
    act = fields.one_of("act", tuple(Act), Act.HOLD)
    ids = await _chosen(request, visit, fields)
    if not ids:
        raise Invalid(FieldError("id", "required", "Tick the comments first."))
    decision = await moderate(context(request), visit.member, act, ids, now=now(request))
    text = wording.done(act, len(decision.changed))
    return await answer(request, visit, fields, Outcome(text, decision.changed, decision.audit_id))


async def _chosen(request: Request, visit: Visit, fields: Fields) -> Sequence[int]:
    if not fields.ticked("all"):
        return fields.integers("id")
    place = Place.of(next_path(fields, web(request).links))
    # What came after the page was made has not been seen by whoever decides.
    wanted = replace(place.filter, up_to=fields.integer("up_to", least=0))
    return await find_ids(context(request), visit.member, wanted)


async def news(request: Request) -> Response:
    """`GET /dashboard/queue/news?newer=…`: how many came that match, since what the page has shown."""
    visit = await signed_in(request)
    place = Place.read(query(request))
    found = await queue_news(context(request), visit.member, place.filter)
    return json_response(
        News(
            new=found.new,
            text=wording.came(found.new, MOST_NEW),
            counts={tab.value: number for tab, number in found.counts.items()},
        )
    )


async def undo(request: Request) -> Response:
    """`POST /dashboard/queue/undo`: the comments of one decision are again as they were before."""
    visit, fields = await member_form(request)
    number = fields.integer("decision") or 0
    decision = await undo_act(context(request), visit.member, number, now=now(request), wait=False)
    # What changed of a site is no comment of the list.
    changed = () if decision.act in change_policy.NEEDS else decision.changed
    return await answer(request, visit, fields, Outcome("undone", changed))


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
        typed = Typed(number, body, "", client_id)
        return await _refuse(request, visit, fields, written, typed)
    changed = written.decision.changed if written.decision else ()
    return await answer(request, visit, fields, Outcome("replied", changed, written.audit_id))


async def edit(request: Request) -> Response:
    """`POST /dashboard/queue/edit`: another text for a comment; readers see that it was edited."""
    visit, fields = await member_form(request)
    number, body = fields.integer("id") or 0, fields.text("body")
    edited = await attempt(
        edit_as_member(context(request), visit.member, number, body, now=now(request))
    )
    if isinstance(edited, Refused):
        typed = Typed(number, body, "", is_edit=True)
        return await _refuse(request, visit, fields, edited, typed)
    changed = (number,) if edited.audit_id else ()
    return await answer(request, visit, fields, Outcome("edited", changed, edited.audit_id))


async def _refuse(
    request: Request, visit: Visit, fields: Fields, refused: Refused, typed: Typed
) -> Response:
    """The page of the comment with the form open in which it was typed, to put it right."""
    if wants_json(request) or isinstance(refused, Forbidden | NotFound):
        raise refused
    complaint = complain(refused, ())
    return await comment_page(
        request,
        visit,
        typed.comment_id,
        typed=replace(typed, refused=complaint.message),
        back=next_path(fields, web(request).links),
        status=complaint.status,
    )


ROUTES = [
    Route("/dashboard/queue", show, methods=["GET"], name="queue"),
    Route("/dashboard/queue", decide, methods=["POST"], name="decide"),
    Route("/dashboard/queue/news", news, methods=["GET"], name="queue_news"),
    Route("/dashboard/queue/undo", undo, methods=["POST"], name="undo"),
    Route("/dashboard/queue/reply", reply, methods=["POST"], name="reply"),
    Route("/dashboard/queue/edit", edit, methods=["POST"], name="edit"),
]
