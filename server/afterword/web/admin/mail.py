"""The outbox, for programs of owners of every site."""

from __future__ import annotations

from typing import TYPE_CHECKING

from afterword.core import errors, wire_mail
from afterword.core.message_words import words_of
from afterword.core.telling import STATES
from afterword.services.telling.manage_mail import retry, see_outbox, send_test
from afterword.web.admin.table import NUMBER, OF_ACTS, OF_READS, line
from afterword.web.admin.token import token_member
from afterword.web.endpoint import Answer, Parameter
from afterword.web.input import query, read_json
from afterword.web.output import json_response
from afterword.web.state import context, now

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from afterword.core.telling import Listed


async def show(request: Request) -> Response:
    """Messages of a state."""
    member = await token_member(request)
    fields = query(request)
    state = fields.one_of("state", STATES, "waiting")
    seen = await see_outbox(context(request), member, state, before_id=fields.integer("before"))
    return json_response(
        wire_mail.Outbox(
            counts={str(state): number for state, number in seen.counts.items()},
            has_mail_server=seen.sending is not None,
            messages=[_message(each) for each in seen.messages],
            next=seen.next,
        )
    )


async def try_again(request: Request) -> Response:
    """One message, or all that failed."""
    member = await token_member(request)
    sent = await read_json(request, wire_mail.Retry)
    done = await retry(context(request), member, sent.id, now=now(request))
    return json_response(wire_mail.Retried(messages=done))


async def test(request: Request) -> Response:
    """A mail at once, and what came of it."""
    member = await token_member(request)
    sent = await read_json(request, wire_mail.TestMail)
    done = await send_test(context(request), member, sent.to, now=now(request))
    trouble = done.answer.trouble
    return json_response(
        wire_mail.TestedMail(
            sent=trouble is None,
            answer=str(done.answer),
            trouble=trouble and trouble.value,
            advice=done.advice,
        )
    )


def _message(listed: Listed) -> wire_mail.OutboxMessage:
    message = listed.message
    words = words_of(message)
    return wire_mail.OutboxMessage(
        id=message.id,
        channel=message.channel,
        purpose=message.purpose,
        what=words.what,
        whom=words.whom,
        state=message.state,
        created_at=message.created_at,
        due_at=message.due_at,
        tries=[
            wire_mail.DeliveryTry(at=each.at, sent=each.sent, answer=each.answer)
            for each in listed.tries
        ],
    )


ENDPOINTS = (
    line(
        "GET", "/mail", show, "readOutbox",
        "What waits to be told to people, was told, or failed, with each try.",
        Answer("The newest messages.", wire_mail.Outbox),
        Parameter("state", "Which messages; else those that wait.",
                  {"type": "string", "enum": list(STATES)}),
        Parameter("before", "`next` of an earlier answer.", NUMBER),
        refusals=(*OF_READS, errors.Forbidden, errors.Invalid),
    ),
    line(
        "POST", "/mail/retry", try_again, "retryMessages",
        "Tries a message again at once, or all that failed.",
        Answer("How many.", wire_mail.Retried),
        takes=wire_mail.Retry, example={},
        refusals=(*OF_ACTS, errors.Invalid),
    ),
    line(
        "POST", "/mail/test", test, "testMail",
        "Sends a mail at once, and says what to change where it cannot be sent.",
        Answer("What the mail server said.", wire_mail.TestedMail),
        takes=wire_mail.TestMail, example={"to": "you@example.org"},
        refusals=(*OF_READS, errors.Forbidden, errors.Conflict, errors.Invalid),
    ),
)  # fmt: skip
