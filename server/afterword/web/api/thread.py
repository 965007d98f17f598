"""A page's thread, when `fast_reads` had no ready answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from afterword.core.model import ORDERS
from afterword.core.page_key import PageClaim
from afterword.services.reading.read_thread import ThreadQuery, read_thread
from afterword.web.fast_reads import FAILURE
from afterword.web.input import query
from afterword.web.output import entry_response
from afterword.web.rate_limit import take
from afterword.web.state import context, now

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from afterword.web.input import Fields


async def read(request: Request) -> Response:
    """The thread of the page that the query speaks of."""
    if FAILURE in request.scope:
        raise request.scope[FAILURE]
    await take(request, "reads")
    raw: bytes = request.scope["query_string"]
    wanted = thread_query(query(request))
    entry = await read_thread(context(request), raw, wanted, now=now(request))
    return entry_response(request, entry)


def thread_query(fields: Fields) -> ThreadQuery:
    """What the query asks for; the same for the API and for the page without JavaScript."""
    return ThreadQuery(
        claim=page_claim(fields),
        site=fields.optional("site"),
        sort=fields.one_of("sort", ORDERS, "") or None,
        after=fields.optional("after"),
        around=fields.integer("around"),
        lang=fields.optional("lang"),
    )


def page_claim(fields: Fields) -> PageClaim:
    """The page that a query speaks of."""
    return PageClaim(
        url=fields.required("url"),
        canonical=fields.optional("canonical"),
        thread_id=fields.optional("id"),
        title=fields.optional("title"),
    )
