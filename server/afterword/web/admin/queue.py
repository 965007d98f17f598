"""The queue, and deciding about what is in it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from afterword.core import wire_admin
from afterword.core.model import Act, Tab
from afterword.services.audit.undo_act import undo as undo_act
from afterword.services.moderating.find_in_queue import QueueFilter
from afterword.services.moderating.moderate_comment import moderate
from afterword.services.moderating.review_queue import review_queue
from afterword.web.admin.token import token_member
from afterword.web.input import path_id, query, read_json
from afterword.web.output import json_response
from afterword.web.state import context, now

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from afterword.services.moderating.review_queue import QueueItem


async def show(request: Request) -> Response:
    """A slice of one tab."""
    member = await token_member(request)
    fields = query(request)
    wanted = QueueFilter(
        fields.one_of("status", tuple(Tab), Tab.PENDING),
        fields.integer("site"),
        fields.optional("after"),
    )
    found = await review_queue(context(request), member, wanted, now=now(request))
    return json_response(
        wire_admin.Queue(
            comments=[comment_json(item) for item in found.items],
            counts={tab.value: number for tab, number in found.counts.items()},
            next=found.next,
        )
    )


async def decide(request: Request) -> Response:
    """One act on some comments."""
    member = await token_member(request)
    sent = await read_json(request, wire_admin.Decide)
    ids = tuple(dict.fromkeys(sent.ids))
    done = await moderate(context(request), member, Act(sent.act), ids, now=now(request))
    return json_response(wire_admin.Decided(decision=done.audit_id, changed=list(done.changed)))


async def undo(request: Request) -> Response:
    """What an act changed is as it was before."""
    member = await token_member(request)
    done = await undo_act(context(request), member, path_id(request), now=now(request), wait=False)
    return json_response(
        wire_admin.TakenBack(decision=done.entry_id, act=done.act, changed=list(done.changed))
    )


def comment_json(item: QueueItem) -> wire_admin.QueueComment:
    """A comment as moderators see it, as it is sent."""
    comment, page = item.comment, item.page
    return wire_admin.QueueComment(
        id=comment.id,
        status=comment.status.value,
        site_id=item.site.id,
        page_id=page.id,
        page_title=page.title,
        page_url=page.url,
        parent_id=comment.parent_id,
        author_name=comment.author.name,
        author_website=comment.author.website,
        author_email=item.email,
        staff=comment.author.member_id is not None,
        verified=comment.author.verified,
        author_role=comment.author.role,
        author_history={status.value: number for status, number in item.author_history.items()},
        created_at=comment.created_at,
        edited_at=comment.edited_at,
        source=comment.source,
        body=comment.tree,
        reasons=[
            wire_admin.HeldReason(rule=each.rule, weight=each.weight, text=each.text)
            for each in item.reasons
        ],
        reports=[
            wire_admin.HeldReport(reason=each.reason, text=each.text, at=each.at)
            for each in item.reports
        ],
    )
