"""How readers of a site sign in, for its owners; what outlives a token, such as a key, is not set by one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.responses import Response

from afterword.core import wire_providers
from afterword.core.sign_in_ways import draft_of
from afterword.services.sites.manage_providers import (
    change_provider,
    get_provider,
    list_providers,
    remove_provider,
)
from afterword.web.admin.table import line, numbered
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


async def one(request: Request) -> Response:
    """One of them."""
    member = await token_member(request)
    return json_response(_state(await get_provider(context(request), member, path_id(request))))


async def change(request: Request) -> Response:
    """What its button says."""
    member = await token_member(request)
    sent = await read_json(request, wire_providers.ChangeProvider)
    ctx, number = context(request), path_id(request)
    old = await get_provider(ctx, member, number)
    # Its issuer and key are those that were looked at when it was saved, so it is not asked again.
    changed = await change_provider(
        ctx, member, number, draft_of(old, name=sent.name), unchecked=True, now=now(request)
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
        "GET", "/providers/{id}", one, "readProvider",
        "One way to sign in; without its key.",
        Answer("The way.", wire_providers.ProviderState),
        _ONE,
    ),
    line(
        "PATCH", "/providers/{id}", change, "changeProvider",
        "Gives a way to sign in another name, which readers see on its button.",
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
