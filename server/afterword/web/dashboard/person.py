"""What an author may ask of an owner: a copy of all that is kept of them, or to have it erased."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
from starlette.responses import Response
from starlette.routing import Route

from afterword.core.errors import Conflict, FieldError, Invalid, Refused
from afterword.services.persons.person_requests import author_of, copy_of, erase
from afterword.web.attempt import attempt, complain
from afterword.web.confirmed import confirmed_form
from afterword.web.dashboard.authors import AUTHORS, author_page
from afterword.web.input import path_id
from afterword.web.output import see_other
from afterword.web.state import context, now

if TYPE_CHECKING:
    from starlette.requests import Request

    from afterword.web.input import Fields
    from afterword.web.same_origin import Visit

FIELDS = ("by_email", "sure")


async def copy(request: Request) -> Response:
    """`POST /dashboard/authors/{id}/copy`: all that is kept of whoever wrote that comment, as a file."""
    visit, fields = await confirmed_form(request)
    done = await attempt(_copy(request, visit, fields))
    return done if isinstance(done, Response) else await _refused(request, visit, fields, done)


async def erase_author(request: Request) -> Response:
    """`POST /dashboard/authors/{id}/erase`: erases it for good, if that is ticked to be meant."""
    visit, fields = await confirmed_form(request)
    done = await attempt(_erase(request, visit, fields))
    return done if isinstance(done, Response) else await _refused(request, visit, fields, done)


async def _copy(request: Request, visit: Visit, fields: Fields) -> Response:
    ctx, by_email = context(request), fields.ticked("by_email")
    person, site_id = await author_of(ctx, visit.member, path_id(request), by_email=by_email)
    found = await copy_of(ctx, visit.member, person, site_id, now=now(request))
    headers = {
        "Content-Disposition": 'attachment; filename="person.json"',
        "Cache-Control": "no-store",
    }
    body = msgspec.json.format(msgspec.json.encode(found), indent=2)
    return Response(body, headers=headers, media_type="application/json")


async def _erase(request: Request, visit: Visit, fields: Fields) -> Response:
    ctx, by_email = context(request), fields.ticked("by_email")
    person, site_id = await author_of(ctx, visit.member, path_id(request), by_email=by_email)
    if not fields.ticked("sure"):
        raise Invalid(FieldError("sure", "missing", "Please tick that you mean it."))
    await erase(ctx, visit.member, person, site_id, now=now(request))
    return see_other(request, f"{AUTHORS}?site={site_id}&said=person-erased")


async def _refused(request: Request, visit: Visit, fields: Fields, refusal: Refused) -> Response:
    if not isinstance(refusal, Invalid | Conflict):
        raise refusal
    complaint = complain(refusal, FIELDS)
    return await author_page(request, visit, path_id(request), fields, complaint)


ROUTES = [
    Route(f"{AUTHORS}/{{id}}/copy", copy, methods=["POST"], name="copy_author"),
    Route(f"{AUTHORS}/{{id}}/erase", erase_author, methods=["POST"], name="erase_author"),
]
