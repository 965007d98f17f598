"""Reports of readers about comments."""

from __future__ import annotations

from typing import TYPE_CHECKING

from afterword.core import wire
from afterword.services.writing.report_comment import report_comment
from afterword.web.input import path_id, read_json
from afterword.web.output import json_response
from afterword.web.rate_limit import take
from afterword.web.reader import reader
from afterword.web.state import context, now

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response


async def report(request: Request) -> Response:
    """Tells the moderators; the answer is the same whether they knew already."""
    await take(request, "reports")
    sent = await read_json(request, wire.Report)
    await report_comment(
        context(request),
        path_id(request),
        sent.reason,
        sent.text,
        reader(request, sent.visitor_token),
        now=now(request),
    )
    return json_response(wire.Reported(), 202)
