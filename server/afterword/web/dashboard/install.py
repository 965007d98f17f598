"""The tag for the pages of a site, in every variant, and a look at whether it works on one of them."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote

from starlette.routing import Route

from afterword.core.errors import Refused
from afterword.core.model import Role
from afterword.services.permission import own_site
from afterword.services.sites.check_install import check_install
from afterword.web.attempt import NOTHING, attempt, complain
from afterword.web.dashboard.frame import dashboard_page
from afterword.web.dashboard.sites import SITES
from afterword.web.input import path_id
from afterword.web.same_origin import member_form, signed_in
from afterword.web.state import context, web

if TYPE_CHECKING:
    from collections.abc import Sequence

    from starlette.requests import Request
    from starlette.responses import Response

    from afterword.core.model import Site
    from afterword.services.sites.check_install import Said
    from afterword.web.attempt import Complaint
    from afterword.web.same_origin import Visit


async def show(request: Request) -> Response:
    """`GET /dashboard/sites/{id}/install`."""
    visit = await signed_in(request)
    site = own_site(context(request), visit.member, path_id(request), Role.OWNER)
    return await _page(request, visit, site, (), "", NOTHING)


async def check(request: Request) -> Response:
    """`POST /dashboard/sites/{id}/install`: what a look at one page of the site has found."""
    visit, fields = await member_form(request)
    ctx, url = context(request), fields.text("url").strip()
    site = own_site(ctx, visit.member, path_id(request), Role.OWNER)
    found = await attempt(check_install(ctx, visit.member, site.id, url))
    if isinstance(found, Refused):
        return await _page(request, visit, site, (), url, complain(found, ("url",)))
    return await _page(request, visit, site, found, url, NOTHING)


def variants(request: Request, site: Site) -> tuple[tuple[str, str, str], ...]:
    """What to paste: a title, what it is for, and the text."""
    links, script = web(request).links, web(request).widget.reader
    server, page = links.public_url, quote(f"{[*site.origins, ''][0]}/your-page", safe="")
    origin = web(request).settings.public_origin
    pinned = (
        f'<script async src="{server}/embed/{script.name}" integrity="{script.integrity}"'
        ' crossorigin="anonymous"></script>'
    )
    return (
        (
            "The tag",
            "Where the comments should stand. It is always the newest.",
            f'<script async src="{server}/embed.js"></script>',
        ),
        (
            "Pinned to this version",
            "It never changes, and a browser runs it only if it is exactly this one.",
            pinned,
        ),
        (
            "Asked for earlier",
            "In the head; your template fills in the page's address, percent-encoded.",
            f'<link rel="preload" as="fetch" crossorigin href="{server}/api/v1/thread?url={page}">',
        ),
        (
            "Without JavaScript",
            "Beside the tag, with the page's address.",
            f'<noscript><a href="{server}/thread?url={page}">Read and write comments</a></noscript>',
        ),
        (
            "How many comments",
            "Anywhere, for lists of pages; the tag has to be on the page too.",
            '<afterword-count url="/your-page">…</afterword-count>',
        ),
        (
            "Content Security Policy",
            "Only where your pages have one: add the address of this server to two lines.",
            f"script-src {origin};\nconnect-src {origin};",
        ),
    )


async def _page(
    request: Request,
    visit: Visit,
    site: Site,
    found: Sequence[Said],
    url: str,
    complaint: Complaint,
) -> Response:
    return await dashboard_page(
        request,
        visit,
        "install.html",
        here=SITES,
        heading=f"The tag for {site.name}",
        status=complaint.status,
        site=site,
        variants=variants(request, site),
        found=found,
        url=url,
        refused=complaint.message,
        wrong=complaint.wrong,
    )


ROUTES = [
    Route(f"{SITES}/{{id}}/install", show, methods=["GET"], name="install"),
    Route(f"{SITES}/{{id}}/install", check, methods=["POST"], name="check_install"),
]
