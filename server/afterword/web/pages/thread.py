"""The thread page that needs no script: shows, takes comments, and lets their authors change them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import NAMESPACE_URL, uuid4, uuid5

from afterword.core.draft import RawDraft
from afterword.core.errors import Refused
from afterword.core.model import ORDERS
from afterword.services.reading.read_thread import read_thread_answer
from afterword.services.writing.submit_comment import Submission, submit_comment
from afterword.web.attempt import NOTHING, Complaint, attempt, complain
from afterword.web.client_address import client_address
from afterword.web.input import query, read_form
from afterword.web.pages.framing import framable
from afterword.web.pages.linked_data import linked_data
from afterword.web.pages.own_comment import Ticket, stored_page
from afterword.web.pages.reader_language import speech, wanted_mails
from afterword.web.pages.thread_address import ThreadAddress
from afterword.web.pages.thread_rows import rows
from afterword.web.rate_limit import take
from afterword.web.same_origin import check_same_origin
from afterword.web.state import context, now, web
from afterword.web.templates import page

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from afterword.core import wire
    from afterword.core.languages import Speech
    from afterword.services.writing.submit_comment import Submitted
    from afterword.web.input import Fields

FIELDS = ("body", "name", "email", "website")
HIDDEN = ("client_id", "trap", "begun")
MOST_DIGITS = 15
"""Of a time in milliseconds."""


@dataclass(frozen=True, slots=True)
class Typed:
    """The form as a visitor left it."""

    body: str = ""
    name: str = ""
    email: str = ""
    website: str = ""
    client_id: str = ""
    trap: str = ""
    notify: str = ""
    begun: str = ""
    """When the form was sent out: milliseconds, as far as nobody has changed them."""

    @classmethod
    def read(cls, fields: Fields) -> Typed:
        """Reads a sent form."""
        return cls(**{name: fields.text(name) for name in (*FIELDS, *HIDDEN, "notify")})

    def seconds(self, now: int) -> float | None:
        """Since the form was sent out; None where it does not tell."""
        if not self.begun.isascii() or not self.begun.isdecimal() or len(self.begun) > MOST_DIGITS:
            return None
        return max(0, now - int(self.begun)) / 1000

    def raw(self, parent: int | None) -> RawDraft:
        """What the services are given.

        The id is of the form and its text: the same form sent twice is one comment, and another
        text in the same form, written after a step back, is another comment.
        """
        text = f"{self.client_id}\n{parent}\n{self.body}"
        return RawDraft(
            body=self.body,
            client_id=str(uuid5(NAMESPACE_URL, text)),
            name=self.name,
            email=self.email or None,
            website=self.website or None,
            parent_id=parent,
            trap=self.trap,
        )


async def show(request: Request) -> Response:
    """`GET /thread?url=…`: the whole page."""
    await take(request, "reads")
    ask = ThreadAddress.read(query(request), web(request).links)
    typed = Typed(client_id=str(uuid4()), begun=str(now(request)))
    return await thread_page(request, ask, typed, NOTHING)


async def post(request: Request) -> Response:
    """`POST /thread`: stores the comment and shows it to its author, or says at the form why not."""
    check_same_origin(request)
    fields = await read_form(request)
    ask, typed = ThreadAddress.read(fields, web(request).links), Typed.read(fields)
    submitted = await attempt(_submit(request, ask, typed))
    if isinstance(submitted, Refused):
        return await thread_page(request, ask, typed, complain(submitted, FIELDS))
    comment = submitted.comment
    ticket = Ticket(comment.id, submitted.author_token, submitted.expires_at)
    return stored_page(request, ask, comment, ticket)


async def _submit(request: Request, ask: ThreadAddress, typed: Typed) -> Submitted:
    await take(request, "comments")
    at = now(request)
    submission = Submission(
        ask.claim,
        ask.site,
        typed.raw(ask.reply),
        origin=None,
        address=client_address(request),
        agent=request.headers.get("user-agent"),
        seconds=typed.seconds(at),
        proof="",  # without a script nobody can work: such a comment waits
        wanted=wanted_mails(request, typed.notify, ask.lang),
    )
    return await submit_comment(context(request), submission, now=at)


async def thread_page(
    request: Request, ask: ThreadAddress, typed: Typed, complaint: Complaint
) -> Response:
    """The thread with its form; the pages of the site may show it in a frame."""
    thread = await read_thread_answer(context(request), ask.query, now=now(request))
    t = speech(request, ask)
    shown = rows(thread.comments, t)
    response = page(
        request,
        "thread/page.html",
        status=complaint.status,
        ask=ask,
        thread=thread,
        t=t,
        sorts=ORDERS,
        heading=heading(thread, ask.title, t),
        rows=shown,
        linked=linked_data(thread.page, shown, t, web(request).links),
        parent=_answerable(thread, ask.reply),
        draft=typed,
        refused=complaint.message,
        wrong=complaint.wrong,
    )
    if complaint.retry_after is not None:
        response.headers["retry-after"] = str(complaint.retry_after)
    return framable(request, ask, response)


def heading(thread: wire.Thread, title: str | None, t: Speech) -> str:
    """`3 replies on “Title”`, as the widget has it."""
    shown = thread.page.title or title
    if not thread.count:
        return f"{shown} · {t('empty')}" if shown else t("empty")
    if not shown:
        return t("replies", count=thread.count)
    return t("heading", count=thread.count, title=shown)


def _answerable(thread: wire.Thread, comment_id: int | None) -> wire.Comment | None:
    for comment in thread.comments:
        if comment.id == comment_id and comment.author is not None:
            return comment
    return None
