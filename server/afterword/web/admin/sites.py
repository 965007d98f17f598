"""Sites: how they are set, and what other rules would have done."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from afterword.core import errors, wire_admin, wire_sites
from afterword.core.model import Role
from afterword.core.site_state import state_of
from afterword.services.permission import own_site, readable_sites
from afterword.services.screening.try_rules import try_rules
from afterword.services.sites.change_site import add_site_with, change_given, with_given
from afterword.web.admin.table import OF_ACTS, line, numbered
from afterword.web.admin.token import token_member
from afterword.web.endpoint import Answer
from afterword.web.input import path_id, read_json
from afterword.web.output import json_response
from afterword.web.state import context, now

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from afterword.core.model import Site
    from afterword.services.screening.try_rules import Errors, Move


async def show(request: Request) -> Response:
    """The member's sites."""
    member = await token_member(request)
    readable = readable_sites(member)
    rows = [
        wire_sites.SiteRow(id=site.id, name=site.name, origins=list(site.origins), role=role.value)
        for site in context(request).sites
        if (readable is None or site.id in readable) and (role := member.role_on(site.id))
    ]
    return json_response(wire_sites.Sites(sites=rows))


async def add(request: Request) -> Response:
    """One more."""
    member = await token_member(request)
    sent = wire_sites.given(await read_json(request, wire_sites.NewSite))
    name, origins = sent.pop("site"), sent.pop("origins")
    site = await add_site_with(
        context(request), member, name=name, origins=origins, fields=sent, now=now(request)
    )
    return json_response(_settings(site), 201)


async def one(request: Request) -> Response:
    """What a site is set to."""
    member = await token_member(request)
    return json_response(
        _settings(own_site(context(request), member, path_id(request), Role.VIEWER))
    )


async def change(request: Request) -> Response:
    """What is given, and nothing else."""
    member = await token_member(request)
    sent = wire_sites.given(await read_json(request, wire_sites.ChangeSite))
    number = path_id(request)
    audit_id = await change_given(context(request), member, number, sent, now=now(request))
    changed = [] if audit_id is None else [number]
    return json_response(wire_admin.Decided(decision=audit_id, changed=changed))


async def try_out(request: Request) -> Response:
    """What other rules would have done with the last comments."""
    member = await token_member(request)
    sent = wire_sites.given(await read_json(request, wire_sites.TryRules))
    site = own_site(context(request), member, path_id(request), Role.MODERATOR)
    policy = with_given(context(request), site.policy, sent)
    trial = await try_rules(context(request), member, site, policy, now=now(request))
    return json_response(
        wire_sites.Trial(
            looked_at=trial.looked_at,
            today=_errors(trial.today),
            tried=_errors(trial.tried),
            moves=[_move(each) for each in trial.moves],
        )
    )


def _settings(site: Site) -> msgspec.Struct:
    return msgspec.convert({"id": site.id, **state_of(site)}, wire_sites.SiteSettings)


def _errors(found: Errors) -> wire_sites.TrialErrors:
    return wire_sites.TrialErrors(good_held=found.good_held, bad_shown=found.bad_shown)


def _move(found: Move) -> wire_sites.TrialMove:
    return wire_sites.TrialMove(
        comment_id=found.comment.id,
        page_url=found.page_url,
        today=found.today.value,
        tried=found.tried.value,
        reasons=[
            wire_admin.HeldReason(rule=each.rule, weight=each.weight, text=each.text)
            for each in found.reasons
        ],
        is_error=found.is_error,
        was_error=found.was_error,
    )


_SITE = numbered("site")
_OF_SITES = (*OF_ACTS, errors.Conflict)

ENDPOINTS = (
    line(
        "GET", "/sites", show, "listSites",
        "The sites of the member, and what the token may do there.",
        Answer("The sites.", wire_sites.Sites),
    ),
    line(
        "POST", "/sites", add, "addSite",
        "Adds a site; for owners of every site.",
        Answer("What it is set to.", wire_sites.SiteSettings),
        takes=wire_sites.NewSite,
        example={"site": "shop", "origins": ["https://shop.example.org"]},
        status=201,
        refusals=_OF_SITES,
    ),
    line(
        "GET", "/sites/{id}", one, "readSite",
        "Name, origins and policy of a site.",
        Answer("What it is set to.", wire_sites.SiteSettings),
        _SITE,
    ),
    line(
        "PATCH", "/sites/{id}", change, "changeSite",
        "Changes of a site what is given, and nothing else.",
        Answer("What it changed: the site.", wire_admin.Decided),
        _SITE,
        takes=wire_sites.ChangeSite, example={"hold": "all", "max_links": 1},
        refusals=_OF_SITES,
    ),
    line(
        "POST", "/sites/{id}/trial", try_out, "tryRules",
        "Tells what other rules would have done with the last 500 comments; changes nothing.",
        Answer("What came of it.", wire_sites.Trial),
        _SITE,
        takes=wire_sites.TryRules, example={"hold_words": ["casino"]},
    ),
)  # fmt: skip
