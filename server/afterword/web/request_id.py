"""The number of a request: in its answer, in every line of the log that is written for it."""

from __future__ import annotations

import re
import secrets
from contextvars import ContextVar
from typing import TYPE_CHECKING

from afterword.web.client_address import is_trusted
from afterword.web.state import web

if TYPE_CHECKING:
    from starlette.types import Scope

HEADER = b"x-request-id"
REQUEST: ContextVar[str] = ContextVar("afterword_request", default="")
"""Of the request that this code runs for; empty beside requests. Made new in each of them."""

# As proxies make them: hex, a UUID, base64url. A dot or an @ would let an address in.
_WELL_FORMED = re.compile(rb"[A-Za-z0-9_-]{16,64}")


def request_id(scope: Scope) -> str:
    """The one that a trusted proxy has given it, so that its log and ours agree; else a new one."""
    for name, value in scope["headers"]:
        if name == HEADER and _WELL_FORMED.fullmatch(value) and _is_from_proxy(scope):
            return str(value.decode("ascii"))
    return secrets.token_hex(8)


def _is_from_proxy(scope: Scope) -> bool:
    client = scope.get("client")
    return is_trusted(client[0] if client else None, web(scope).settings.trusted_proxies)
