"""`/moderate`: the page behind the link of a mail to a member, to decide without signing in.

Looking changes nothing, so that programs which open every link of a mail do no harm. What lets
somebody decide is the token in the form: no cookie has a part in it, so that no other site can send one
in somebody's name. The address, which holds the token, is told to nobody (`no-referrer`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from starlette.routing import Route

from afterword.core import errors
from afterword.core.mail_address import masked
from afterword.core.model import Act
from afterword.core.report_words import reported
from afterword.core.tree import excerpt
from afterword.services.moderating.reply_as_member import REPLY
from afterword.services.telling.decide_by_mail import (
    MailAct,
    Standing,
    Wish,
    ban_kind,
    decide_by_mail,
    look_at,
    undo_by_mail,
)
from afterword.web import wording
from afterword.web.attempt import NOTHING, attempt, complain
from afterword.web.input import query, read_form
from afterword.web.rate_limit import take
from afterword.web.state import context, now
from afterword.web.templates import page

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.requests import Request
    from starlette.responses import Response

    from afterword.services.moderating.review_queue import QueueItem
    from afterword.services.telling.decide_by_mail import Happened
    from afterword.web.attempt import Complaint
    from afterword.web.input import Fields

MODERATE = "/moderate"
PARENT = 200
"""Characters shown of what the comment answers."""
FOR = {"1": "a day", "7": "a week", "30": "a month"}
"""How long a ban by mail may last, by days."""
STATUS: Mapping[Standing, int] = {
    Standing.OPEN: 200,
    Standing.UNREADABLE: 404,
    Standing.NOT_YOURS: 403,
    Standing.OVER: 410,
    Standing.GONE: 410,
    Standing.USED: 200,
    Standing.DECIDED: 200,
}
SAID: Mapping[MailAct, str] = {
    MailAct.APPROVE: "The comment is approved.",
    MailAct.SPAM: "The comment is marked as spam.",
    MailAct.REMOVE: "The comment is removed.",
    MailAct.REPLY: "Your reply is published.",
    MailAct.BAN: "The author is banned, and the comment is marked as spam.",
}
_DONE: Mapping[Act, str] = {
    Act.APPROVE: "Approved",
    Act.HOLD: "Held",
    Act.SPAM: "Marked as spam",
    Act.REMOVE: "Removed",
}


@dataclass(frozen=True, slots=True)
class Typed:
    """What was sent and refused."""

    body: str = ""
    days: str = "7"


async def show(request: Request) -> Response:
    """`GET /moderate?token=…`: the comment with buttons, or why there are none."""
    await take(request, "decisions")
    token = query(request).text("token")
    return await _page(request, token, Typed(), NOTHING)


async def act(request: Request) -> Response:
    """`POST /moderate`: does what the button says, or takes it back."""
    await take(request, "decisions")
    fields = await read_form(request)
    if fields.optional("undo") is not None:
        return await _undo(request, fields.text("undo"))
    token, typed = fields.text("token"), Typed(fields.text("body"), fields.text("days", "7"))
    fields.required("act")
    done = await attempt(decide_by_mail(context(request), token, _wish(fields), now=now(request)))
    if isinstance(done, errors.Refused):
        return await _page(request, token, typed, complain(done, ("body",)))
    return _closed(request, SAID[done.act], undo=done.undo)


async def _undo(request: Request, ticket: str) -> Response:
    undone = await attempt(undo_by_mail(context(request), ticket, now=now(request)))
    if isinstance(undone, errors.Refused):
        complaint = complain(undone, ())
        return _closed(request, complaint.message, status=complaint.status)
    return _closed(request, "Undone. The comment is as it was before.")


def _wish(fields: Fields) -> Wish:
    return Wish(
        fields.one_of("act", tuple(MailAct), MailAct.APPROVE),
        fields.integer("seen"),
        fields.text("body"),
        int(fields.one_of("days", tuple(FOR), "7")),
    )


async def _page(request: Request, token: str, typed: Typed, complaint: Complaint) -> Response:
    link = await look_at(context(request), token, now=now(request))
    if link.item is None:
        happened = _happened(link.happened) if link.happened else ""
        return _page_of(
            request,
            "by-mail-closed.html",
            STATUS[link.standing],
            found=link,
            happened=happened,
        )
    status = STATUS[link.standing] if complaint is NOTHING else complaint.status
    return _page_of(
        request,
        "by-mail.html",
        status,
        found=link,
        item=link.item,
        parent=_parent(link.item),
        reported=reported(each.reason for each in link.item.reports),
        email=masked(link.item.email) if link.item.email else None,
        token=token,
        typed=typed,
        bans=await ban_kind(context(request).store, link.item.comment.id),
        lasting=FOR,
        refused=complaint.message,
        wrong=complaint.wrong,
    )


def _parent(item: QueueItem) -> str | None:
    if item.parent_tree is None:
        return None
    return f"{item.parent_author or 'Anonymous'}: {excerpt(item.parent_tree, PARENT)}"


def _happened(last: Happened) -> str:
    """`Approved by Jonas on 12 March 2026, 14:05 UTC.`"""
    said = "Answered" if last.act == REPLY else _DONE[Act(last.act)]
    return f"{said} by {last.by} on {wording.exact(last.at)}."


def _closed(request: Request, said: str, *, undo: str = "", status: int = 200) -> Response:
    """What has become of it."""
    return _page_of(request, "by-mail-done.html", status, said=said, undo=undo)


def _page_of(request: Request, name: str, status: int, **values: Any) -> Response:
    response = page(
        request,
        f"dashboard/{name}",
        status=status,
        now=now(request),
        **values,
    )
    response.headers["referrer-policy"] = "no-referrer"
    return response


ROUTES = [
    Route(MODERATE, show, methods=["GET"], name="by_mail"),
    Route(MODERATE, act, methods=["POST"], name="decide_by_mail"),
]
