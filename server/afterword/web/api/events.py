"""What changes in a thread, as it happens."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from afterword.services.reading.follow_thread import Following, follow_thread
from afterword.web.api.thread import page_claim
from afterword.web.event_stream import EventStream
from afterword.web.input import query
from afterword.web.rate_limit import address_key, take
from afterword.web.state import context

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from afterword.web.input import Fields

_VERSION = re.compile(r"[0-9]{1,18}", re.ASCII)


async def follow(request: Request) -> Response:
    """The events of the thread that the query speaks of."""
    await take(request, "reads")
    fields = query(request)
    wanted = Following(
        claim=page_claim(fields),
        site=fields.optional("site"),
        since=_since(request, fields),
        origin=request.headers.get("origin"),
    )
    ctx = context(request)
    listener, missed = await follow_thread(ctx, wanted, address_key(request, "streams"))
    return EventStream(ctx.live, listener, missed)


def _since(request: Request, fields: Fields) -> int | None:
    """What a browser that comes again says, else what the page said when it began."""
    asked = fields.integer("since", least=0)
    told = request.headers.get("last-event-id", "")
    return int(told) if _VERSION.fullmatch(told) else asked
