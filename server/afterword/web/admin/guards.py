"""What guards a site by itself: the learning filter, and surge mode."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.responses import Response

from afterword.core import wire_sites
from afterword.services.moderating.switch_surge import see_surges, switch_surge
from afterword.services.screening.read_filter import export_filter, read_filter, reset_filter
from afterword.web.admin.table import line, numbered
from afterword.web.admin.token import token_member
from afterword.web.endpoint import Answer
from afterword.web.input import path_id, read_json
from afterword.web.output import json_response
from afterword.web.state import context, now

if TYPE_CHECKING:
    from collections.abc import Sequence

    from starlette.requests import Request

    from afterword.core.surge import Tide
    from afterword.services.screening.read_filter import Leaning


async def show_filter(request: Request) -> Response:
    """How much the filter of a site knows."""
    member = await token_member(request)
    known = await read_filter(context(request), member, path_id(request))
    return json_response(
        wire_sites.FilterState(
            good=known.every.good,
            spam=known.every.spam,
            speaks_for_spam=_tokens(known.spam),
            speaks_against=_tokens(known.good),
        )
    )


async def export(request: Request) -> Response:
    """All that it knows."""
    member = await token_member(request)
    counts = await export_filter(context(request), member, path_id(request))
    tokens = [
        wire_sites.Token(token=token, good=seen.good, spam=seen.spam)
        for token, seen in counts.items()
    ]
    return json_response(wire_sites.FilterCounts(tokens=tokens))


async def reset(request: Request) -> Response:
    """It knows nothing any more."""
    member = await token_member(request)
    await reset_filter(context(request), member, path_id(request), now=now(request))
    return Response(status_code=204)


async def surges(request: Request) -> Response:
    """How comments come to the member's sites."""
    member = await token_member(request)
    seen = await see_surges(context(request), member, now=now(request))
    return json_response(wire_sites.Surges(sites=[_surge(site.id, tide) for site, tide in seen]))


async def switch(request: Request) -> Response:
    """Surge mode on, or off."""
    member = await token_member(request)
    sent = await read_json(request, wire_sites.SetSurge)
    site_id = path_id(request)
    tide = await switch_surge(context(request), member, site_id, on=sent.on, now=now(request))
    return json_response(_surge(site_id, tide))


def _tokens(found: Sequence[Leaning]) -> list[wire_sites.Token]:
    return [
        wire_sites.Token(token=each.token, good=each.seen.good, spam=each.seen.spam)
        for each in found
    ]


def _surge(site_id: int, tide: Tide) -> wire_sites.SurgeState:
    return wire_sites.SurgeState(
        site_id=site_id,
        on=tide.is_surge,
        by_hand=tide.by_hand,
        began_at=tide.began_at,
        per_minute=tide.per_minute(),
    )


_SITE = numbered("site")

ENDPOINTS = (
    line(
        "GET", "/sites/{id}/filter", show_filter, "readFilter",
        "How much the learning filter of a site knows, and its strongest tokens.",
        Answer("What it knows.", wire_sites.FilterState),
        _SITE,
    ),
    line(
        "GET", "/sites/{id}/filter/export", export, "exportFilter",
        "Every count of the learning filter of a site.",
        Answer("The counts.", wire_sites.FilterCounts),
        _SITE,
    ),
    line(
        "DELETE", "/sites/{id}/filter", reset, "resetFilter",
        "Has the learning filter of a site forget everything. This cannot be undone.",
        Answer("It knows nothing any more.", media=""),
        _SITE,
        status=204,
    ),
    line(
        "GET", "/surges", surges, "listSurges",
        "How comments come to the sites of the member, and where surge mode is on.",
        Answer("The sites.", wire_sites.Surges),
    ),
    line(
        "PUT", "/sites/{id}/surge", switch, "switchSurge",
        "Begins surge mode until it is ended by hand, or ends it.",
        Answer("How it is now.", wire_sites.SurgeState),
        _SITE,
        takes=wire_sites.SetSurge, example={"on": True},
    ),
)  # fmt: skip
