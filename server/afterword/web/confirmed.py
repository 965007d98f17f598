"""Asks for the password once more where it was not typed a moment ago, and then goes on.

`visit = await confirmed(request)` begins a page, `visit, fields = await confirmed_form(request)` an act,
in place of `signed_in` and `member_form`. Who has to type it finds the same form again, with all that
was sent kept in it, so that nothing is lost and no address to go on to travels.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from afterword.core.errors import ConfirmationNeeded, Refused
from afterword.services.members.confirm_password import confirm_password, is_confirmed
from afterword.web.attempt import attempt
from afterword.web.same_origin import CSRF_FIELD, member_form, signed_in
from afterword.web.state import context, now

if TYPE_CHECKING:
    from starlette.requests import Request

    from afterword.web.input import Fields
    from afterword.web.same_origin import Visit

CONFIRM = "/dashboard/confirm"
FIELD = "confirm_password"
"""In which the password comes."""


async def confirmed(request: Request) -> Visit:
    """Who is signed in and typed the password within ten minutes; else they are asked for it."""
    visit = await signed_in(request)
    if not is_confirmed(visit.session, now=now(request)):
        fields = {CSRF_FIELD: [visit.session.csrf], "next": [_address(request)]}
        raise ConfirmationNeeded(CONFIRM, fields)
    return visit


async def confirmed_form(request: Request) -> tuple[Visit, Fields]:
    """The same for a form of the dashboard, which may bring the password along."""
    visit, fields = await member_form(request)
    if is_confirmed(visit.session, now=now(request)):
        return visit, fields
    wrong = await _confirm(request, visit, fields.text(FIELD))
    if wrong is not None:
        kept = {name: fields.texts(name) for name in fields.values if name != FIELD}
        raise ConfirmationNeeded(request.scope["path"], kept, wrong)
    return visit, fields


async def _confirm(request: Request, visit: Visit, password: str) -> str | None:
    """What is wrong with the password, empty where there is none yet; None when it is right."""
    if not password:
        return ""
    work = confirm_password(
        context(request), visit.member, visit.session, password, now=now(request)
    )
    refused = await attempt(work)
    return refused.message if isinstance(refused, Refused) else None


def _address(request: Request) -> str:
    path: str = request.scope["path"]
    query = request.scope["query_string"].decode("latin-1")
    return f"{path}?{query}" if query else path
