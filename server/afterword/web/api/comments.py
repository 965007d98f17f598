"""Writing, changing and taking back a comment, by its author."""

from __future__ import annotations

from typing import TYPE_CHECKING

from afterword.core import errors, wire
from afterword.core.draft import RawDraft
from afterword.core.model import Status
from afterword.core.page_key import PageClaim
from afterword.services.present import own_comment_json
from afterword.services.writing.revise_comment import revise_comment, withdraw_comment
from afterword.services.writing.submit_comment import Submission, submit_comment
from afterword.web.bearer import bearer_token
from afterword.web.client_address import client_address
from afterword.web.input import path_id, read_json
from afterword.web.output import json_response
from afterword.web.pages.reader_language import wanted_mails
from afterword.web.rate_limit import take
from afterword.web.state import context, now

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response


async def submit(request: Request) -> Response:
    """Stores a comment, once however often the same `client_id` comes: 201 shown, 202 held."""
    await take(request, "comments")
    sent = await read_json(request, wire.Submit)
    submission = _submission(request, sent)
    done = await submit_comment(context(request), submission, now=now(request))
    answer = wire.Submitted(
        comment=own_comment_json(done.comment),
        author_token=done.author_token,
        expires_at=done.expires_at,
    )
    return json_response(answer, 201 if done.comment.status == Status.APPROVED else 202)


async def revise(request: Request) -> Response:
    """Gives a comment a new text, for the browser that wrote it or the reader whose it is."""
    await take(request, "comments")
    token = _token(request)
    sent = await read_json(request, wire.Revise)
    comment = await revise_comment(
        context(request),
        path_id(request),
        token,
        sent.body,
        origin=request.headers.get("origin"),
        address=client_address(request),
        now=now(request),
    )
    return json_response(wire.Revised(comment=own_comment_json(comment)))


async def withdraw(request: Request) -> Response:
    """Takes a comment back, for the browser that wrote it or the reader whose it is."""
    comment = await withdraw_comment(
        context(request),
        path_id(request),
        _token(request),
        origin=request.headers.get("origin"),
        now=now(request),
    )
    return json_response(wire.Revised(comment=own_comment_json(comment)))


def _submission(request: Request, sent: wire.Submit) -> Submission:
    return Submission(
        claim=PageClaim(
            url=sent.url,
            canonical=sent.canonical,
            thread_id=sent.thread_id,
            title=sent.title,
        ),
        site=sent.site,
        raw=RawDraft(
            body=sent.body,
            client_id=sent.client_id,
            name=sent.name,
            email=sent.email,
            website=sent.website,
            visitor_token=sent.visitor_token,
            parent_id=sent.parent,
            trap=sent.trap,
        ),
        origin=request.headers.get("origin"),
        address=client_address(request),
        agent=request.headers.get("user-agent"),
        seconds=sent.seconds,
        proof=sent.proof,
        reader_token=bearer_token(request),
        wanted=wanted_mails(request, sent.notify, sent.lang),
    )


def _token(request: Request) -> str:
    token = bearer_token(request)
    if token is None:
        message = (
            "Send the author token, or that of a reader's session: Authorization: Bearer <token>."
        )
        raise errors.SignInNeeded(message)
    return token
