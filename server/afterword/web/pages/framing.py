"""The pages of a site may show its threads in frames; everybody else's may not."""

from __future__ import annotations

from typing import TYPE_CHECKING

from afterword.web.security_headers import PAGE_CSP
from afterword.web.state import context

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from afterword.web.pages.thread_address import ThreadAddress

NOBODY = "frame-ancestors 'none'"


def framable(request: Request, ask: ThreadAddress, response: Response) -> Response:
    """The response, with our usual policy but for the origins of the site, which may frame it.

    Raises UnknownOrigin where the page that is asked about is on no site.
    """
    site = context(request).sites.for_url(ask.url, ask.site)
    ancestors = " ".join(("frame-ancestors 'self'", *site.origins))
    response.headers["content-security-policy"] = PAGE_CSP.decode().replace(NOBODY, ancestors)
    return response
