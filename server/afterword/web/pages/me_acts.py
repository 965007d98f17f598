"""What a person does on their own page: each a form, sent from it, without a script."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
from starlette.responses import Response

from afterword.core.errors import Refused
from afterword.services.persons.copy_person import copy_person
from afterword.services.persons.erase_person import erase_person
from afterword.services.persons.own_page import (
    delete_own_comment,
    edit_own_comment,
    end_own_device,
    end_own_wish,
    own_comment,
    person_of_page,
    sites_of_page,
)
from afterword.services.readers.claim_comments import claim_typed
from afterword.web import session_cookie
from afterword.web.attempt import NOTHING, attempt, complain
from afterword.web.client_address import client_address
from afterword.web.input import path_id
from afterword.web.output import see_other
from afterword.web.pages.me_visit import own_form, own_page, own_session
from afterword.web.rate_limit import take
from afterword.web.state import context, now

if TYPE_CHECKING:
    from starlette.requests import Request

    from afterword.storage.own_sessions import OwnSession
    from afterword.web.attempt import Complaint


async def claim(request: Request) -> Response:
    """Makes theirs what they ticked of what bears their address."""
    if sent := await own_form(request):
        ctx = context(request)
        person = await person_of_page(ctx, sent.session)
        ids = sent.fields.integers("id")
        if person.email is not None:
            await claim_typed(ctx, person.email, ids, person.author_keys, now=now(request))
    return see_other(request, "/me")


async def show_comment(request: Request) -> Response:
    """One of their comments, with the form that changes it."""
    session = await own_session(request)
    if session is None:
        return see_other(request, "/me")
    return await _comment(request, session, None, NOTHING)


async def edit(request: Request) -> Response:
    """Gives it a new text, or says at the form why not."""
    sent = await own_form(request)
    if sent is None:
        return see_other(request, "/me")
    await take(request, "comments")
    body = sent.fields.text("body")
    done = await attempt(
        edit_own_comment(
            context(request),
            sent.session,
            path_id(request),
            body,
            address=client_address(request),
            now=now(request),
        )
    )
    if isinstance(done, Refused):
        return await _comment(request, sent.session, body, complain(done, ("body",)))
    return see_other(request, "/me")


async def delete(request: Request) -> Response:
    """Takes it back."""
    if sent := await own_form(request):
        await delete_own_comment(context(request), sent.session, path_id(request), now=now(request))
    return see_other(request, "/me")


async def end_wish(request: Request) -> Response:
    """Tells them of this no more."""
    if sent := await own_form(request):
        await end_own_wish(context(request), sent.session, path_id(request), now=now(request))
    return see_other(request, "/me")


async def end_device(request: Request) -> Response:
    """Signs a device out."""
    if sent := await own_form(request):
        await end_own_device(context(request), sent.session, sent.fields.text("device"))
    return see_other(request, "/me")


async def copy(request: Request) -> Response:
    """All that is kept of them, to be kept by them."""
    session = await own_session(request)
    if session is None:
        return see_other(request, "/me")
    await take(request, "reads")
    ctx = context(request)
    person = await person_of_page(ctx, session)
    copied = await copy_person(ctx, person, sites_of_page(session), now=now(request))
    return Response(
        msgspec.json.format(msgspec.json.encode(copied), indent=2),
        media_type="application/json",
        headers={"content-disposition": 'attachment; filename="comments-and-data.json"'},
    )


async def ask_to_erase(request: Request) -> Response:
    """What erasing means, and a second button."""
    session = await own_session(request)
    if session is None:
        return see_other(request, "/me")
    return own_page(request, "me/erase.html", session)


async def erase(request: Request) -> Response:
    """Erases all of it; then there is no page of theirs any more."""
    sent = await own_form(request)
    if sent is None:
        return see_other(request, "/me")
    ctx = context(request)
    person = await person_of_page(ctx, sent.session)
    await erase_person(ctx, person, sites_of_page(sent.session), now=now(request))
    response = own_page(request, "me/erased.html", sent.session)
    session_cookie.forget(request, response, session_cookie.PERSON)
    return response


async def _comment(
    request: Request, session: OwnSession, body: str | None, complaint: Complaint
) -> Response:
    found = await own_comment(context(request), session, path_id(request), now=now(request))
    return own_page(
        request,
        "me/comment.html",
        session,
        status=complaint.status,
        own=found,
        body=found.comment.source if body is None else body,
        refused=complaint.message,
        wrong=complaint.wrong,
    )
