"""One comment: seen, edited, answered, pinned."""

from __future__ import annotations

from typing import TYPE_CHECKING

from afterword.core import errors, wire_admin, wire_comments, wire_pages
from afterword.services.moderating.edit_as_member import edit_as_member
from afterword.services.moderating.reply_as_member import reply_as_member
from afterword.services.moderating.review_queue import review_one
from afterword.services.pages.change_page import pin_comment
from afterword.web.admin.pages import changed
from afterword.web.admin.queue import comment_json
from afterword.web.admin.table import OF_ACTS, line, numbered
from afterword.web.admin.token import token_member
from afterword.web.endpoint import Answer
from afterword.web.input import path_id, read_json
from afterword.web.output import json_response
from afterword.web.state import context, now

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response


async def show(request: Request) -> Response:
    """A comment as the queue shows it."""
    member = await token_member(request)
    item = await review_one(context(request), member, path_id(request), now=now(request))
    if item is None:
        raise errors.NotFound("There is no such comment.")
    return json_response(comment_json(item))


async def edit(request: Request) -> Response:
    """Another text."""
    member = await token_member(request)
    sent = await read_json(request, wire_comments.EditComment)
    number = path_id(request)
    done = await edit_as_member(context(request), member, number, sent.body, now=now(request))
    changes = [] if done.audit_id is None else [done.comment.id]
    return json_response(wire_admin.Decided(decision=done.audit_id, changed=changes))


async def reply(request: Request) -> Response:
    """An answer by the member."""
    member = await token_member(request)
    sent = await read_json(request, wire_comments.Reply)
    done = await reply_as_member(
        context(request),
        member,
        path_id(request),
        sent.body,
        client_id=sent.client_id,
        approve=sent.approve,
        now=now(request),
    )
    stored = wire_comments.Replied(comment_id=done.comment.id, decision=done.audit_id)
    return json_response(stored, 201)


async def pin(request: Request) -> Response:
    """Before all others, or no longer."""
    member = await token_member(request)
    sent = await read_json(request, wire_comments.SetPinned)
    number = path_id(request)
    return changed(
        await pin_comment(context(request), member, number, pinned=sent.pinned, now=now(request))
    )


_COMMENT = numbered("comment")
_OF_COMMENTS = (*OF_ACTS, errors.Conflict)

ENDPOINTS = (
    line(
        "GET", "/comments/{id}", show, "readComment",
        "A comment as the queue shows it, whatever its status.",
        Answer("The comment.", wire_admin.QueueComment),
        _COMMENT,
    ),
    line(
        "PATCH", "/comments/{id}", edit, "editComment",
        "Gives a comment another text; readers are told that it was edited.",
        Answer("What it changed.", wire_admin.Decided),
        _COMMENT,
        takes=wire_comments.EditComment, example={"body": "The old board is in the *well*."},
        refusals=_OF_COMMENTS,
    ),
    line(
        "POST", "/comments/{id}/replies", reply, "replyToComment",
        "Answers a comment as its member. Send the same `client_id` again after a failure.",
        Answer("Stored, and public.", wire_comments.Replied),
        _COMMENT,
        takes=wire_comments.Reply,
        example={"body": "Thank you.", "client_id": "8f14e45f-ceea-467f-a8c5-0d1f3c8e6b7b"},
        status=201,
        refusals=_OF_COMMENTS,
    ),
    line(
        "PUT", "/comments/{id}/pinned", pin, "pinComment",
        "Has a top-level comment stand before all others, or no longer.",
        Answer("What it did.", wire_pages.PageChanged),
        _COMMENT,
        takes=wire_comments.SetPinned, example={"pinned": True},
        refusals=_OF_COMMENTS,
    ),
)  # fmt: skip
