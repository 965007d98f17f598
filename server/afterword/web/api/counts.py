"""How many comments pages have, when `fast_reads` had no ready answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from afterword.core import errors
from afterword.services.reading.count_comments import count_comments
from afterword.web.input import query
from afterword.web.output import entry_response
from afterword.web.rate_limit import take
from afterword.web.state import context, now

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from afterword.web.input import Fields

MOST_PAGES = 100


async def read(request: Request) -> Response:
    """The counts of the pages named, in their order."""
    await take(request, "reads")
    raw: bytes = request.scope["query_string"]
    fields = query(request)
    site = fields.optional("site")
    lang = fields.optional("lang")
    entry = await count_comments(context(request), raw, _urls(fields), site, lang, now=now(request))
    return entry_response(request, entry)


def _urls(fields: Fields) -> tuple[str, ...]:
    urls = fields.texts("url")
    if not 1 <= len(urls) <= MOST_PAGES:
        message = f"url must be given at least once, and {MOST_PAGES} times at most."
        raise errors.Invalid(errors.FieldError("url", "number", message))
    return urls
