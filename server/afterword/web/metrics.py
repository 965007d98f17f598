"""`/metrics`: what Prometheus reads, with the token that the settings name; without one nothing is here."""

from __future__ import annotations

import hmac
import re
from typing import TYPE_CHECKING

from starlette.responses import Response

from afterword.core import errors
from afterword.core.metric_families import FAMILIES
from afterword.core.metrics import exposition
from afterword.web.bearer import bearer_token
from afterword.web.state import measuring, web

if TYPE_CHECKING:
    from starlette.requests import Request

PLAIN = "text/plain; version=0.0.4; charset=utf-8"
OPEN = "application/openmetrics-text; version=1.0.0; charset=utf-8"
_ASKS_FOR_OPEN = re.compile(r"application/openmetrics-text(?!\s*;[^,]*\bq=0(\.0*)?\s*(,|$))")


async def show(request: Request) -> Response:
    """Everything that is measured; raises NotFound where no token is set, and SignInNeeded without it."""
    _check_token(request)
    samples = await measuring(request).everything()
    is_open = _ASKS_FOR_OPEN.search(request.headers.get("accept", "")) is not None
    text = exposition(FAMILIES, samples, open_form=is_open)
    return Response(text, headers={"content-type": OPEN if is_open else PLAIN})


def _check_token(request: Request) -> None:
    allowed = web(request).settings.metrics_token.split()
    if not allowed:
        raise errors.NotFound("There is nothing at this address.")
    token = (bearer_token(request) or "").encode()
    if not any(hmac.compare_digest(token, each.encode()) for each in allowed):
        raise errors.SignInNeeded("Send the metrics_token of the settings as a bearer token.")
