"""The outbox: what waits, what was sent and what failed, with each try; a test mail; trying again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.routing import Route

from afterword.core.errors import Forbidden, Refused
from afterword.core.message_words import words_of
from afterword.core.telling import STATES
from afterword.services.telling.manage_mail import COUNTED, retry, see_outbox, send_test
from afterword.web.attempt import NOTHING, attempt, complain
from afterword.web.dashboard.frame import dashboard_page
from afterword.web.input import query
from afterword.web.output import see_other
from afterword.web.rate_limit import take
from afterword.web.same_origin import member_form, signed_in
from afterword.web.state import context, now

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from afterword.core.telling import MessageState
    from afterword.services.telling.manage_mail import Tested
    from afterword.web.attempt import Complaint
    from afterword.web.input import Fields
    from afterword.web.same_origin import Visit

MAIL = "/dashboard/mail"
TITLES: dict[MessageState, str] = {
    "waiting": "Waiting",
    "failed": "Failed",
    "sent": "Sent",
    "dropped": "Not needed",
}
EMPTY: dict[MessageState, str] = {
    "waiting": "Nothing waits to be sent.",
    "failed": "Nothing has failed.",
    "sent": "Nothing was sent within the last 30 days.",
    "dropped": "Everything that was to be told was still so when it was sent.",
}


async def show(request: Request) -> Response:
    """`GET /dashboard/mail?state=&before=`: the newest messages of a state."""
    return await _page(request, await signed_in(request), query(request), NOTHING)


async def act(request: Request) -> Response:
    """`POST /dashboard/mail`: tries one message again, or all that failed, or sends a test."""
    visit, fields = await member_form(request)
    fields.required("act")
    wish = fields.one_of("act", ("test", "retry", "retry-all"), "test")
    ctx, at = context(request), now(request)
    if wish == "test":
        await take(request, "sign_ins")
        tested = await attempt(send_test(ctx, visit.member, fields.text("to"), now=at))
        if isinstance(tested, Forbidden):
            raise tested
        if isinstance(tested, Refused):
            return await _page(request, visit, fields, complain(tested, ("to",)))
        return await _page(request, visit, fields, NOTHING, tested)
    number = fields.integer("message") or 0 if wish == "retry" else None
    done = await retry(ctx, visit.member, number, now=at)
    return see_other(request, f"{MAIL}?said={'retried' if done else 'nothing'}")


async def _page(
    request: Request,
    visit: Visit,
    fields: Fields,
    complaint: Complaint,
    tested: Tested | None = None,
) -> Response:
    state = fields.one_of("state", STATES, "waiting")
    before = fields.integer("before")
    seen = await see_outbox(context(request), visit.member, state, before_id=before)
    return await dashboard_page(
        request,
        visit,
        "mail.html",
        here=MAIL,
        heading="Mail",
        status=complaint.status,
        state=state,
        titles=TITLES,
        empty=EMPTY[state],
        seen=seen,
        words_of=words_of,
        counted=COUNTED,
        further=f"{MAIL}?state={state}&before={seen.next}" if seen.next else None,
        to=fields.text("to") or visit.member.email,
        tested=tested,
        refused=complaint.message,
        wrong=complaint.wrong,
    )


ROUTES = [
    Route(MAIL, show, methods=["GET"], name="mail"),
    Route(MAIL, act, methods=["POST"], name="act_on_mail"),
]
