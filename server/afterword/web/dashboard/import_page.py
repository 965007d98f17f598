"""Import: a file is sent, looked at and then imported; the page shows how far it is, and the report."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
from starlette.routing import Route

from afterword.core.errors import Forbidden, NotFound, Refused
from afterword.core.model import Role
from afterword.formats.formats import FORMATS
from afterword.services.importing.import_document import ImportDocument
from afterword.services.importing.manage_imports import (
    begin_import,
    discard_import,
    folder_of,
    list_imports,
    possible_staff,
    start_import,
)
from afterword.services.permission import own_site, owned_sites
from afterword.storage.site_imports import Options
from afterword.web.attempt import NOTHING, attempt, complain
from afterword.web.dashboard.frame import dashboard_page
from afterword.web.dashboard.site_choice import need_site, sites_of
from afterword.web.input import query
from afterword.web.output import see_other
from afterword.web.same_origin import check_csrf, check_same_origin, member_form, signed_in
from afterword.web.state import context, now, web
from afterword.web.upload import read_upload

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.requests import Request
    from starlette.responses import Response

    from afterword.core.model import Site
    from afterword.storage.site_imports import SiteImport
    from afterword.web.attempt import Complaint
    from afterword.web.input import Fields
    from afterword.web.same_origin import Visit

IMPORT = "/dashboard/import"
FIELDS = ("file", "rules", "sitemap", "staff")
QUIET = 60_000
"""Milliseconds without a word after which the page says so."""
STATES: Mapping[str, str] = {
    "reading": "is being looked at",
    "read": "waits for your decision",
    "writing": "is being imported",
    "done": "imported",
    "refused": "could not be imported",
    "discarded": "discarded",
    "over": "deleted after a day without a decision",
}

_document = msgspec.json.Decoder(ImportDocument).decode


async def show(request: Request) -> Response:
    """`GET /dashboard/import?site=&show=`: the form and what is open, or one that is asked for."""
    visit = await signed_in(request)
    site = need_site(request, visit.member, query(request), Role.OWNER)
    return await _page(request, visit, site, Options(), NOTHING)


async def upload(request: Request) -> Response:
    """`POST /dashboard/import`: takes the file, and goes on to how far it is."""
    check_same_origin(request)
    visit = await signed_in(request)
    if not owned_sites(visit.member):
        raise Forbidden("Importing is for owners of a site.")
    ctx = context(request)

    async def allow(fields: Fields) -> None:
        check_csrf(visit, fields)
        own_site(ctx, visit.member, fields.required_integer("site"), Role.OWNER)

    folder, limit = folder_of(ctx.settings), web(request).settings.import_max
    fields, sent = await read_upload(request, folder, limit, allow)
    options = Options(
        rules=[line.strip() for line in fields.text("rules").split("\n") if line.strip()],
        staff=[*fields.integers("staff")],
        sitemap=fields.text("sitemap").strip(),
    )
    site = own_site(ctx, visit.member, fields.required_integer("site"), Role.OWNER)
    begun = await attempt(begin_import(ctx, visit.member, site.id, sent, options, now=now(request)))
    if isinstance(begun, Refused):
        sent.path.unlink(missing_ok=True)
        return await _page(request, visit, site, options, complain(begun, FIELDS))
    return see_other(request, _address(site.id, begun))


async def start(request: Request) -> Response:
    """`POST /dashboard/import/start`: writes what was looked at."""
    visit, fields = await member_form(request)
    number = fields.required_integer("import")
    found = await start_import(context(request), visit.member, number, now=now(request))
    return see_other(request, _address(found.site_id, found.id))


async def discard(request: Request) -> Response:
    """`POST /dashboard/import/discard`: gives the file up."""
    visit, fields = await member_form(request)
    number = fields.required_integer("import")
    found = await discard_import(context(request), visit.member, number, now=now(request))
    return see_other(request, f"{IMPORT}?site={found.site_id}&said=import-discarded")


def _address(site_id: int, import_id: int) -> str:
    return f"{IMPORT}?site={site_id}&show={import_id}"


async def _page(
    request: Request, visit: Visit, site: Site, options: Options, complaint: Complaint
) -> Response:
    ctx = context(request)
    found = await list_imports(ctx, visit.member, site.id)
    shown = _shown(request, found)
    return await dashboard_page(
        request,
        visit,
        "import.html",
        here=IMPORT,
        heading="Import",
        status=complaint.status,
        site=site,
        sites=sites_of(request, visit.member, Role.OWNER),
        imports=found,
        shown=shown,
        is_running=shown is not None and shown.state in ("reading", "writing"),
        is_quiet=shown is not None and now(request) - shown.seen_at > QUIET,
        report=_document(shown.report) if shown is not None and shown.report else None,
        states=STATES,
        formats=[each.title for each in FORMATS],
        staff=await possible_staff(ctx, visit.member, site.id),
        limit=ctx.settings.import_max,
        options=options,
        refused=complaint.message,
        wrong=complaint.wrong,
    )


def _shown(request: Request, found: list[SiteImport]) -> SiteImport | None:
    """The one that is asked for, or else the one that is open."""
    wanted = query(request).integer("show")
    if wanted is not None:
        for each in found:
            if each.id == wanted:
                return each
        raise NotFound("There is no such import.")
    return next((each for each in found if each.is_open), None)


ROUTES = [
    Route(IMPORT, show, methods=["GET"], name="import"),
    Route(IMPORT, upload, methods=["POST"], name="upload_import"),
    Route(f"{IMPORT}/start", start, methods=["POST"], name="start_import"),
    Route(f"{IMPORT}/discard", discard, methods=["POST"], name="discard_import"),
]
