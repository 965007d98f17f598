"""The token that a request brings along in `Authorization`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from starlette.requests import Request

_BEARER = re.compile(r"bearer ([\x21-\x7e]{1,8192})", re.IGNORECASE)


def bearer_token(request: Request) -> str | None:
    """What stands after `Bearer`, or None."""
    match = _BEARER.fullmatch(request.headers.get("authorization", ""))
    return match[1] if match else None
