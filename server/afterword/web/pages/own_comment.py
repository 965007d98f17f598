"""The answer to an author without script: the comment, and a form that carries its token."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from afterword.core.errors import Refused
from afterword.services.present import own_comment_json
from afterword.services.writing.revise_comment import revise_comment, withdraw_comment
from afterword.web.attempt import NOTHING, attempt, complain
from afterword.web.client_address import client_address
from afterword.web.input import read_form
from afterword.web.pages.framing import framable
from afterword.web.pages.reader_language import speech
from afterword.web.pages.thread_address import ThreadAddress
from afterword.web.same_origin import check_same_origin
from afterword.web.state import context, now, web
from afterword.web.templates import page

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from afterword.core.model import Comment
    from afterword.core.wire import OwnComment
    from afterword.web.attempt import Complaint
    from afterword.web.input import Fields

HEADINGS = {"approved": "published", "pending": "waiting", "removed": "deleted"}
"""By status the word that heads the page; the one that explains it ends in `Means`."""
NOT_SAVED = "notSaved"


@dataclass(frozen=True, slots=True)
class Ticket:
    """What lets this browser change the comment; it travels from form to form, never in an address."""

    comment_id: int
    author_token: str
    expires_at: int

    @classmethod
    def read(cls, fields: Fields) -> Ticket:
        """Reads a sent form; raises Invalid where something is missing."""
        comment_id = fields.integer("comment") or 0
        return cls(comment_id, fields.required("author_token"), fields.integer("expires_at") or 0)


def stored_page(request: Request, ask: ThreadAddress, comment: Comment, ticket: Ticket) -> Response:
    """The comment as it is now, with the form that changes it while that is possible."""
    own = own_comment_json(comment)
    return _page(request, ask, own, own.source, ticket, NOTHING)


async def edit(request: Request) -> Response:
    """`POST /thread/edit`: the comment gets a new text."""
    check_same_origin(request)
    fields = await read_form(request)
    ask, ticket = ThreadAddress.read(fields, web(request).links), Ticket.read(fields)
    body = fields.text("body")
    revised = await attempt(
        revise_comment(
            context(request),
            ticket.comment_id,
            ticket.author_token,
            body,
            origin=None,
            address=client_address(request),
            now=now(request),
        )
    )
    if isinstance(revised, Refused):
        return _page(request, ask, None, body, ticket, complain(revised, ("body",)))
    return stored_page(request, ask, revised, ticket)


async def delete(request: Request) -> Response:
    """`POST /thread/delete`: the comment goes."""
    check_same_origin(request)
    fields = await read_form(request)
    ask, ticket = ThreadAddress.read(fields, web(request).links), Ticket.read(fields)
    withdrawn = await attempt(
        withdraw_comment(
            context(request), ticket.comment_id, ticket.author_token, origin=None, now=now(request)
        )
    )
    if isinstance(withdrawn, Refused):
        return _page(request, ask, None, fields.text("body"), ticket, complain(withdrawn, ()))
    return stored_page(request, ask, withdrawn, ticket)


def _page(
    request: Request,
    ask: ThreadAddress,
    comment: OwnComment | None,
    source: str,
    ticket: Ticket,
    complaint: Complaint,
) -> Response:
    """Without a comment the page is about a change that was refused."""
    status = comment.status if comment else None
    heading = HEADINGS[status] if status else NOT_SAVED
    t = speech(request, ask)
    response = page(
        request,
        "thread/own.html",
        status=complaint.status,
        ask=ask,
        comment=comment,
        t=t,
        heading=t(heading),
        sentence=t(f"{heading}Means"),
        source=source,
        ticket=ticket,
        changeable=status != "removed" and now(request) < ticket.expires_at,
        refused=complaint.message,
        wrong=complaint.wrong,
    )
    return framable(request, ask, response)
