"""*Never hold for this again*, beside each reason of a comment: the least that helps is done."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.routing import Route

from afterword.services.moderating.never_again import never_hold_again
from afterword.web import wording
from afterword.web.dashboard.outcome import Outcome, answer
from afterword.web.same_origin import member_form
from afterword.web.state import context, now

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response


async def never_again(request: Request) -> Response:
    """`POST /dashboard/rules/quiet`: the least that keeps a rule from holding a comment like this one."""
    visit, fields = await member_form(request)
    number, rule = fields.integer("id") or 0, fields.text("rule")
    done = await never_hold_again(context(request), visit.member, number, rule, now=now(request))
    text = wording.done(done.act, len(done.changed)) if done.audit_id else "nothing"
    return await answer(request, visit, fields, Outcome(text, done.changed, done.audit_id))


ROUTES = [Route("/dashboard/rules/quiet", never_again, methods=["POST"], name="never_again")]
