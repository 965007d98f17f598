"""How readers of a site sign in, for its owners: a form for one at a time; keys are never shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.routing import Route

from afterword.core.errors import Forbidden, NotFound, Refused
from afterword.core.model import Role
from afterword.core.sign_in_ways import ALGORITHMS, KINDS, ProviderDraft
from afterword.services.permission import own_site
from afterword.services.sites.manage_providers import (
    add_provider,
    change_provider,
    list_providers,
    remove_provider,
)
from afterword.web.attempt import NOTHING, attempt, complain
from afterword.web.confirmed import confirmed_form
from afterword.web.dashboard.frame import dashboard_page
from afterword.web.dashboard.sites import SITES
from afterword.web.input import path_id, query
from afterword.web.output import see_other
from afterword.web.pages.sign_in import CALLBACK
from afterword.web.same_origin import signed_in
from afterword.web.state import context, now, web

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from afterword.core.sign_in_ways import Provider
    from afterword.web.attempt import Complaint
    from afterword.web.input import Fields
    from afterword.web.same_origin import Visit

FIELDS = ("name", "issuer", "audience", "algorithm", "key")


async def show(request: Request) -> Response:
    """`GET /dashboard/sites/{id}/sign-in`: all, with the form of one (`way`) or a new one (`kind`)."""
    return await _page(request, await signed_in(request), query(request), NOTHING)


async def change(request: Request) -> Response:
    """`POST /dashboard/sites/{id}/sign-in`: adds, changes or deletes one, with the password."""
    visit, fields = await confirmed_form(request)
    done = await attempt(_change(request, visit, fields))
    if isinstance(done, Forbidden | NotFound):
        raise done
    if isinstance(done, Refused):
        return await _page(request, visit, fields, complain(done, FIELDS))
    return see_other(request, f"{SITES}/{path_id(request)}/sign-in?said=way-{done}")


async def _change(request: Request, visit: Visit, fields: Fields) -> str:
    ctx, member, at = context(request), visit.member, now(request)
    site = own_site(ctx, member, path_id(request), Role.OWNER)
    number = fields.integer("way")
    if number is not None and number not in [each.id for each in ctx.sites.providers(site.id)]:
        raise NotFound("There is no such way to sign in.")
    if number and fields.text("act") == "delete":
        await remove_provider(ctx, member, number, now=at)
        return "deleted"
    draft = ProviderDraft(
        kind=fields.one_of("kind", KINDS, KINDS[0]),
        **{name: fields.text(name) for name in FIELDS},
    )
    unchecked = fields.text("unchecked") == "1"
    if number:
        await change_provider(ctx, member, number, draft, unchecked=unchecked, now=at)
    else:
        await add_provider(ctx, member, site.id, draft, unchecked=unchecked, now=at)
    return "saved"


async def _page(request: Request, visit: Visit, fields: Fields, complaint: Complaint) -> Response:
    ctx, site_id = context(request), path_id(request)
    found = await list_providers(ctx, visit.member, site_id)
    site = own_site(ctx, visit.member, site_id, Role.OWNER)
    number = fields.integer("way")
    chosen = next((each for each in found if each.id == number), None)
    kind = chosen.kind if chosen else fields.one_of("kind", ("", *KINDS), "")
    return await dashboard_page(
        request,
        visit,
        "sign-in-ways.html",
        here=SITES,
        heading=f"How readers of {site.name} sign in",
        status=complaint.status,
        site=site,
        found=found,
        chosen=chosen,
        kind=kind,
        values=_values(fields, chosen, complaint),
        algorithms=ALGORITHMS,
        callback=web(request).links.absolute(CALLBACK),
        mails=ctx.mail_server is not None,
        refused=complaint.message,
        wrong=complaint.wrong,
    )


def _values(fields: Fields, chosen: Provider | None, complaint: Complaint) -> dict[str, str]:
    """What stands in the form: what was typed, else what is so; the key never."""
    if chosen is None or complaint is not NOTHING:
        return {name: fields.text(name) for name in FIELDS} | {"key": ""}
    return {
        "name": chosen.name,
        "issuer": chosen.issuer,
        "audience": chosen.audience,
        "algorithm": chosen.algorithm,
        "key": "",
    }


ROUTES = [
    Route(f"{SITES}/{{id}}/sign-in", show, methods=["GET"], name="sign_in_ways"),
    Route(f"{SITES}/{{id}}/sign-in", change, methods=["POST"], name="change_sign_in_ways"),
]
