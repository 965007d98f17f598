"""Export: the comments of a site, or of a page, as a file; with private fields after the password."""

from __future__ import annotations

import re
from contextlib import aclosing
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from starlette.responses import StreamingResponse
from starlette.routing import Route

from afterword.core.errors import FieldError, Invalid, Refused
from afterword.core.model import Role
from afterword.formats.writers import BY_NAME, KINDS
from afterword.formats.writing import Leaving
from afterword.services.exporting.note_export import note_export
from afterword.services.exporting.write_export import write_export
from afterword.services.members.confirm_password import is_confirmed
from afterword.services.pages.list_pages import find_page
from afterword.services.permission import own_site
from afterword.web.attempt import NOTHING, attempt, complain
from afterword.web.confirmed import FIELD, confirmed_form
from afterword.web.dashboard.frame import dashboard_page
from afterword.web.dashboard.site_choice import need_site, sites_of
from afterword.web.input import query
from afterword.web.same_origin import member_form, signed_in
from afterword.web.state import context, now

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, AsyncIterator

    from starlette.requests import Request
    from starlette.responses import Response

    from afterword.core.model import Member, Page, Site
    from afterword.web.attempt import Complaint
    from afterword.web.input import Fields
    from afterword.web.same_origin import Visit

EXPORT = "/dashboard/export"
FIELDS = ("page", "format")
PIECE = 64 * 1024
"""Bytes sent at once, so that small lines do not travel alone."""


async def show(request: Request) -> Response:
    """`GET /dashboard/export?site=`: the choice of what to take along."""
    visit = await signed_in(request)
    site = need_site(request, visit.member, query(request), Role.OWNER)
    return await _page(request, visit, site, NOTHING)


async def export(request: Request) -> Response:
    """`POST /dashboard/export`: the file, without private fields."""
    visit, fields = await member_form(request)
    return await _file(request, visit, fields, private=False)


async def export_private(request: Request) -> Response:
    """`POST /dashboard/export/private`: the file with all that is kept, once the password was typed."""
    visit, fields = await confirmed_form(request)
    return await _file(request, visit, fields, private=True)


async def _file(request: Request, visit: Visit, fields: Fields, *, private: bool) -> Response:
    ctx, member = context(request), visit.member
    site = own_site(ctx, member, fields.required_integer("site"), Role.OWNER)
    kind = BY_NAME[fields.one_of("format", [*BY_NAME], KINDS[0].name)]
    page = await attempt(_chosen(request, member, site, fields))
    if isinstance(page, Refused):
        return await _page(request, visit, site, complain(page, FIELDS), fields)
    await note_export(
        ctx, member, site.id, kind=kind.name, page=page, private=private, now=now(request)
    )
    writer = kind.writer(Leaving(site.name, site.origins, private))
    pieces = write_export(ctx, member, site, writer, page_id=page.id if page else None)
    day = datetime.fromtimestamp(now(request) / 1000, UTC).date().isoformat()
    name = f"{re.sub(r'[^A-Za-z0-9-]+', '-', site.name).strip('-') or 'site'}-{day}{kind.suffix}"
    return StreamingResponse(
        _gathered(pieces),
        media_type=kind.media_type,
        headers={
            "Content-Disposition": f'attachment; filename="{name}"',
            "Cache-Control": "no-store",
        },
    )


async def _chosen(request: Request, member: Member, site: Site, fields: Fields) -> Page | None:
    """The page at the address that was typed, on this site; None for the whole site."""
    address = fields.text("page").strip()
    if not address:
        return None
    page = await attempt(find_page(context(request), member, address))
    if isinstance(page, Refused) or page.site_id != site.id:
        raise Invalid(FieldError("page", "no_page", "This site has no page at that address."))
    return page


async def _gathered(pieces: AsyncGenerator[bytes, None]) -> AsyncIterator[bytes]:
    found, size = [], 0
    async with aclosing(pieces):
        async for piece in pieces:
            found.append(piece)
            size += len(piece)
            if size >= PIECE:
                yield b"".join(found)
                found, size = [], 0
    yield b"".join(found)


async def _page(
    request: Request,
    visit: Visit,
    site: Site,
    complaint: Complaint,
    fields: Fields | None = None,
) -> Response:
    return await dashboard_page(
        request,
        visit,
        "export.html",
        here=EXPORT,
        heading="Export",
        status=complaint.status,
        site=site,
        sites=sites_of(request, visit.member, Role.OWNER),
        kinds=KINDS,
        chosen=fields.text("format") if fields else "",
        page=fields.text("page") if fields else "",
        is_confirmed=is_confirmed(visit.session, now=now(request)),
        password=FIELD,
        refused=complaint.message,
        wrong=complaint.wrong,
    )


ROUTES = [
    Route(EXPORT, show, methods=["GET"], name="export"),
    Route(EXPORT, export, methods=["POST"], name="export_comments"),
    Route(f"{EXPORT}/private", export_private, methods=["POST"], name="export_private"),
]
