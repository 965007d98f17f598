"""How much the member hears by mail."""

from __future__ import annotations

from typing import TYPE_CHECKING

from afterword.core import wire_notices
from afterword.services.telling.change_notices import change_notices, list_notices
from afterword.web.admin.table import OF_ACTS, OF_READS, line
from afterword.web.admin.token import token_member
from afterword.web.endpoint import Answer
from afterword.web.input import read_json
from afterword.web.output import json_response
from afterword.web.state import context, now

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from afterword.core.model import Member


async def show(request: Request) -> Response:
    """What they hear, by each role."""
    return await _answer(request, await token_member(request))


async def change(request: Request) -> Response:
    """Otherwise, by one role."""
    member = await token_member(request)
    sent = await read_json(request, wire_notices.NoticesOn)
    await change_notices(
        context(request), member, member.id, sent.site_id, sent.notices, now=now(request)
    )
    return await _answer(request, member)


async def _answer(request: Request, member: Member) -> Response:
    found = await list_notices(context(request), member)
    rows = [
        wire_notices.NoticesOn(site_id=site_id, notices=wanted) for site_id, wanted in found.items()
    ]
    return json_response(wire_notices.AllNotices(notices=rows))


ENDPOINTS = (
    line(
        "GET", "/notices", show, "readNotices",
        "How much the member hears by mail, by the role on each site.",
        Answer("By each role.", wire_notices.AllNotices),
        refusals=OF_READS,
    ),
    line(
        "PUT", "/notices", change, "changeNotices",
        "Has the member hear more or less by mail of one site.",
        Answer("By each role.", wire_notices.AllNotices),
        takes=wire_notices.NoticesOn,
        example={"site_id": None, "notices": "daily"},
        refusals=OF_ACTS,
    ),
)  # fmt: skip
