"""How readers of a site sign in, for its owners; keys go in and never come out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.responses import Response

from afterword.core import errors, wire_providers
from afterword.core.sign_in_ways import ProviderDraft, draft_of
from afterword.core.wire_sites import given
from afterword.services.sites.manage_providers import (
    add_provider,
    change_provider,
    get_provider,
    list_providers,
    remove_provider,
)
from afterword.web.admin.table import OF_ACTS, line, numbered
from afterword.web.admin.token import token_member
from afterword.web.endpoint import Answer
from afterword.web.input import path_id, read_json
from afterword.web.output import json_response
from afterword.web.state import context, now

if TYPE_CHECKING:
    from starlette.requests import Request

    from afterword.core.sign_in_ways import Provider


async def show(request: Request) -> Response:
    """Those of a site."""
    member = await token_member(request)
    found = await list_providers(context(request), member, path_id(request))
    return json_response(wire_providers.Providers(providers=[_state(each) for each in found]))


async def add(request: Request) -> Response:
    """One more."""
    member = await token_member(request)
    sent = await read_json(request, wire_providers.NewProvider)
    draft = ProviderDraft(
        sent.kind, sent.name, sent.issuer, sent.audience, sent.algorithm or "", sent.key
    )
    added = await add_provider(
        context(request),
        member,
        path_id(request),
        draft,
        unchecked=sent.unchecked,
        now=now(request),
    )
    return json_response(_state(added), 201)


async def one(request: Request) -> Response:
    """One of them."""
    member = await token_member(request)
    return json_response(_state(await get_provider(context(request), member, path_id(request))))


async def change(request: Request) -> Response:
    """What is given, and nothing else."""
    member = await token_member(request)
    sent = given(await read_json(request, wire_providers.ChangeProvider))
    unchecked = sent.pop("unchecked")
    ctx, number = context(request), path_id(request)
    old = await get_provider(ctx, member, number)
    changed = await change_provider(
        ctx, member, number, draft_of(old, **sent), unchecked=unchecked, now=now(request)
    )
    return json_response(_state(changed))


async def remove(request: Request) -> Response:
    """It is gone, and whoever signed in by it is signed out."""
    member = await token_member(request)
    await remove_provider(context(request), member, path_id(request), now=now(request))
    return Response(status_code=204)


def _state(provider: Provider) -> wire_providers.ProviderState:
    return wire_providers.ProviderState(
        id=provider.id,
        site_id=provider.site_id,
        kind=provider.kind,
        name=provider.name,
        issuer=provider.issuer,
        audience=provider.audience,
        algorithm=provider.algorithm or None,
        created_at=provider.created_at,
    )


_SITE = numbered("site")
_ONE = numbered("way to sign in")

ENDPOINTS = (
    line(
        "GET", "/sites/{id}/providers", show, "listProviders",
        "How readers of a site sign in; without keys.",
        Answer("The ways.", wire_providers.Providers),
        _SITE,
    ),
    line(
        "POST", "/sites/{id}/providers", add, "addProvider",
        "Adds a way to sign in; a provider of OpenID Connect is asked first whether it can be used.",
        Answer("As it is known from now on.", wire_providers.ProviderState),
        _SITE,
        takes=wire_providers.NewProvider,
        example={
            "kind": "token", "name": "Members", "issuer": "https://blog.example.org",
            "audience": "comments", "algorithm": "HS256",
            "key": "a secret that is shared by two servers",
        },
        status=201,
        refusals=(*OF_ACTS, errors.Conflict),
    ),
    line(
        "GET", "/providers/{id}", one, "readProvider",
        "One way to sign in; without its key.",
        Answer("The way.", wire_providers.ProviderState),
        _ONE,
    ),
    line(
        "PATCH", "/providers/{id}", change, "changeProvider",
        "Changes of a way to sign in what is given, and nothing else.",
        Answer("As it is known from now on.", wire_providers.ProviderState),
        _ONE,
        takes=wire_providers.ChangeProvider, example={"name": "Members"},
    ),
    line(
        "DELETE", "/providers/{id}", remove, "removeProvider",
        "Takes a way to sign in away, for good; whoever signed in by it is signed out.",
        Answer("It is gone.", media=""),
        _ONE,
        status=204,
    ),
)  # fmt: skip
